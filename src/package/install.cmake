# What `cmake --install` lays down: the library, its headers, a CMake package and a pkg-config file. All of it may
# be moved to another folder afterwards. Two components: Runtime (what programs need to run) and Development.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(trireme_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/trireme)

install(TARGETS trireme EXPORT trireme-targets
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT Runtime
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Runtime NAMELINK_COMPONENT Development
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Development
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/trireme DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    COMPONENT Development FILES_MATCHING PATTERN "*.h")
# By Debian's names, which do no harm elsewhere.
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libtrireme-dev
    RENAME copyright COMPONENT Development)
get_target_property(trireme_type trireme TYPE)
if(trireme_type STREQUAL "SHARED_LIBRARY")
    install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libtrireme${TRIREME_ABI}
        RENAME copyright COMPONENT Runtime)
endif()

# --- find_package(trireme)

install(EXPORT trireme-targets NAMESPACE trireme:: DESTINATION ${trireme_cmake_dir} COMPONENT Development)
configure_package_config_file(${PROJECT_SOURCE_DIR}/src/package/trireme-config.cmake.in
    ${PROJECT_BINARY_DIR}/package/trireme-config.cmake
    INSTALL_DESTINATION ${trireme_cmake_dir}
    NO_SET_AND_CHECK_MACRO)
# Until 1.0 a minor version may change the API.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/trireme-config-version.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES
    ${PROJECT_BINARY_DIR}/package/trireme-config.cmake
    ${PROJECT_BINARY_DIR}/package/trireme-config-version.cmake
    DESTINATION ${trireme_cmake_dir} COMPONENT Development)

# --- pkg-config

# The prefix is found from where the file lies, unless the folders are not below the prefix anyway.
set(trireme_pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
    set(TRIREME_PC_PREFIX ${CMAKE_INSTALL_PREFIX})
    set(TRIREME_PC_LIBDIR ${CMAKE_INSTALL_LIBDIR})
else()
    file(RELATIVE_PATH trireme_pc_up /prefix/${trireme_pc_dir} /prefix)
    string(REGEX REPLACE "/$" "" trireme_pc_up ${trireme_pc_up})
    set(TRIREME_PC_PREFIX "\${pcfiledir}/${trireme_pc_up}")
    set(TRIREME_PC_LIBDIR "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
endif()
if(IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
    set(TRIREME_PC_INCLUDEDIR ${CMAKE_INSTALL_INCLUDEDIR})
else()
    set(TRIREME_PC_INCLUDEDIR "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
set(TRIREME_PC_CFLAGS "")
set(TRIREME_PC_LIBS "")
set(TRIREME_PC_LIBS_PRIVATE "")
find_package(Threads REQUIRED)
if(trireme_type STREQUAL "SHARED_LIBRARY")
    set(TRIREME_PC_CFLAGS " -DTRIREME_SHARED")
    set(TRIREME_PC_LIBS_PRIVATE ${CMAKE_THREAD_LIBS_INIT})
elseif(CMAKE_THREAD_LIBS_INIT)
    set(TRIREME_PC_LIBS " ${CMAKE_THREAD_LIBS_INIT}")
endif()
configure_file(${PROJECT_SOURCE_DIR}/src/package/trireme.pc.in ${PROJECT_BINARY_DIR}/package/trireme.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/package/trireme.pc DESTINATION ${trireme_pc_dir} COMPONENT Development)
