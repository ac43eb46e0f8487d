#!/bin/bash
# Installs the Debian packages that are missing; does nothing, quickly, when none is.
#   scripts/setup.sh          to build and run
#   scripts/setup.sh view     to look at results in ParaView, and render pictures of them
#   scripts/setup.sh tests    to run every test: all packages
set -euo pipefail

# The one list of packages. libopenblas0-pthread: without it the reference BLAS makes direct solvers 4 to 5 times slower.
build=(gcc libc6-dev make cmake pkg-config
       libpetsc-real-dev libhdf5-mpi-dev libhdf5-openmpi-dev libopenmpi-dev openmpi-bin libopenblas0-pthread
       libyaml-dev libjansson-dev libudunits2-dev)
view=(paraview python3-paraview xvfb xauth python3 python3-numpy python3-h5py)
tests=(libcmocka-dev gmsh hdf5-tools python3-dolfinx python3-scipy python3-matplotlib python3-yaml python3-pil)

case ${1:-build} in
  build) wanted=("${build[@]}") ;;
  view) wanted=("${view[@]}") ;;
  tests) wanted=("${build[@]}" "${view[@]}" "${tests[@]}") ;;
  *)
    echo "scripts/setup.sh: found \"$1\", allowed: build, view, tests" >&2
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
