# What the scripts share that run the demo and look at what it did.
cmake_minimum_required(VERSION 3.21)

# demo_run(<option>...)
#
# Runs ${DEMO} with these options and those that follow "--" on the script's command line, and prints its output.
# Sets `status` and `output`. Returns from the caller, after printing SKIPPED, where there is no OpenGL, unless
# TRIREME_REQUIRE_GL is set, or where the output does not match ONLY.
macro(demo_run)
    set(options ${ARGN})
    set(seen FALSE)
    foreach(i RANGE ${CMAKE_ARGC})
        if(seen AND DEFINED CMAKE_ARGV${i})
            list(APPEND options "${CMAKE_ARGV${i}}")
        elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
            set(seen TRUE)
        endif()
    endforeach()
    execute_process(COMMAND ${DEMO} ${options}
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
endmacro()

# Fails unless that was the exit status.
macro(demo_expect wanted)
    if(NOT status STREQUAL "${wanted}")
        message(FATAL_ERROR "The exit status is ${status}, not ${wanted}.")
    endif()
endmacro()

# demo_look(<argument>...): has ${CHECK} look at something.
function(demo_look)
    execute_process(COMMAND ${CHECK} ${ARGN}
        RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
    message("${output}")
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${PICTURE} is not as it should be.")
    endif()
endfunction()
