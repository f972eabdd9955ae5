#!/bin/bash
# Builds the demo and runs it, after installing whatever is missing (Debian and its kin).
#
#   demo/run.sh [options of the demo...]
#
# Without a display it runs under Xvfb, and unless --frames or --soak is given it renders 120 frames and saves the
# last one as trireme-demo.png in the repository.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# shellcheck source=src/package/apt-install.sh
source "${here}/src/package/apt-install.sh"

packages=(gcc libc6-dev cmake ninja-build python3-glad libglfw3-dev libcglm-dev libpng-dev zlib1g-dev
    libstb-dev libegl-dev libgl1-mesa-dri)
headless=no
if [[ -z ${DISPLAY-} && -z ${WAYLAND_DISPLAY-} ]]; then
    headless=yes
    packages+=(xvfb xauth)
fi
trm_need "${packages[@]}"

(
    cd "${here}"
    cmake --preset release -B build/demo -DTRIREME_BUILD_TESTS=OFF -DTRIREME_WERROR=OFF
    cmake --build build/demo --target trireme-demo
)
demo=${here}/build/demo/demo/trireme-demo

if [[ ${headless} == no ]]; then
    exec "${demo}" "$@"
fi
case " $* " in
*" --offscreen "* | *" --help "* | *" --list "* | *" --version "*)
    exec "${demo}" "$@"
    ;;
*" --frames "* | *" --frames="* | *" --soak "* | *" --soak="*)
    exec xvfb-run -a -s "-screen 0 1280x720x24" "${demo}" "$@"
    ;;
esac
echo "No display: rendering 120 frames under Xvfb."
exec xvfb-run -a -s "-screen 0 1280x720x24" \
    "${demo}" --frames 120 --screenshot "${here}/trireme-demo.png" "$@"
