# cmake -DDEMO=program -DPICTURE=file.png -DCHECK=program [-DBEFORE=argument] [-DAFTER=argument] -P check_scene.cmake
#     -- options...
# Has the demo draw a picture, and a program look at it: CHECK [BEFORE] PICTURE [AFTER].
include(${CMAKE_CURRENT_LIST_DIR}/run_demo.cmake)

file(REMOVE ${PICTURE})
demo_run(--screenshot ${PICTURE})
demo_expect(0)
demo_look(${BEFORE} ${PICTURE} ${AFTER})
