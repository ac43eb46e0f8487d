#!/bin/bash
# Installs the Debian packages that are missing; does nothing, quickly, when none is.
#   scripts/setup.sh          to build and run
#   scripts/setup.sh view     to look at results in ParaView, and render pictures of them
#   scripts/setup.sh catalyst to build and run with ParaView Catalyst: pictures while a run goes
#   scripts/setup.sh report   for the pages of tasis report, without their pictures
#   scripts/setup.sh gallery  for scripts/gallery.sh, which makes the pictures of docs/
#   scripts/setup.sh tests    to run every test: all packages
set -euo pipefail

# The one list of packages. libopenblas0-pthread: without it the reference BLAS makes direct solvers 4 to 5 times slower.
build=(gcc libc6-dev make cmake pkg-config
       libpetsc-real-dev libhdf5-mpi-dev libhdf5-openmpi-dev libopenmpi-dev openmpi-bin libopenblas0-pthread
       libyaml-dev libjansson-dev libudunits2-dev)
view=(paraview python3-paraview xvfb xauth python3 python3-numpy python3-h5py)
catalyst=("${build[@]}" "${view[@]}" g++ paraview-dev libpython3-dev)
report=(python3-numpy python3-pandas python3-h5py python3-matplotlib python3-jinja2)
gallery=("${view[@]}" "${report[@]}" python3-pil chromium gmsh)
tests=(libcmocka-dev hdf5-tools python3-dolfinx python3-scipy python3-yaml chromium-driver python3-selenium)

case ${1:-build} in
  build) wanted=("${build[@]}") ;;
  view) wanted=("${view[@]}") ;;
  catalyst) wanted=("${catalyst[@]}") ;;
  report) wanted=("${report[@]}") ;;
  gallery) wanted=("${gallery[@]}") ;;
  tests) wanted=("${catalyst[@]}" "${gallery[@]}" "${tests[@]}") ;;
  *)
    echo "scripts/setup.sh: found \"$1\", allowed: build, view, catalyst, report, gallery, tests" >&2
    exit 2
    ;;
esac

there=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null || true)
missing=()
for package in "${wanted[@]}"; do
  grep -qx "installed $package" <<<"$there" || missing+=("$package")
done
if [ ${#missing[@]} = 0 ]; then exit 0; fi

root=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "missing packages: ${missing[*]}; install them as root, or install sudo" >&2
    exit 1
  fi
  root=(sudo)
fi
echo "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
