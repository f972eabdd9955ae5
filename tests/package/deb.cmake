# Makes the Debian packages, unpacks both into one folder, and looks at what is where. Installing them needs root,
# so that is left to people; a program is compiled and run with what was unpacked.
cmake_minimum_required(VERSION 3.22)
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

file(REMOVE_RECURSE ${WORK})
must("Configuring" ${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/build -G ${GENERATOR}
    -DCMAKE_C_COMPILER=${CC} -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr -DBUILD_SHARED_LIBS=ON
    -DTRIREME_GLAD_DIR=${LOADER} -DTRIREME_BUILD_TESTS=OFF -DTRIREME_BUILD_DEMO=OFF)
must("Building" ${CMAKE_COMMAND} --build ${WORK}/build)
must("Packing" ${CMAKE_COMMAND} -E chdir ${WORK}/build ${CMAKE_CPACK_COMMAND} -G DEB)

foreach(package libtrireme${ABI} libtrireme-dev)
    file(GLOB deb ${WORK}/build/${package}_${VERSION}*.deb)
    if(NOT deb)
        message(FATAL_ERROR "There is no package ${package}")
    endif()
    must("dpkg-deb" dpkg-deb --field ${deb})
    message("${output}")
    set(fields_${package} "${output}")
    must("dpkg-deb" dpkg-deb --extract ${deb} ${WORK}/root)
endforeach()
if(NOT fields_libtrireme-dev MATCHES "Depends: libtrireme${ABI} \\(= ${VERSION}\\)")
    message(FATAL_ERROR "libtrireme-dev does not depend on its library")
endif()
if(NOT fields_libtrireme${ABI} MATCHES "Depends: libc6")
    message(FATAL_ERROR "libtrireme${ABI} does not depend on libc6")
endif()
foreach(pattern usr/lib/*/libtrireme.so.${ABI} usr/lib/*/libtrireme.so usr/lib/*/pkgconfig/trireme.pc
        usr/lib/*/cmake/trireme/trireme-config.cmake usr/include/trireme/gl.h)
    file(GLOB found ${WORK}/root/${pattern})
    if(NOT found)
        message(FATAL_ERROR "No ${pattern} in the packages")
    endif()
endforeach()

file(WRITE ${WORK}/app.c "#include <trireme/gl.h>\nint main(void) { return trm_version_string()[0] != '0'; }\n")
file(GLOB pc ${WORK}/root/usr/lib/*/pkgconfig)
get_filename_component(libraries ${pc} DIRECTORY)
set(ENV{LD_LIBRARY_PATH} ${libraries})
must("Compiling" ${CC} -std=c11 -I${WORK}/root/usr/include -o ${WORK}/app ${WORK}/app.c -L${libraries} -ltrireme)
must("The program" ${WORK}/app)
