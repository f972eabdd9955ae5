# cmake -DOUT=file -DTEXTS=a.vert,b.frag -DPREFIX=demo_ [-DHEADER=shaders.h] -P embed.cmake
# Writes each text as an array of characters, demo_a_vert and demo_b_frag: not as a string, for a C11 compiler may
# refuse a long literal. They are static, or declared by the header.
string(REPLACE "," ";" texts "${TEXTS}")
set(storage "static ")
set(code "")
if(HEADER)
    set(storage "")
    set(code "#include \"${HEADER}\"\n\n")
endif()
foreach(text IN LISTS texts)
    get_filename_component(name ${text} NAME)
    string(REPLACE "." "_" name ${name})
    file(READ ${text} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(APPEND code "${storage}const char ${PREFIX}${name}[] = {${bytes}0};\n")
endforeach()
file(WRITE ${OUT} "${code}")
