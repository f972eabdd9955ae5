# Tests of trireme-demo; tests/CMakeLists.txt includes this.
find_program(TRIREME_XVFB_RUN xvfb-run DOC "Runs a program on a virtual display")
find_program(TRIREME_XRDB xrdb DOC "Sets the resources of an X display")
mark_as_advanced(TRIREME_XVFB_RUN TRIREME_XRDB)

# demo_test(<name> STATUS <n> [WINDOW] [DPI <n>] [OUTPUT <regex>] [PICTURE <file>] [SIZE <WxH>] [POINTS <name>]
#     [ONLY <regex>] OPTIONS <option>...)
#
# DPI: in a window, on a display of that resolution; 96 is scale 1. POINTS: tests/points/<name>.txt holds.
function(demo_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg WINDOW "STATUS;DPI;OUTPUT;PICTURE;SIZE;POINTS;ONLY" OPTIONS)
    set(environment "${trireme_test_environment}")
    set(display "")
    set(definitions "")
    if(arg_DPI)
        if(NOT TRIREME_XRDB)
            message(STATUS "Test ${name}: off, xrdb was not found (Debian: x11-xserver-utils).")
            return()
        endif()
        list(APPEND definitions -DXRDB=${TRIREME_XRDB})
    endif()
    if(arg_WINDOW OR arg_DPI)
        if(NOT TRIREME_XVFB_RUN)
            message(STATUS "Test ${name}: off, xvfb-run was not found (Debian: xvfb, xauth).")
            return()
        endif()
        # Without -noreset the display forgets its resources as soon as xrdb leaves.
        set(display ${TRIREME_XVFB_RUN} -a -s "-screen 0 2560x1440x24 -noreset")
        # The window system's libraries are unloaded at the end, and what they keep cannot be told apart then.
        string(REPLACE "ASAN_OPTIONS=" "ASAN_OPTIONS=detect_leaks=0:" environment "${environment}")
    endif()
    foreach(key STATUS DPI OUTPUT PICTURE SIZE ONLY)
        if(DEFINED arg_${key})
            list(APPEND definitions "-D${key}=${arg_${key}}")
        endif()
    endforeach()
    if(arg_POINTS)
        list(APPEND definitions -DCHECK=$<TARGET_FILE:demo_check_picture>
            -DPOINTS=${PROJECT_SOURCE_DIR}/demo/tests/points/${arg_POINTS}.txt)
    endif()
    add_test(NAME ${name} COMMAND ${display} ${CMAKE_COMMAND} -DDEMO=$<TARGET_FILE:trireme-demo> ${definitions}
        -P ${PROJECT_SOURCE_DIR}/demo/check.cmake -- ${arg_OPTIONS})
    set_tests_properties(${name} PROPERTIES
        LABELS demo
        TIMEOUT ${trireme_test_timeout}
        SKIP_REGULAR_EXPRESSION "SKIPPED:"
        ENVIRONMENT "${environment}")
    if(display)
        set_tests_properties(${name} PROPERTIES RESOURCE_LOCK demo-display)
    endif()
endfunction()

demo_test(demo-help STATUS 0 OUTPUT "--screenshot FILE.png.*edit-lab" OPTIONS --help)
demo_test(demo-list STATUS 0 OUTPUT "  1  volume-slice  .*  9  edit-lab  " OPTIONS --list)
demo_test(demo-version STATUS 0 OUTPUT "^trireme-demo ${PROJECT_VERSION}\n$" OPTIONS --version)

# Every mistake has its sentence.
demo_test(demo-bad-option STATUS 2 OUTPUT "unknown option --nonsense" OPTIONS --nonsense)
demo_test(demo-bad-value STATUS 2 OUTPUT "--overlay takes no value" OPTIONS --overlay=1)
demo_test(demo-no-value STATUS 2 OUTPUT "--frames needs a value" OPTIONS --frames)
demo_test(demo-bad-scene STATUS 2 OUTPUT "no scene \"x\".*edit-lab" OPTIONS --scene x)
demo_test(demo-bad-frames STATUS 2 OUTPUT "--frames 0: a whole number" OPTIONS --frames 0)
demo_test(demo-bad-size STATUS 2 OUTPUT "--size 9x9: width x height" OPTIONS --size 9x9)
demo_test(demo-bad-points STATUS 2 OUTPUT "--points -5: a whole number" OPTIONS --points -5)
demo_test(demo-bad-time STATUS 2 OUTPUT "--time soon: seconds" OPTIONS --time soon)
demo_test(demo-bad-placement STATUS 2 OUTPUT "--placement x: mapped, device or auto" OPTIONS --placement x)
demo_test(demo-bad-play STATUS 2 OUTPUT "--play jump: a list of wheel:N" OPTIONS --play jump)
demo_test(demo-bad-sheet STATUS 2 OUTPUT "--contact-sheet x.jpg: the name of a .png" OPTIONS --contact-sheet x.jpg)
demo_test(demo-bad-volume-size STATUS 2 OUTPUT "--volume-size 4x4: width x height x depth" OPTIONS --volume-size 4x4)
demo_test(demo-bad-volume-type STATUS 2 OUTPUT "--volume-type f8: f4, u2 or u1" OPTIONS --volume-type f8)
demo_test(demo-bad-soak STATUS 2 OUTPUT "--soak 5m: seconds, or seconds:seed" OPTIONS --soak 5m)
demo_test(demo-soak-scene STATUS 2 OUTPUT "--soak: only edit-lab" OPTIONS --soak 5 --scene wireframe)
demo_test(demo-lone-volume-size STATUS 2 OUTPUT "say how to read --volume FILE" OPTIONS --volume-size 4x4x4)
demo_test(demo-bad-screenshot STATUS 2 OUTPUT "--screenshot x.jpg: the name of a .png" OPTIONS --screenshot x.jpg)

add_test(NAME demo-no-display COMMAND ${CMAKE_COMMAND} -E env --unset=DISPLAY --unset=WAYLAND_DISPLAY
    ${CMAKE_COMMAND} -DDEMO=$<TARGET_FILE:trireme-demo> -DSTATUS=2 -DOUTPUT=xvfb-run
    -P ${PROJECT_SOURCE_DIR}/demo/check.cmake -- --frames 1)
set_tests_properties(demo-no-display PROPERTIES LABELS demo ENVIRONMENT "${trireme_test_environment}")

demo_test(demo-window STATUS 0 WINDOW
    OUTPUT "\nframes=20 marked=[0-9]+ copied=[0-9]+ full=960000 waits=0 mismatches=0\n$"
    OPTIONS --gl-debug --verify --points 3000 --size 320x180 --frames 20)
demo_test(demo-screenshot STATUS 0 WINDOW
    PICTURE ${CMAKE_CURRENT_BINARY_DIR}/demo-screenshot.png SIZE 1301x203
    OUTPUT "mismatches=-\n$"
    OPTIONS --gl-debug --points 3000 --size 1301x203 --frames 3
        --screenshot ${CMAKE_CURRENT_BINARY_DIR}/demo-screenshot.png)

# A dense monitor: the window has twice as many pixels each way, and so has what is drawn and written in it. A
# picture of a given size keeps it.
set(dense ${CMAKE_CURRENT_BINARY_DIR}/demo-dense)
file(MAKE_DIRECTORY ${dense})
demo_test(demo-dense STATUS 0 DPI 192 PICTURE ${dense}/trireme-edit-lab-001.png SIZE 2560x1440 POINTS edit-lab-dense
    OUTPUT "\nsaved trireme-edit-lab-001.png\n"
    OPTIONS --gl-debug --points 3000 --placement mapped --overlay --frames 3 --play key:s)
demo_test(demo-dense-screenshot STATUS 0 DPI 192 PICTURE ${dense}/screenshot.png SIZE 1301x203
    OUTPUT "mismatches=-\n$"
    OPTIONS --gl-debug --points 3000 --size 1301x203 --frames 3 --screenshot ${dense}/screenshot.png)
foreach(name demo-dense demo-dense-screenshot)
    if(TEST ${name})
        set_tests_properties(${name} PROPERTIES WORKING_DIRECTORY ${dense})
    endif()
endforeach()

# Recorded and replayed. A sanitizer wants to be loaded first, and so does apitrace.
find_program(TRIREME_APITRACE apitrace DOC "Records and replays OpenGL calls")
mark_as_advanced(TRIREME_APITRACE)
function(demo_trace_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg FLUSHES "" OPTIONS)
    add_test(NAME ${name} COMMAND ${TRIREME_XVFB_RUN} -a -s "-screen 0 1280x720x24" ${CMAKE_COMMAND}
        -DDEMO=$<TARGET_FILE:trireme-demo> -DAPITRACE=${TRIREME_APITRACE} -DCHECK=$<TARGET_FILE:demo_check_picture>
        -DOUT=${CMAKE_CURRENT_BINARY_DIR}/${name} -DFLUSHES=${arg_FLUSHES}
        -P ${PROJECT_SOURCE_DIR}/demo/check_trace.cmake --
        --gl-debug --size 320x180 --time 3 --frames 4 ${arg_OPTIONS})
    set_tests_properties(${name} PROPERTIES
        LABELS "demo;apitrace"
        TIMEOUT ${trireme_test_timeout}
        SKIP_REGULAR_EXPRESSION "SKIPPED:"
        RESOURCE_LOCK demo-display
        ENVIRONMENT "${trireme_test_environment}")
endfunction()
if(TRIREME_SANITIZE OR NOT TRIREME_APITRACE OR NOT TRIREME_XVFB_RUN)
    message(STATUS "Tests demo-trace: off, there is a sanitizer, or something was not found (Debian: apitrace, xvfb, xauth).")
else()
    demo_trace_test(demo-trace-mapped FLUSHES OPTIONS --points 3000 --placement mapped)
    demo_trace_test(demo-trace-auto FLUSHES OPTIONS --points 3000 --placement auto)
    demo_trace_test(demo-trace-device OPTIONS --points 20000 --placement device)
    demo_trace_test(demo-trace-scene FLUSHES OPTIONS --scene skinned-mesh)
endif()

include(${PROJECT_SOURCE_DIR}/demo/data_tests.cmake)
include(${PROJECT_SOURCE_DIR}/demo/gallery_tests.cmake)

if(NOT DEMO_OFFSCREEN)
    return()
endif()
add_test(NAME demo-pictures COMMAND ${CMAKE_COMMAND} -DDEMO=$<TARGET_FILE:trireme-demo>
    -DOUT=${CMAKE_CURRENT_BINARY_DIR} -P ${PROJECT_SOURCE_DIR}/demo/check_pictures.cmake)
set_tests_properties(demo-pictures PROPERTIES
    LABELS demo TIMEOUT ${trireme_test_timeout} SKIP_REGULAR_EXPRESSION "SKIPPED:"
    ENVIRONMENT "${trireme_test_environment}")

set(verify --offscreen --verify --points 20000 --size 640x360 --frames 120)
foreach(placement auto mapped device)
    demo_test(demo-verify-${placement} STATUS 0
        OUTPUT "\nframes=120 marked=[0-9]+ copied=[0-9]+ full=38400000 waits=0 mismatches=0\n$"
        OPTIONS ${verify} --gl-debug --placement ${placement} --overlay)
endforeach()
# What every kind of build shows, for it is a program of its own that uses nearly all of the library.
set_property(TEST demo-verify-auto demo-verify-device APPEND PROPERTY LABELS smoke)
# A GPU that is two frames behind, whoever is faster by himself. There the library has to use all of its regions,
# and without its fences the GPU has to be seen reading what was written too early. Held back by a shader that
# waits for the CPU, which hardware might not take well.
set(late --gl-debug --offscreen --verify --points 20000 --size 640x360 --frames 12 --fault late-gpu)
demo_test(demo-verify-regions STATUS 0 ONLY llvmpipe
    OUTPUT "\nregions used: 0 1 2 of 3\nframes=12 .* waits=0 mismatches=0\n$"
    OPTIONS ${late} --placement mapped)
demo_test(demo-verify-no-poll STATUS 1 ONLY llvmpipe OUTPUT "\nframes=12 .* mismatches=[1-9][0-9]*\n$"
    OPTIONS ${late} --fault no-poll)
# Long runs: --soak 480 --points 100000. Here it is the frames that end it.
demo_test(demo-soak STATUS 0
    OUTPUT "\nsoak: 11 resizes, 3 moves, 150 frames compared, 0 mismatches\n.*memory is flat.* mismatches=0\n$"
    OPTIONS --offscreen --soak 600:1 --frames 150 --points 3000 --size 320x180 --gl-debug)
