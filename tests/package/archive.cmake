# Packs the sources, unpacks them elsewhere, and builds them with neither Python nor the loader's generator on
# PATH; what is missing for the demo or the tests must not matter either.
cmake_minimum_required(VERSION 3.22)
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

file(REMOVE_RECURSE ${WORK})
must("Configuring" ${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/packing -G ${GENERATOR}
    -DCMAKE_C_COMPILER=${CC} -DTRIREME_GLAD_DIR=${LOADER} -DTRIREME_BUILD_TESTS=OFF -DTRIREME_BUILD_DEMO=OFF)
must("Packing" ${CMAKE_COMMAND} --build ${WORK}/packing --target trireme-source-archive)
file(ARCHIVE_EXTRACT INPUT ${WORK}/packing/trireme-${VERSION}.tar.gz DESTINATION ${WORK})
set(unpacked ${WORK}/trireme-${VERSION})
foreach(file README.md LICENSE third_party/glad/include/glad/gl.h tests/package/archive.cmake)
    if(NOT EXISTS ${unpacked}/${file})
        message(FATAL_ERROR "${file} is not in the archive")
    endif()
endforeach()
file(GLOB unwanted ${unpacked}/build ${unpacked}/out ${unpacked}/.git)
if(unwanted)
    message(FATAL_ERROR "In the archive: ${unwanted}")
endif()

# A PATH of links to what a build needs.
file(MAKE_DIRECTORY ${WORK}/bin)
foreach(tool as ld ar ranlib nm strip sh make ninja)
    find_program(found_${tool} ${tool})
    if(found_${tool})
        file(CREATE_LINK ${found_${tool}} ${WORK}/bin/${tool} SYMBOLIC)
    endif()
endforeach()
set(ENV{PATH} ${WORK}/bin)
foreach(tool glad python3)
    execute_process(COMMAND ${tool} --version RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
    if(status EQUAL 0)
        message(FATAL_ERROR "${tool} can still be called")
    endif()
endforeach()
must("Configuring what was unpacked" ${CMAKE_COMMAND} -S ${unpacked} -B ${WORK}/build -G ${GENERATOR}
    -DCMAKE_C_COMPILER=${CC} -DTRIREME_BUILD_TESTS=OFF -DTRIREME_BUILD_DEMO=OFF
    -DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF)
must("Building what was unpacked" ${CMAKE_COMMAND} --build ${WORK}/build)
if(NOT EXISTS ${WORK}/build/src/libtrireme.a)
    message(FATAL_ERROR "There is no library")
endif()
