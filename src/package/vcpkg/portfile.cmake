# UNTESTED. An overlay port for the sources that it lies in: vcpkg install trireme --overlay-ports=src/package/vcpkg
# Use an unpacked source archive (target trireme-source-archive), which carries the OpenGL loader; from a checkout
# the loader's generator, glad 2, must be on PATH.
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../.." ABSOLUTE)

vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        -DTRIREME_BUILD_TESTS=OFF
        -DTRIREME_BUILD_DEMO=OFF
        -DTRIREME_INSTALL=ON)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/trireme)
vcpkg_fixup_pkgconfig()

file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
