# cmake -DRULES=rules.h -DNOTES=notes.h -DOUT=rules.md -P rules.cmake
# The table of every mistake that a caller can make, and that of the notes.
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

# The notes stand in a table of their own.
file(READ ${NOTES} text)
string(REPLACE ";" "\\;" text "${text}")
string(REGEX MATCHALL "X\\([A-Z_]+, *\"[^\"]+\", *[A-Z]+, *[A-Z]+, *\"[^\"]+\"\\)" notes "${text}")
string(APPEND table "\n## What is no mistake\n\nTold where `log.level` asks for it.\n\n"
    "| id | level | meaning |\n|---|---|---|\n")
foreach(note IN LISTS notes)
    string(REGEX REPLACE "X\\([A-Z_]+, *\"([^\"]+)\", *([A-Z]+), *([A-Z]+), *\"([^\"]+)\"\\)" "| `\\1` | `TRM_LOG_\\2` | \\4 |\n"
        note "${note}")
    string(APPEND table "${note}")
endforeach()
list(LENGTH notes note_count)
if(note_count LESS 8)
    message(FATAL_ERROR "Only ${note_count} notes were found in ${NOTES}")
endif()
list(LENGTH rows count)
if(count LESS 40)
    message(FATAL_ERROR "Only ${count} rules were found in ${RULES}")
endif()
file(WRITE ${OUT} "${table}")
