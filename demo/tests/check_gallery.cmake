# cmake -DDEMO=program -DPICTURE=file.png -DCHECK=program [-DPOINTS=file.txt]
#     [-DREFERENCE=file.png -DWITHIN=n -DMOST=n] [-DONLY=regex] -P check_gallery.cmake -- options...
# Has the demo draw a picture, and looks at its points, and at how far it is from a reference.
include(${CMAKE_CURRENT_LIST_DIR}/run_demo.cmake)

file(REMOVE ${PICTURE})
demo_run(--screenshot ${PICTURE} --gl-debug)
demo_expect(0)
if(POINTS)
    demo_look(${PICTURE} holds ${POINTS})
endif()
if(REFERENCE)
    demo_look(${PICTURE} like ${REFERENCE} ${WITHIN} ${MOST})
endif()
