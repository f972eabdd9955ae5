# cmake -DDEMO=program -DPICTURE=file.png -DCHECK=program [-DBEFORE=argument] [-DAFTER=argument] -P check_scene.cmake
#     -- options...
# Has the demo draw a picture, and a program look at it: CHECK [BEFORE] PICTURE [AFTER].
# Prints SKIPPED where there is no OpenGL, unless TRIREME_REQUIRE_GL is set.
cmake_minimum_required(VERSION 3.21)

set(options "")
set(seen FALSE)
foreach(i RANGE ${CMAKE_ARGC})
    if(seen AND DEFINED CMAKE_ARGV${i})
        list(APPEND options "${CMAKE_ARGV${i}}")
    elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
        set(seen TRUE)
    endif()
endforeach()

file(REMOVE ${PICTURE})
execute_process(COMMAND ${DEMO} --screenshot ${PICTURE} ${options}
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
message("${output}")
if(output MATCHES "offers no OpenGL 4.5|no window with OpenGL 4.5" AND "$ENV{TRIREME_REQUIRE_GL}" STREQUAL "")
    message("SKIPPED: no OpenGL 4.5 here")
    return()
endif()
if(NOT status EQUAL 0)
    message(FATAL_ERROR "The demo's exit status is ${status}.")
endif()
execute_process(COMMAND ${CHECK} ${BEFORE} ${PICTURE} ${AFTER}
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
message("${output}")
if(NOT status EQUAL 0)
    message(FATAL_ERROR "${PICTURE} is not what the specification says.")
endif()
