#!/bin/bash
# Builds Trireme and runs its tests, after installing whatever is missing (Debian and its kin).
#
#   tests/run.sh [--all] [ctest arguments...]
#
# Without --all: the presets dev and release; pictures and the manual in release only, packages not at all. With it:
# everything in every preset (packages and the manual once), the core under valgrind and the demo under apitrace. Stops
# at the first preset that fails. Example: tests/run.sh -R gl- --verbose
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=src/package/apt-install.sh
source src/package/apt-install.sh

presets=(dev release)
packages=(build-essential cmake ninja-build pkg-config python3-glad
    check libegl-dev libgl-dev libgl1-mesa-dri
    libglfw3-dev libcglm-dev libpng-dev libstb-dev zlib1g-dev xvfb xauth x11-xserver-utils
    g++ git libopengl-dev libepoxy-dev libsdl2-dev dpkg-dev file doxygen)
memcheck=OFF
quick=yes
if [[ ${1-} == --all ]]; then
    shift
    presets=(dev release clang shared asan-ubsan tsan)
    packages+=(clang valgrind apitrace)
    memcheck=ON
    quick=no
fi

trm_need "${packages[@]}"

# Here a missing OpenGL is a failure, not a reason to skip.
export TRIREME_REQUIRE_GL=1

for preset in "${presets[@]}"; do
    echo
    echo "== ${preset}"
    options=()
    if [[ ${preset} == dev ]]; then
        options+=("-DTRIREME_TEST_MEMCHECK=${memcheck}")
    fi
    cmake --preset "${preset}" "${options[@]}"
    cmake --build --preset "${preset}"
    # Packages build the library afresh, whichever preset asks: with --all, and once.
    selection=()
    if [[ ${quick} == yes && ${preset} == dev ]]; then
        selection=(--label-exclude 'demo|package|embed|docs')
    elif [[ ${quick} == yes ]]; then
        selection=(--label-exclude package)
    elif [[ ${preset} != release ]]; then
        selection=(--label-exclude 'package|docs')
    fi
    ctest --preset "${preset}" --parallel "$(nproc)" "${selection[@]}" "$@"
done
