#!/bin/bash
# Installs what is missing, builds, and runs a case:
#   scripts/run.sh CASE [OPTION]... [-- PETSC OPTION...]      for example scripts/run.sh cases/tibia-50mm
# Options are those of `tasis run`. RANKS=n sets the number of MPI ranks (by default one a core, 4 at most).
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
if [ $# = 0 ]; then
  echo "scripts/run.sh: names no case, allowed: scripts/run.sh CASE, such as cases/tibia-50mm" >&2
  exit 2
fi
"$here/scripts/setup.sh"
"$here/scripts/build.sh"

cores=$(nproc)
ranks=${RANKS:-$((cores < 4 ? cores : 4))}
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} OPENBLAS_NUM_THREADS=1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 # containers run as root
tasis=${BUILD:-$here/build}/bin/tasis
if [ "$ranks" = 1 ]; then exec "$tasis" run "$@"; fi
exec mpiexec --quiet --oversubscribe --bind-to none -n "$ranks" "$tasis" run "$@"
