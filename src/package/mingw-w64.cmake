# Toolchain file: Windows (64 bit) from Linux, by mingw-w64 (Debian: gcc-mingw-w64-x86-64). With wine (Debian: wine64)
# CMake runs what it builds, tests included.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)

# TRIREME_MINGW_PREFIX: where more libraries for Windows lie.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES TRIREME_MINGW_PREFIX)
set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32 ${TRIREME_MINGW_PREFIX})
set(ENV{PKG_CONFIG_LIBDIR} "${TRIREME_MINGW_PREFIX}/lib/pkgconfig")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# Programs that need no compiler's DLL beside them.
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)

find_program(TRIREME_WINE_PROGRAM NAMES wine64 wine PATHS /usr/lib/wine DOC "Runs Windows programs")
mark_as_advanced(TRIREME_WINE_PROGRAM)
if(TRIREME_WINE_PROGRAM)
    set(CMAKE_CROSSCOMPILING_EMULATOR ${TRIREME_WINE_PROGRAM})
endif()
