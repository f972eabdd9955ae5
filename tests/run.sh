#!/bin/bash
# Builds Trireme and runs its tests, after installing whatever is missing (Debian and its kin).
#
#   tests/run.sh [--all] [ctest arguments...]
#
# Without --all: the presets dev and release, but no packages. With it: first what only looks at the sources (formatter,
# linters, gcc's analyzer), then eight presets, the core under valgrind, the demo under apitrace, the coverage of the library, packages. Which preset
# runs which tests: CMakePresets.json; what each is for: tests/README.md. Stops at the first preset that fails.
# Example: tests/run.sh -R gl- --verbose
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
release=(--label-exclude package)
if [[ ${1-} == --all ]]; then
    shift
    presets=(analyzer coverage asan-ubsan tsan clang shared dev release)
    packages+=(clang valgrind apitrace gcovr clang-format clang-tidy cppcheck shellcheck)
    memcheck=ON
    release=()
fi

trm_need "${packages[@]}"

# Here a missing OpenGL is a failure, not a reason to skip, and so is a missing tool.
export TRIREME_REQUIRE_GL=1 TRIREME_REQUIRE_TOOLS=1

if [[ ${memcheck} == ON ]]; then
    tests/lint.sh --all
fi
for preset in "${presets[@]}"; do
    echo
    echo "== ${preset}"
    options=()
    selection=()
    case ${preset} in
        dev) options=("-DTRIREME_TEST_MEMCHECK=${memcheck}") ;;
        release) selection=("${release[@]}") ;;
        coverage) find build/coverage -name '*.gcda' -delete 2> /dev/null || true ;; # of an earlier run
    esac
    cmake --preset "${preset}" "${options[@]}"
    cmake --build --preset "${preset}"
    if [[ $# -gt 0 ]]; then
        selection+=(--no-tests=ignore "$@") # not every preset has all tests
    fi
    if [[ ${preset} != analyzer ]]; then
        ctest --preset "${preset}" --parallel "$(nproc)" "${selection[@]}"
    fi
    if [[ ${preset} == coverage && $# -eq 0 ]]; then
        tests/coverage.py build/coverage
    fi
done
