# Runs trireme-bench for a few frames of small rows; fails unless every way was right in every frame.
#   cmake -DBENCH=<program> -DJSON=<file> -P check.cmake
file(REMOVE ${JSON})
set(ENV{MESA_DEBUG} errors) # Mesa then says of each GL error
execute_process(
    COMMAND ${BENCH} --frames 6 --warm-up 3 --repeat 2 --pacing 3 --threads 2 --json ${JSON}
        --only 1MiB/256B --only 1MiB/4KiB --only small/100/ --only idle/1/ --only chunk/512B --full
    RESULT_VARIABLE status ERROR_VARIABLE errors)
message("${errors}")
if(status EQUAL 77 AND NOT "$ENV{TRIREME_REQUIRE_GL}" STREQUAL "1")
    message("SKIPPED: no OpenGL")
    return()
endif()
if(NOT status EQUAL 0)
    message(FATAL_ERROR "trireme-bench ended with ${status}")
endif()
if(errors MATCHES "Mesa: (User|warning)")
    message(FATAL_ERROR "OpenGL has something to complain about")
endif()

file(READ ${JSON} json)
string(JSON count LENGTH ${json} rows)
if(count LESS 10)
    message(FATAL_ERROR "${count} rows")
endif()
math(EXPR last "${count} - 1")
foreach(row RANGE ${last})
    string(JSON name GET ${json} rows ${row} name)
    string(JSON ok GET ${json} rows ${row} checksum_ok)
    string(JSON ratio GET ${json} rows ${row} ratio)
    string(JSON frame GET ${json} rows ${row} variants auto frame_us)
    if(NOT ok OR NOT ratio GREATER 0 OR NOT frame GREATER 0)
        message(FATAL_ERROR "${name}: checksum_ok ${ok}, ratio ${ratio}, frame ${frame}")
    endif()
endforeach()
