#!/bin/bash
# Shows results in ParaView, or renders the standard pictures of them:
#   scripts/view.sh RESULTS [--pictures FOLDER] [--animation] [--views a,b] [--day N]
# RESULTS: a folder that tasis run or tasis mesh wrote. Where there is a screen ParaView opens; without one, or with any option,
# pictures go to FOLDER (RESULTS/pictures), with pictures.json. What is missing is installed.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)

complain() {
  echo "scripts/view.sh: $1" >&2
  exit 2
}

results='' folder='' options=()
while [ $# != 0 ]; do
  case $1 in
    --pictures | --views | --day)
      if [ $# = 1 ] || [ -z "$2" ]; then complain "$1 needs a value"; fi
      if [ "$1" = --pictures ]; then folder=$2; else options+=("$1" "$2"); fi
      shift
      ;;
    --animation) options+=("$1") ;;
    -h | --help)
      sed -n '2,5s/^# //p' "$0"
      exit 0
      ;;
    -*) complain "unknown option $1, allowed: --pictures FOLDER, --animation, --views a,b, --day N" ;;
    *)
      if [ -n "$results" ]; then complain "found a second folder of results, $1"; fi
      results=$1
      ;;
  esac
  shift
done
if [ -z "$results" ]; then complain "names no results, allowed: scripts/view.sh RESULTS, such as results/tibia-50mm"; fi
if [ ! -d "$results" ]; then complain "$results: no such folder"; fi

# A ParaView of one's own on the PATH is used as it is.
case $(command -v pvpython || true) in
  '' | /usr/bin/pvpython) "$here/scripts/setup.sh" view ;;
esac
python=/usr/bin/python3 # starts quicker than pvpython
if ! "$python" -c 'import h5py' 2>/dev/null; then python=pvpython; fi
"$python" "$here/scripts/paraview/tasis_pictures.py" "$results" --check "${options[@]}" # says what is wrong before anything opens

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ -z "$folder" ] && [ ${#options[@]} = 0 ]; then
  export TASIS_RESULTS TASIS_PARAVIEW=$here/scripts/paraview
  TASIS_RESULTS=$(realpath "$results")
  exec paraview --script="$here/scripts/paraview/open_results.py"
fi

screen=() # builds of ParaView that render off screen by themselves need none, and do not mind one
if [ -z "${DISPLAY:-}" ] && command -v xvfb-run >/dev/null; then screen=(xvfb-run -a -s "-screen 0 1280x1024x24 -noreset"); fi
exec "${screen[@]}" pvpython --force-offscreen-rendering "$here/scripts/paraview/tasis_pictures.py" "$results" "${folder:-$results/pictures}" "${options[@]}"
