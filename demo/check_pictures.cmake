# cmake -DDEMO=program -DOUT=folder -P check_pictures.cmake
# The same options make the same picture, byte by byte; another time, or the overlay, another one.
cmake_minimum_required(VERSION 3.21)

function(take name)
    execute_process(
        COMMAND ${DEMO} --offscreen --points 3000 --size 320x180 --frames 4 --screenshot ${OUT}/${name}.png ${ARGN}
        RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
    message("${output}")
    if(output MATCHES "offers no OpenGL 4.5" AND "$ENV{TRIREME_REQUIRE_GL}" STREQUAL "")
        message("SKIPPED: no OpenGL 4.5 here")
    elseif(NOT status EQUAL 0)
        message(FATAL_ERROR "The exit status is ${status}.")
    else()
        file(SHA256 ${OUT}/${name}.png hash)
        set(${name} ${hash} PARENT_SCOPE)
    endif()
endfunction()

take(first --time 3)
if(NOT first)
    return()
endif()
take(second --time 3)
take(later --time 3.5)
take(overlay --time 3 --overlay)
if(NOT first STREQUAL second)
    message(FATAL_ERROR "Two pictures of the same moment differ.")
endif()
if(first STREQUAL later OR first STREQUAL overlay)
    message(FATAL_ERROR "Pictures are equal that should differ.")
endif()
