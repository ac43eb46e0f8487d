#!/bin/bash
# Builds build/bin/tasis; quick when nothing has changed.
#   scripts/build.sh [tests]      tests: the test programs as well
# BUILD=folder builds elsewhere, CMAKE_ARGS="-DTASIS_SANITIZE=ON ..." configures.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$here/build}
with_tests=OFF
if [ "${1:-}" = tests ]; then with_tests=ON; fi
log=$build/build.log
mkdir -p "$build"

# shellcheck disable=SC2086 # CMAKE_ARGS holds several words
if ! { cmake -S "$here" -B "$build" -DTASIS_TESTS=$with_tests ${CMAKE_ARGS:-} && cmake --build "$build" -j "$(nproc)"; } > "$log" 2>&1; then
  grep -E -A5 'error|Error' "$log" | head -n 40 >&2 || true
  echo "the build failed; all of it is in $log" >&2
  exit 1
fi
