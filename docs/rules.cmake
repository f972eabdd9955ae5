# cmake -DRULES=rules.h -DOUT=rules.md -P rules.cmake
# The table of every mistake that a caller can make.
cmake_minimum_required(VERSION 3.22)

file(READ ${RULES} text)
string(REPLACE ";" "\\;" text "${text}")
string(REGEX MATCHALL "X\\([A-Z_]+, *\"[^\"]+\", *[A-Z_]+, *\"[^\"]+\"\\)" rows "${text}")
set(table "# The rules {#rules}\n\n| id | result | meaning |\n|---|---|---|\n")
foreach(row IN LISTS rows)
    string(REGEX REPLACE "X\\([A-Z_]+, *\"([^\"]+)\", *([A-Z_]+), *\"([^\"]+)\"\\)" "| `\\1` | `TRM_ERROR_\\2` | \\3 |\n"
        row "${row}")
    string(APPEND table "${row}")
endforeach()
list(LENGTH rows count)
if(count LESS 40)
    message(FATAL_ERROR "Only ${count} rules were found in ${RULES}")
endif()
file(WRITE ${OUT} "${table}")
