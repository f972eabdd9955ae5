# Called by CPack for every package; adds the OpenGL loader to the source archive. As one of CPack's source folders it
# would be ignored together with the build folder that it lies in.
if(CPACK_TOPLEVEL_TAG MATCHES "-Source$")
    if(NOT EXISTS ${CPACK_TRIREME_LOADER}/glad/gl.h)
        message(FATAL_ERROR "The loader is not there yet: build the target trireme-source-archive instead.")
    endif()
    file(COPY ${CPACK_TRIREME_LOADER} DESTINATION ${CMAKE_INSTALL_PREFIX}/third_party/glad)
endif()
