#!/bin/bash
# Installs what is missing, builds, and runs every test; the last line counts them.
#   scripts/test.sh [CTEST OPTION]...      for example scripts/test.sh -R bad_input
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
"$here/scripts/setup.sh" tests
"$here/scripts/build.sh" tests

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OPENBLAS_NUM_THREADS=1
build=${BUILD:-$here/build}
log=$build/test.log
status=0
ctest --test-dir "$build" --output-on-failure -j "$(nproc)" "$@" 2>&1 | tee "$log" || status=1
# "98% tests passed, 2 tests failed out of 120"
awk -v status=$status '/ tests failed out of / { failed = $4; all = $NF }
  END { if (all == "") { print "no tests were run"; exit 1 }
        print all - failed " passed, " failed + 0 " failed"; exit status }' "$log"
