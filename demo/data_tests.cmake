# Tests of the gallery's data, and of the scenes that a program works out pixel by pixel;
# demo/tests.cmake includes this.
find_package(PNG QUIET) # imported targets end with the folder that found them
find_package(ZLIB QUIET)
set(demo_tests ${PROJECT_SOURCE_DIR}/demo/tests)
# The specification, written down once more, and apart from the demo.
add_library(demo_reference STATIC
    ${demo_tests}/reference_compare.c
    ${demo_tests}/reference_images.c
    ${demo_tests}/reference_knot.c
    ${demo_tests}/reference_picture.c
    ${demo_tests}/reference_raster.c
    ${demo_tests}/reference_volume.c)
target_compile_features(demo_reference PUBLIC c_std_11)
set_target_properties(demo_reference PROPERTIES C_EXTENSIONS OFF)
target_link_libraries(demo_reference PUBLIC PNG::PNG trireme_flags $<$<BOOL:${UNIX}>:m>)
if(TARGET PkgConfig::CHECK)
    foreach(name geometry images scans)
        trireme_add_check_test(demo_data_${name} ${demo_tests}/test_data_${name}.c LIBRARIES demo_data demo_reference)
        set_tests_properties(demo_data_${name} PROPERTIES LABELS demo)
    endforeach()
endif()

# A person's own scan. What is wrong with one has its sentence.
set(scans ${CMAKE_CURRENT_BINARY_DIR}/demo-scans)
string(REPEAT "0123456789abcdef" 64 bytes) # 1024 of them
file(WRITE ${scans}/scan.raw "${bytes}")
file(WRITE ${scans}/scan.nii "${bytes}")
file(WRITE ${scans}/scan.nii.gz "${bytes}")
demo_test(demo-scan-size STATUS 2 OUTPUT "--volume-size 8x8: width x height x depth"
    OPTIONS --volume ${scans}/scan.raw --volume-size 8x8)
demo_test(demo-scan-type STATUS 2 OUTPUT "--volume-type f8: f4, u2 or u1" OPTIONS --volume-type f8)
demo_test(demo-scan-no-file STATUS 2 OUTPUT "say how to read --volume FILE" OPTIONS --volume-size 8x8x8)
demo_test(demo-scan-no-size STATUS 2 OUTPUT "raw values need --volume-size" OPTIONS --volume ${scans}/scan.raw)
if(NOT DEMO_OFFSCREEN)
    return()
endif()

set(show --offscreen --scene volume-slice --frames 1 --gl-debug --volume)
demo_test(demo-scan STATUS 0 OUTPUT "\nframes=1 " OPTIONS ${show} ${scans}/scan.raw --volume-size 8x8x4)
demo_test(demo-scan-u2 STATUS 0 OUTPUT "\nframes=1 "
    OPTIONS ${show} ${scans}/scan.raw --volume-size 8x8x8 --volume-type u2)
demo_test(demo-scan-short STATUS 2 OUTPUT "1024 bytes, but 8 x 8 x 9 values of type f4 take 2304"
    OPTIONS ${show} ${scans}/scan.raw --volume-size 8x8x9)
demo_test(demo-scan-other STATUS 2 OUTPUT "--volume-type u2 would fit"
    OPTIONS ${show} ${scans}/scan.raw --volume-size 8x8x8)
demo_test(demo-scan-missing STATUS 2 OUTPUT "no-such-scan.nii: No such file" OPTIONS ${show} no-such-scan.nii)
demo_test(demo-scan-not-nifti STATUS 2 OUTPUT "scan.nii: this is not a NIfTI file" OPTIONS ${show} ${scans}/scan.nii)
demo_test(demo-scan-not-gzip STATUS 2 OUTPUT "scan.nii.gz: this is not a NIfTI file"
    OPTIONS ${show} ${scans}/scan.nii.gz)

# Programs that know nothing of the demo but its pictures.
foreach(name channels cylinders post slices)
    add_executable(demo_check_${name} ${demo_tests}/check_${name}.c)
    set_target_properties(demo_check_${name} PROPERTIES C_EXTENSIONS OFF)
    target_link_libraries(demo_check_${name} PRIVATE demo_reference)
endforeach()

# demo_test_scene(<name> <check program> [BEFORE <argument>] [AFTER <argument>] OPTIONS <option>...)
function(demo_test_scene name check)
    cmake_parse_arguments(PARSE_ARGV 2 arg "" "BEFORE;AFTER" OPTIONS)
    add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -DDEMO=$<TARGET_FILE:trireme-demo>
        -DPICTURE=${CMAKE_CURRENT_BINARY_DIR}/${name}.png -DCHECK=$<TARGET_FILE:${check}>
        -DBEFORE=${arg_BEFORE} -DAFTER=${arg_AFTER}
        -P ${PROJECT_SOURCE_DIR}/demo/tests/check_scene.cmake -- --offscreen ${arg_OPTIONS})
    set_tests_properties(${name} PROPERTIES
        LABELS demo
        TIMEOUT ${trireme_test_timeout}
        SKIP_REGULAR_EXPRESSION "SKIPPED:"
        ENVIRONMENT "${trireme_test_environment}")
endfunction()

demo_test_scene(demo-volume-slice demo_check_slices BEFORE volume-slice AFTER 128
    OPTIONS --scene volume-slice --frames 1 --gl-debug)
# After turns of the wheel: 128 + 20 * 100 / 90, and as far as it goes.
demo_test_scene(demo-volume-slice-wheel demo_check_slices BEFORE volume-slice AFTER 150.2222
    OPTIONS --scene volume-slice --frames 3 --play wheel:-15,wheel:-5 --gl-debug)
demo_test_scene(demo-volume-slice-last demo_check_slices BEFORE volume-slice AFTER 255
    OPTIONS --scene volume-slice --frames 3 --play wheel:30,wheel:-300 --gl-debug)
foreach(time 0 3 6.5)
    demo_test_scene(demo-multi-slice-${time} demo_check_slices BEFORE multi-slice AFTER ${time}
        OPTIONS --scene multi-slice --time ${time} --frames 1 --gl-debug)
    demo_test_scene(demo-colormap-channels-${time} demo_check_channels AFTER ${time}
        OPTIONS --scene colormap-channels --time ${time} --frames 1 --gl-debug)
    demo_test_scene(demo-colormap-mesh-${time} demo_check_cylinders BEFORE colormap-mesh AFTER ${time}
        OPTIONS --scene colormap-mesh --time ${time} --frames 1 --gl-debug)
endforeach()
# After 30 frames, not in one go: what stayed behind would show.
demo_test_scene(demo-multi-slice-run demo_check_slices BEFORE multi-slice AFTER 1
    OPTIONS --scene multi-slice --frames 31 --gl-debug)
demo_test_scene(demo-colormap-channels-run demo_check_channels AFTER 1
    OPTIONS --scene colormap-channels --frames 31 --gl-debug)
demo_test_scene(demo-colormap-mesh-run demo_check_cylinders BEFORE colormap-mesh AFTER 1
    OPTIONS --scene colormap-mesh --frames 31 --gl-debug)
demo_test_scene(demo-mesh-colormaps demo_check_cylinders BEFORE mesh-colormaps
    OPTIONS --scene mesh-colormaps --frames 1 --gl-debug)
foreach(time 0 2)
    demo_test_scene(demo-post-processing-${time} demo_check_post AFTER ${time}
        OPTIONS --scene post-processing --time ${time} --frames 1 --gl-debug)
endforeach()
