#!/bin/bash
# Looks at the sources, and changes them only when asked.
#
#   tests/lint.sh [--fix] [--all] [file...]
#
# Without --all and files: the C files and scripts that differ from the last commit, new ones included. clang-format (with --fix it
# formats), clang-tidy with the compile commands of build/dev (made if there are none), cppcheck, shellcheck. A tool that is not
# installed is left out with a line that says so; with TRIREME_REQUIRE_TOOLS=1 that is a complaint. The status is 1 if
# there was any.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

fix=no
all=no
files=()
for argument in "$@"; do
    case ${argument} in
        --fix) fix=yes ;;
        --all) all=yes ;;
        -*) sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
        *) files+=("${argument}") ;;
    esac
done
if [[ ${all} == yes ]]; then
    mapfile -t files < <(git ls-files --cached --others --exclude-standard)
elif [[ ${#files[@]} == 0 ]]; then
    mapfile -t files < <(git diff --name-only HEAD && git ls-files --others --exclude-standard)
fi

sources=() # all of our C
units=()   # what clang-tidy and cppcheck are for: the library's own
scripts=()
for file in "${files[@]}"; do
    [[ -f ${file} ]] || continue # deleted
    case ${file} in
        *.c | *.h) sources+=("${file}") ;;
        *.sh | .ci/*) scripts+=("${file}") ;;
    esac
    case ${file} in
        src/core/*.c | src/gl/*.c) units+=("${file}") ;;
    esac
done

status=0

# lint <tool> <what it is run with...>: runs it if it is there.
lint() {
    local tool=$1
    if ! command -v "${tool}" > /dev/null; then
        echo "lint: ${tool} is not installed, left out"
        [[ -z ${TRIREME_REQUIRE_TOOLS-} ]] || status=1
        return
    fi
    echo "== ${tool}"
    "$@" || status=1
}

if [[ ${#sources[@]} -gt 0 ]]; then
    if [[ ${fix} == yes ]]; then
        lint clang-format -i "${sources[@]}"
    else
        lint clang-format --dry-run --Werror "${sources[@]}"
    fi
fi
if [[ ${#units[@]} -gt 0 ]]; then
    if command -v clang-tidy > /dev/null; then
        [[ -f build/dev/compile_commands.json ]] || cmake --preset dev > /dev/null
        # What is included must be there: the loader and the shaders.
        cmake --build --preset dev --target trireme > /dev/null
    fi
    lint clang-tidy --quiet -p build/dev "${units[@]}"
    # The headers of the C library and of glad are not looked for: what matters is ours.
    lint cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr \
        --enable=warning,performance,portability --suppress=missingInclude \
        -Iinclude -Isrc "${units[@]}"
fi
if [[ ${#scripts[@]} -gt 0 ]]; then
    lint shellcheck --external-sources --source-path=SCRIPTDIR "${scripts[@]}"
fi
if [[ ${status} == 0 ]]; then
    echo "lint: ${#sources[@]} sources and ${#scripts[@]} scripts, nothing to complain about"
fi
exit "${status}"
