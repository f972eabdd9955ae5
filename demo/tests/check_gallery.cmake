# cmake -DDEMO=program -DPICTURE=file.png -DCHECK=program [-DPOINTS=file.txt]
#     [-DREFERENCE=file.png -DWITHIN=n -DMOST=n] [-DONLY=regex] -P check_gallery.cmake -- options...
# Has the demo draw a picture, and looks at its points, and at how far it is from a reference.
# Prints SKIPPED where there is no OpenGL, unless TRIREME_REQUIRE_GL is set, or where the output does not match
# ONLY.
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
execute_process(COMMAND ${DEMO} --screenshot ${PICTURE} --gl-debug ${options}
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
message("${output}")
if(output MATCHES "offers no OpenGL 4.5|no window with OpenGL 4.5" AND "$ENV{TRIREME_REQUIRE_GL}" STREQUAL "")
    message("SKIPPED: no OpenGL 4.5 here")
    return()
endif()
if(ONLY AND NOT output MATCHES "${ONLY}")
    message("SKIPPED: says something about ${ONLY} alone")
    return()
endif()
if(NOT status EQUAL 0)
    message(FATAL_ERROR "The demo's exit status is ${status}.")
endif()

function(look)
    execute_process(COMMAND ${CHECK} ${PICTURE} ${ARGN}
        RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
    message("${output}")
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${PICTURE} is not as it should be.")
    endif()
endfunction()

if(POINTS)
    look(holds ${POINTS})
endif()
if(REFERENCE)
    look(like ${REFERENCE} ${WITHIN} ${MOST})
endif()
