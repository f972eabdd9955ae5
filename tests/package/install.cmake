# Builds the library alone, installs it, and moves what was installed to PREFIX: nothing may remember the folder
# that it was made in.
cmake_minimum_required(VERSION 3.22)
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

set(shared OFF)
if(KIND STREQUAL "shared")
    set(shared ON)
endif()
file(REMOVE_RECURSE ${WORK} ${PREFIX})
must("Configuring" ${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/build -G ${GENERATOR}
    -DCMAKE_C_COMPILER=${CC} -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=${WORK}/prefix
    -DBUILD_SHARED_LIBS=${shared} -DTRIREME_GLAD_DIR=${LOADER}
    -DTRIREME_BUILD_TESTS=OFF -DTRIREME_BUILD_DEMO=OFF -DTRIREME_WERROR=ON)
must("Building" ${CMAKE_COMMAND} --build ${WORK}/build)
must("Installing" ${CMAKE_COMMAND} --install ${WORK}/build)
file(RENAME ${WORK}/prefix ${PREFIX})

file(GLOB_RECURSE texts ${PREFIX}/*.cmake ${PREFIX}/*.pc ${PREFIX}/*.h)
foreach(text ${texts})
    file(READ ${text} content)
    foreach(folder ${WORK} ${SOURCE})
        string(FIND "${content}" "${folder}" at)
        if(NOT at EQUAL -1)
            message(FATAL_ERROR "${text} names ${folder}")
        endif()
    endforeach()
endforeach()
