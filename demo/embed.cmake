# cmake -DOUT=file.c -DSHADERS=a.vert,b.frag -P embed.cmake
# Writes each text as an array of characters: demo_a_vert, demo_b_frag. (A string literal may be too
# long for a C11 compiler.)
string(REPLACE "," ";" shaders "${SHADERS}")
set(code "#include \"shaders.h\"\n")
foreach(shader IN LISTS shaders)
    get_filename_component(name ${shader} NAME)
    string(REPLACE "." "_" name ${name})
    file(READ ${shader} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(APPEND code "\nconst char demo_${name}[] = {${bytes}0};\n")
endforeach()
file(WRITE ${OUT} "${code}")
