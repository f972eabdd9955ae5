# shellcheck shell=bash
# For the scripts that build Trireme on a fresh Debian machine. To be sourced.

# trm_need PACKAGE...: says which of the packages are missing, and installs them.
trm_need() {
    local package
    local missing=()
    local as_root=()

    for package in "$@"; do
        # "installed" alone also stands in "not-installed".
        if [[ $(dpkg-query -W -f '${db:Status-Status}' "${package}" 2>/dev/null) != installed ]]; then
            missing+=("${package}")
        fi
    done
    if [[ ${#missing[@]} -eq 0 ]]; then
        return 0
    fi
    echo "Missing packages: ${missing[*]}"
    if ! command -v apt-get >/dev/null; then
        echo "There is no apt-get here: install what they contain in this system's own way, then run the" \
            "build by hand as README.md says." >&2
        return 1
    fi
    if [[ $(id -u) -ne 0 ]]; then
        if ! command -v sudo >/dev/null; then
            echo "To install them, run this as root, or install sudo." >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "Installing them with apt-get ..."
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq || return 1
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || return 1
}
