#!/bin/bash
# Builds Trireme for Windows by mingw-w64, without a warning, static and as a DLL, and runs with each the core's tests
# and the backend's suites on the strict GPU under wine. Debian and its kin: Check is not packaged for Windows, so it
# is built from the source package, into build/mingw-check.
#
# Takes some minutes.
#
#   tests/package/mingw.sh [ctest arguments...]
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# shellcheck source=src/package/apt-install.sh
source src/package/apt-install.sh
trm_need build-essential cmake ninja-build pkg-config python3-glad dpkg-dev gcc-mingw-w64-x86-64 wine64 wine

prefix=${PWD}/build/mingw-check

# fetch_check FOLDER: the source package, from where this machine's packages come from, without changing its
# settings.
fetch_check() {
    local lists=$1/apt
    mkdir -p "${lists}/parts" "${lists}/state/partial"
    local file
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
        if [[ -f ${file} ]]; then
            sed 's/^Types: deb$/Types: deb-src/; s/^deb /deb-src /' "${file}" >"${lists}/parts/${file##*/}"
        fi
    done
    local options=(-o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=${lists}/parts"
        -o "Dir::State::Lists=${lists}/state" -o "APT::Sandbox::User=root" -qq)
    # Sources of others may have no source packages; what counts is that Check is found.
    apt-get "${options[@]}" update || true
    (cd "$1" && apt-get "${options[@]}" source --download-only check && dpkg-source --no-check -x check_*.dsc source)
}

build_check() {
    local work
    work=$(mktemp -d)
    fetch_check "${work}"
    cmake -S "${work}/source" -B "${work}/build" -G Ninja --toolchain "${PWD}/src/package/mingw-w64.cmake" \
        -DCMAKE_BUILD_TYPE=Release -DCHECK_ENABLE_TESTS=OFF -DCHECK_ENABLE_SUBUNIT=OFF >/dev/null
    cmake --build "${work}/build" --target check compat
    mkdir -p "${prefix}/include" "${prefix}/lib/pkgconfig"
    cp "${work}/build/src/libcheck.a" "${work}/build/lib/libcompat.a" "${prefix}/lib/"
    cp "${work}/build/check_stdint.h" "${prefix}/include/"
    # Its printf is C99's, whatever the compiler thinks of that name here.
    sed 's/CK_ATTRIBUTE_FORMAT(printf/CK_ATTRIBUTE_FORMAT(gnu_printf/' "${work}/build/src/check.h" \
        >"${prefix}/include/check.h"
    cat >"${prefix}/lib/pkgconfig/check.pc" <<END
Name: check
Description: unit tests
Version: 0
Cflags: -I${prefix}/include
Libs: -L${prefix}/lib -lcheck -lcompat
END
    rm -rf "${work}"
}

if [[ ! -f ${prefix}/lib/pkgconfig/check.pc ]]; then
    build_check
fi

# Programs look for a DLL where WINEPATH says.
export WINEDEBUG=-all WINEPATH="Z:${PWD}/build/mingw-dll/src"
for shared in OFF ON; do
    folder=build/mingw
    if [[ ${shared} == ON ]]; then
        folder=build/mingw-dll
    fi
    cmake --preset mingw -B "${folder}" "-DBUILD_SHARED_LIBS=${shared}"
    cmake --build "${folder}"
    ctest --test-dir "${folder}" --output-on-failure --no-tests=error --parallel "$(nproc)" --label-regex core "$@"
done
