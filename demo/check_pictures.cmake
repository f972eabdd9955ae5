# cmake -DDEMO=program -DOUT=folder -P check_pictures.cmake
# The same options make the same picture, byte by byte; another time, or the overlay, another one.
include(${CMAKE_CURRENT_LIST_DIR}/tests/run_demo.cmake)

function(take name)
    demo_run(--offscreen --gl-debug --points 3000 --size 320x180 --frames 4 --screenshot ${OUT}/${name}.png ${ARGN})
    demo_expect(0)
    file(SHA256 ${OUT}/${name}.png hash)
    set(${name} ${hash} PARENT_SCOPE)
endfunction()

take(first --time 3)
if(NOT first)
    return()
endif()
take(second --time 3)
take(later --time 3.5)
take(overlay --time 3 --overlay)
if(NOT first STREQUAL second)
    message(FATAL_ERROR "Two pictures of the same moment differ.")
endif()
if(first STREQUAL later OR first STREQUAL overlay)
    message(FATAL_ERROR "Pictures are equal that should differ.")
endif()
