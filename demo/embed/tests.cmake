# Tests of the programs in this folder; tests/CMakeLists.txt includes this. Each runs some frames; then its picture
# is looked at point by point (points/<name>.txt), or compared with that of its counterpart.
set(embed_dir ${PROJECT_SOURCE_DIR}/demo/embed)
find_program(TRIREME_XVFB_RUN xvfb-run DOC "Runs a program on a virtual display")
mark_as_advanced(TRIREME_XVFB_RUN)

find_package(PNG QUIET)
add_executable(embed_check_picture ${PROJECT_SOURCE_DIR}/demo/tests/check_picture.c)
target_compile_features(embed_check_picture PRIVATE c_std_11)
set_target_properties(embed_check_picture PROPERTIES C_EXTENSIONS OFF)
target_link_libraries(embed_check_picture PRIVATE PNG::PNG trireme_flags)

# embed_add_test(<name> [WINDOW] <definition>...): runs check.cmake.
function(embed_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "WINDOW" "" "")
    set(environment "${trireme_test_environment}")
    set(display "")
    if(arg_WINDOW)
        if(NOT TRIREME_XVFB_RUN)
            message(STATUS "Test ${name}: off, xvfb-run was not found (Debian: xvfb, xauth).")
            return()
        endif()
        set(display ${TRIREME_XVFB_RUN} -a -s "-screen 0 1280x720x24")
    endif()
    # At their end these programs unload drivers and leave contexts behind; leaks are looked for elsewhere.
    string(REPLACE "ASAN_OPTIONS=" "ASAN_OPTIONS=detect_leaks=0:" environment "${environment}")
    list(TRANSFORM arg_UNPARSED_ARGUMENTS PREPEND -D)
    add_test(NAME ${name} COMMAND ${display} ${CMAKE_COMMAND} ${arg_UNPARSED_ARGUMENTS}
        -DCHECK=$<TARGET_FILE:embed_check_picture> -DOUT=${CMAKE_CURRENT_BINARY_DIR}/${name}
        -P ${embed_dir}/check.cmake)
    set_tests_properties(${name} PROPERTIES
        LABELS embed
        TIMEOUT ${trireme_test_timeout}
        SKIP_REGULAR_EXPRESSION "SKIPPED:"
        ENVIRONMENT "${environment}")
    if(arg_WINDOW)
        set_tests_properties(${name} PROPERTIES RESOURCE_LOCK demo-display)
    endif()
endfunction()

foreach(name glfw sdl2 own-vaos two-windows time-series views)
    if(TARGET embed-${name})
        embed_add_test(embed-${name} WINDOW
            PROGRAM=$<TARGET_FILE:embed-${name}> FRAMES=30 POINTS=${embed_dir}/points/${name}.txt)
    endif()
endforeach()
if(TARGET embed-egl-png)
    embed_add_test(embed-egl-png PROGRAM=$<TARGET_FILE:embed-egl-png> FRAMES=15 POINTS=${embed_dir}/points/egl-png.txt)
    embed_add_test(embed-producers
        PROGRAM=$<TARGET_FILE:embed-producers> FRAMES=30 POINTS=${embed_dir}/points/producers.txt)
    set_property(TEST embed-producers APPEND PROPERTY LABELS threads)
    set_property(TEST embed-egl-png embed-producers APPEND PROPERTY LABELS smoke)
    # Times mean something only without a sanitizer, but the pictures do always.
    foreach(name subdata orphan mapped)
        embed_add_test(embed-port-${name} FRAMES=40
            PROGRAM=$<TARGET_FILE:embed-after-${name}> TEXT=${embed_dir}/after_${name}.c
            BEFORE=$<TARGET_FILE:embed-before-${name}> BEFORE_TEXT=${embed_dir}/before_${name}.c)
    endforeach()
endif()
