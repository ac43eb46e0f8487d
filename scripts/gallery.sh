#!/bin/bash
# Makes the pictures of docs/ and the cards of docs/gallery.md: runs every case, renders, reduces.
#   scripts/gallery.sh [CASE]...      for example scripts/gallery.sh tibia-50mm rabbit-tibia; all cases when none is named
# Results go to results/gallery. It goes on where it was stopped, and leaves alone what is up to date. RANKS=n as of scripts/run.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
"$here/scripts/setup.sh" gallery
/usr/bin/python3 "$here/scripts/gallery/__main__.py" --names "$@" # says what is wrong before anything is built
"$here/scripts/setup.sh"
"$here/scripts/build.sh"
export OPENBLAS_NUM_THREADS=1 OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 # containers run as root
exec /usr/bin/python3 "$here/scripts/gallery/__main__.py" --tasis "${BUILD:-$here/build}/bin/tasis" "$@"
