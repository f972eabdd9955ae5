# cmake -DDEMO=program -DAPITRACE=program -DCHECK=program -DOUT=folder [-DFLUSHES=ON] -P check_trace.cmake -- options...
# Records the demo with apitrace and replays that: the last picture is the demo's own, pixel for pixel. What the CPU
# wrote into mapped memory is in the record only if a flush told of it. FLUSHES: there must be such.
include(${CMAKE_CURRENT_LIST_DIR}/tests/run_demo.cmake)

file(REMOVE_RECURSE ${OUT})
file(MAKE_DIRECTORY ${OUT})
set(trace ${OUT}/demo.trace)
set(program ${DEMO})
set(DEMO ${APITRACE} trace --output=${trace} ${program})
demo_run(--screenshot ${OUT}/demo.png)
demo_expect(0)

# apitrace(<variable> <argument>...): its output.
function(apitrace variable)
    execute_process(COMMAND ${APITRACE} ${ARGN}
        RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "apitrace ${ARGN}: ${status}\n${errors}")
    endif()
    set(${variable} "${output}" PARENT_SCOPE)
endfunction()

# What it holds: mappings that stay and are flushed, each flush with its bytes. Nothing coherent, whose writes have to be
# guessed at.
apitrace(text dump --color=never ${trace})
string(REGEX MATCHALL "Map(Named)?BufferRange\\([^\n]*access = [^\n]*" mappings "${text}")
string(REGEX MATCHALL "FlushMapped(Named)?BufferRange\\(" flushes "${text}")
string(REGEX MATCHALL "memcpy\\(" copies "${text}")
list(LENGTH mappings mapping_count)
list(LENGTH flushes flush_count)
list(LENGTH copies copy_count)
message("${mapping_count} mappings, ${flush_count} flushes, ${copy_count} times bytes")
foreach(mapping IN LISTS mappings)
    if(NOT mapping MATCHES "PERSISTENT" OR NOT mapping MATCHES "FLUSH_EXPLICIT" OR mapping MATCHES "COHERENT")
        message(FATAL_ERROR "A mapping that cannot be followed: ${mapping}")
    endif()
endforeach()
if(NOT copy_count EQUAL flush_count OR (FLUSHES AND flush_count EQUAL 0))
    message(FATAL_ERROR "Flushes are missing, or have no bytes.")
endif()

apitrace(ignored dump-images --call-nos=no --output=${OUT}/frame- ${trace})
file(GLOB frames ${OUT}/frame-*.png)
list(SORT frames)
list(POP_BACK frames PICTURE)
if(NOT PICTURE)
    message(FATAL_ERROR "The replay shows nothing.")
endif()
demo_look(${PICTURE} like ${OUT}/demo.png 0 0)
