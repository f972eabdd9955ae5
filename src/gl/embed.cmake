# cmake -DINPUT=a.comp -DOUTPUT=a.h -DNAME=a_comp -P embed.cmake
# Writes a text as an array of characters, not as a string: a C11 compiler may refuse a long literal.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE ${OUTPUT} "static const char ${NAME}[] = {${bytes}0};\n")
