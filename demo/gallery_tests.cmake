# Tests of the gallery's scenes and of the camera; demo/tests.cmake includes this.
set(here ${PROJECT_SOURCE_DIR}/demo)

if(TARGET PkgConfig::CHECK)
    foreach(name camera control)
        trireme_add_check_test(demo_${name} ${here}/tests/test_${name}.c ${here}/camera.c ${here}/control.c
            LIBRARIES demo_data trireme_glad)
        target_include_directories(demo_${name} SYSTEM PRIVATE ${DEMO_CGLM_DIR})
        set_tests_properties(demo_${name} PROPERTIES LABELS demo)
    endforeach()
endif()

find_package(PNG QUIET)
add_executable(demo_check_picture ${here}/tests/check_picture.c)
target_compile_features(demo_check_picture PRIVATE c_std_11)
set_target_properties(demo_check_picture PROPERTIES C_EXTENSIONS OFF)
target_link_libraries(demo_check_picture PRIVATE PNG::PNG trireme_flags)

# gallery_picture(<name> [WINDOW] [POINTS] [REFERENCE <name>] [ONLY <regex>] OPTIONS <option>...)
#
# POINTS: tests/points/<scene>.txt holds. REFERENCE: at most 25 of the picture's pixels differ by more than 8
# of 255 from tests/pictures/<name>.png. That leaves room for rasterisers that see an edge on the other side of
# a sample; a missing axis line takes about 60 pixels, a wrong light thousands.
function(gallery_picture name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "WINDOW" "POINTS;REFERENCE;ONLY" OPTIONS)
    set(definitions "")
    set(environment "${trireme_test_environment}")
    set(display "")
    set(where --offscreen)
    if(arg_POINTS)
        list(APPEND definitions -DPOINTS=${here}/tests/points/${arg_POINTS}.txt)
    endif()
    if(arg_REFERENCE)
        list(APPEND definitions
            -DREFERENCE=${here}/tests/pictures/${arg_REFERENCE}.png -DWITHIN=8 -DMOST=25)
    endif()
    if(arg_ONLY)
        list(APPEND definitions -DONLY=${arg_ONLY})
    endif()
    if(arg_WINDOW)
        if(NOT TRIREME_XVFB_RUN)
            message(STATUS "Test ${name}: off, xvfb-run was not found (Debian: xvfb, xauth).")
            return()
        endif()
        set(display ${TRIREME_XVFB_RUN} -a -s "-screen 0 1280x720x24")
        set(where "")
        string(REPLACE "ASAN_OPTIONS=" "ASAN_OPTIONS=detect_leaks=0:" environment "${environment}")
    elseif(NOT DEMO_OFFSCREEN)
        return()
    endif()
    add_test(NAME ${name} COMMAND ${display} ${CMAKE_COMMAND} -DDEMO=$<TARGET_FILE:trireme-demo>
        -DPICTURE=${CMAKE_CURRENT_BINARY_DIR}/${name}.png -DCHECK=$<TARGET_FILE:demo_check_picture> ${definitions}
        -P ${here}/tests/check_gallery.cmake -- ${where} ${arg_OPTIONS})
    set_tests_properties(${name} PROPERTIES
        LABELS demo
        TIMEOUT ${trireme_test_timeout}
        SKIP_REGULAR_EXPRESSION "SKIPPED:"
        ENVIRONMENT "${environment}")
    if(arg_WINDOW)
        set_tests_properties(${name} PROPERTIES RESOURCE_LOCK demo-display)
    endif()
endfunction()

# gallery_scene(<scene> FRAMES <n> SIZE <WxH> FIRST <bytes> EACH <bytes> [PLAY <list>] [ONLY <regex>])
#
# The scene is run up to frame n, offscreen and in a window, and the picture compared with one that was made in
# one go at that time: a buffer that is behind shows. With PLAY it is also looked at after interaction.
# FIRST is what the first frame marks: all of the scene's buffers, and its texels. EACH is what every other
# frame marks.
function(gallery_scene scene)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "FRAMES;SIZE;FIRST;EACH;PLAY;ONLY" "")
    set(options --scene ${scene} --size ${arg_SIZE})
    gallery_picture(gallery-${scene} REFERENCE ${scene} ONLY "${arg_ONLY}"
        OPTIONS ${options} --frames ${arg_FRAMES})
    gallery_picture(gallery-${scene}-window WINDOW REFERENCE ${scene} ONLY "${arg_ONLY}"
        OPTIONS ${options} --frames ${arg_FRAMES})
    if(arg_PLAY)
        gallery_picture(gallery-${scene}-played REFERENCE ${scene}-played ONLY "${arg_ONLY}"
            OPTIONS ${options} --frames 61 --play ${arg_PLAY})
    endif()
    if(DEMO_OFFSCREEN)
        math(EXPR marked "${arg_FIRST} + 499 * (${arg_EACH})")
        demo_test(gallery-${scene}-verify STATUS 0
            OUTPUT "\nframes=500 marked=${marked} copied=[0-9]+ full=[0-9]+ waits=[0-9]+ mismatches=0\n$"
            OPTIONS --offscreen --scene ${scene} --size 160x120 --frames 500 --gl-debug --verify)
    endif()
endfunction()

# The uniform blocks: view, object, skinned object, basic, phong, map transform, background, lights.
set(view 288)
set(object 144)
set(skinned 272)
set(basic 64)
set(phong 112)
set(map 48)
set(background 80)
set(ambient 240)
set(light 256)
set(lines 16)

# The shapes: indices, positions, normals.
set(plane "24 + 48 + 48")
set(knot "98304 + 51084 + 51084")
set(cylinder "3840 + 2796 + 2796")
set(volume 16777216)

gallery_scene(volume-slice FRAMES 3 SIZE 240x180 PLAY wheel:-20
    FIRST "${view} + ${object} + ${basic} + ${map} + ${plane} + 48 + ${volume}" EACH ${view})
gallery_scene(colormap-channels FRAMES 31 SIZE 240x180 PLAY "drag:60:30,wheel:5"
    FIRST "${view} + ${ambient} + ${light} + ${background} + 4 * (${object} + ${phong} + ${map}) + ${knot} + 17028
        + 4 * (4 + 8 + 16 + 16)"
    EACH "${view} + 4 * ${object}")
gallery_scene(multi-slice FRAMES 31 SIZE 240x180 PLAY "drag:-40:25,wheel:3,pan:10:5"
    FIRST "${view} + ${background} + 3 * (${plane} + 48 + ${object}) + ${basic} + ${map}
        + 72 + 96 + ${lines} + ${object} + 288 + 336 + 336 + 224 + 3 * (${object} + ${basic}) + ${volume}"
    EACH "${view} + ${object} + 48")
gallery_scene(skinned-mesh FRAMES 61 SIZE 240x180 PLAY "drag:50:-20,wheel:4"
    FIRST "${view} + ${skinned} + ${basic} + 1536 + 972 + 972 + 648 + 1296 + 1296 + 320 + 96 + 96 + ${lines} + ${object}"
    EACH "${view} + 320 + 96")
gallery_scene(colormap-mesh FRAMES 31 SIZE 270x120
    FIRST "${view} + ${ambient} + ${light} + 4 * (${object} + ${phong} + ${cylinder}) + 3 * ${map}
        + 932 + 1864 + 2796 + 1864 + 2796 + 2 * 16 + 451 * 300 * 16 + ${volume}"
    EACH "${view} + 4 * ${object}")
gallery_scene(wireframe FRAMES 2 SIZE 240x180 PLAY "drag:40:30,key:],key:],key:],wheel:3"
    FIRST "${view} + ${ambient} + ${light} + 2 * ${object} + ${phong} + 16 + 6144 + 3468 + 3468 + 2312 + 18432"
    EACH ${view})
gallery_scene(mesh-colormaps FRAMES 2 SIZE 270x120
    FIRST "${view} + ${ambient} + ${light} + 4 * (${object} + ${phong} + ${cylinder}) + 3 * ${map}
        + 932 + 1864 + 2796 + 1864 + 2796 + (4 + 16 + 64) * 16"
    EACH ${view})
# The grain hashes the bits of interpolated numbers: other rasterisers have other grain.
gallery_scene(post-processing FRAMES 31 SIZE 240x180 PLAY "drag:40:60,wheel:3" ONLY llvmpipe
    FIRST "${view} + ${ambient} + ${light} + ${object} + ${phong} + ${map} + ${knot} + 34056 + 16 + 32 + 512 * 512 * 4"
    EACH "${view} + 16 + 32")

# Points that were worked out by hand, or by programs apart from the demo.
gallery_picture(gallery-mesh-colormaps-points POINTS mesh-colormaps OPTIONS --scene mesh-colormaps --frames 1)
gallery_picture(gallery-skinned-mesh-points POINTS skinned-mesh
    OPTIONS --scene skinned-mesh --time 1.2 --frames 1)
gallery_picture(gallery-wireframe-points POINTS wireframe OPTIONS --scene wireframe --frames 1)

if(DEMO_OFFSCREEN)
    demo_test(gallery-contact-sheet STATUS 0
        PICTURE ${CMAKE_CURRENT_BINARY_DIR}/gallery-contact-sheet.png SIZE 1920x1904
        OUTPUT "saved .*gallery-contact-sheet.png\n$"
        OPTIONS --offscreen --gl-debug --contact-sheet ${CMAKE_CURRENT_BINARY_DIR}/gallery-contact-sheet.png)
    set_property(TEST gallery-contact-sheet APPEND PROPERTY LABELS smoke)
endif()
