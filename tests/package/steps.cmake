# Shared by the scripts of this folder.

# must(<what> <command>...): runs it, and ends the script with its output if it fails. Sets `output`.
macro(must what)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE must_status OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(NOT must_status EQUAL 0)
        message(FATAL_ERROR "${what} failed (${must_status}):\n${output}")
    endif()
endmacro()

# run_program(<program>): prints what it says; 77 skips the whole test.
macro(run_program program)
    execute_process(COMMAND ${program} RESULT_VARIABLE run_status OUTPUT_VARIABLE output ERROR_VARIABLE output)
    message("${program}: ${output}")
    if(run_status EQUAL 77)
        message("SKIPPED: no OpenGL 4.5 here")
        return()
    elseif(NOT run_status EQUAL 0)
        message(FATAL_ERROR "${program}: exit status ${run_status}")
    endif()
endmacro()
