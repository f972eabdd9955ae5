# Packages. `cmake --build <build> --target trireme-source-archive` makes a source archive that carries the
# OpenGL loader, so that it builds without the generator; `cpack -G DEB` (or TGZ, ZIP) in a build folder makes
# binary packages, a shared library's in two parts. For Debian configure with -DCMAKE_INSTALL_PREFIX=/usr.
set(CPACK_PACKAGE_NAME trireme)
set(CPACK_PACKAGE_VENDOR "The Trireme authors")
set(CPACK_PACKAGE_CONTACT "The Trireme authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_RESOURCE_FILE_README ${PROJECT_SOURCE_DIR}/README.md)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR TGZ)
set(CPACK_COMPONENTS_ALL Development)
if(trireme_type STREQUAL "SHARED_LIBRARY")
    list(PREPEND CPACK_COMPONENTS_ALL Runtime)
endif()

# --- Debian: libtrireme<abi> and libtrireme-dev

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libtrireme${TRIREME_ABI})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libtrireme-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "The shared library.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Headers, and the files for CMake and pkg-config.")
if(trireme_type STREQUAL "SHARED_LIBRARY")
    set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
        "${CPACK_DEBIAN_RUNTIME_PACKAGE_NAME} (= ${PROJECT_VERSION})")
endif()

# --- The source archive

if(TRIREME_GLAD_DIR)
    set(trireme_loader ${TRIREME_GLAD_DIR})
else()
    set(trireme_loader ${PROJECT_BINARY_DIR}/third_party/glad)
endif()
get_filename_component(trireme_loader "${trireme_loader}" ABSOLUTE)
set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME trireme-${PROJECT_VERSION})
set(CPACK_TRIREME_LOADER ${trireme_loader}/include)
set(CPACK_INSTALL_SCRIPTS ${PROJECT_SOURCE_DIR}/src/package/pack_loader.cmake)
# What git does not hold either. Regular expressions over whole paths.
string(REGEX REPLACE "([][+.*()^$?|\\])" "\\\\\\1" trireme_root "${PROJECT_SOURCE_DIR}")
set(CPACK_SOURCE_IGNORE_FILES
    "^${trireme_root}/(build|out|third_party/glad)/"
    "^${trireme_root}/\\.(git|cache)(/|$)"
    "^${trireme_root}/[^/]*\\.png$"
    "/compile_commands\\.json$")
include(CPack)

# By its own target, for CPack's package_source knows nothing of the loader that has to be made first.
add_custom_target(trireme-source-archive
    COMMAND ${CMAKE_CPACK_COMMAND} --config ${PROJECT_BINARY_DIR}/CPackSourceConfig.cmake
    WORKING_DIRECTORY ${PROJECT_BINARY_DIR}
    COMMENT "Packing the source archive"
    VERBATIM)
if(NOT TRIREME_GLAD_DIR)
    add_dependencies(trireme-source-archive trireme_glad_generated)
endif()
