# cmake -DPROGRAM=program -DFRAMES=n -DOUT=name -DCHECK=program
#     (-DPOINTS=file.txt | -DTEXT=file.c -DBEFORE=program -DBEFORE_TEXT=file.c) -P check.cmake
# Runs the program and looks at its picture; or runs two that must draw the same, and says how long their sources are.
cmake_minimum_required(VERSION 3.22)

# draw(<program> <picture>); sets `skipped` where there is no OpenGL.
#
# Mesa is told to make contexts for debugging, whatever they ask for, and to say of each GL error.
set(ENV{MESA_DEBUG} context)
function(draw program picture)
    file(REMOVE ${picture})
    execute_process(COMMAND ${program} --frames ${FRAMES} --picture ${picture}
        RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
    message("${output}")
    if(status EQUAL 77 AND NOT "$ENV{TRIREME_REQUIRE_GL}" STREQUAL "1")
        set(skipped TRUE PARENT_SCOPE)
    elseif(NOT status EQUAL 0)
        message(FATAL_ERROR "${program}: exit status ${status}")
    elseif(output MATCHES "trireme:|error|Mesa: (User|warning)")
        message(FATAL_ERROR "${program} has something to complain about")
    endif()
endfunction()

# Lines that are neither empty nor comment.
function(count_lines file)
    file(READ ${file} text)
    string(REGEX REPLACE "/\\*([^*]|\\*+[^*/])*\\*+/" "" text "${text}")
    string(REPLACE ";" "," text "${text}")
    string(REGEX MATCHALL "[^\n]*[^ \n][^\n]*" lines "${text}")
    list(LENGTH lines count)
    get_filename_component(name ${file} NAME)
    message("${name}: ${count} lines")
endfunction()

set(skipped FALSE)
draw(${PROGRAM} ${OUT}.png)
if(BEFORE AND NOT skipped)
    draw(${BEFORE} ${OUT}-before.png)
    count_lines(${BEFORE_TEXT})
    count_lines(${TEXT})
endif()
if(skipped)
    message("SKIPPED: no OpenGL 4.5 here")
    return()
endif()
if(BEFORE)
    set(check ${CHECK} ${OUT}.png like ${OUT}-before.png 0 0)
else()
    set(check ${CHECK} ${OUT}.png holds ${POINTS})
endif()
execute_process(COMMAND ${check} RESULT_VARIABLE status)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "The picture ${OUT}.png is not what it should be.")
endif()
