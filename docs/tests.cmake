# Tests of the manual; tests/CMakeLists.txt includes this. Every C block of the pages is compiled when the tests
# are built: in a function of its own, or as it is when it begins with an #include.
set(docs_dir ${PROJECT_SOURCE_DIR}/docs)

add_test(NAME docs-functions COMMAND ${CMAKE_COMMAND} -DHEADERS=${PROJECT_SOURCE_DIR}/include/trireme
    -P ${docs_dir}/functions.cmake)
set_tests_properties(docs-functions PROPERTIES LABELS docs)
if(TARGET trireme-docs)
    add_test(NAME docs-manual COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target trireme-docs)
    set_tests_properties(docs-manual PROPERTIES LABELS docs TIMEOUT ${trireme_test_timeout})
endif()

find_path(TRIREME_GLCOREARB_DIR GL/glcorearb.h DOC "Folder that holds GL/glcorearb.h")
mark_as_advanced(TRIREME_GLCOREARB_DIR)
if(NOT TRIREME_GLCOREARB_DIR)
    message(STATUS "The manual's code is not compiled: GL/glcorearb.h was not found (Debian: libgl-dev).")
    return()
endif()

# What the blocks take for granted.
set(blocks [[
#define GL_GLEXT_PROTOTYPES
#include <GL/glcorearb.h>
#include <stdio.h>
#include <trireme/gl.h>

static float array[1000][3];
static trm_device *device;
static trm_buffer *positions;
static trm_gl_device_desc device_desc;
static trm_gl_span span, part;
static trm_stats stats;
static GLuint vao;
static size_t first, count = 1;
]])
set(number 0)
file(GLOB pages CONFIGURE_DEPENDS ${docs_dir}/*.md)
foreach(page ${pages})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page})
    get_filename_component(name ${page} NAME)
    file(READ ${page} text)
    string(FIND "${text}" "\n```c\n" start)
    while(NOT start EQUAL -1)
        math(EXPR start "${start} + 6")
        math(EXPR number "${number} + 1")
        string(SUBSTRING "${text}" ${start} -1 text)
        string(FIND "${text}" "\n```" end)
        string(SUBSTRING "${text}" 0 ${end} block)
        string(APPEND blocks "\n/* ${name} */\n")
        if(block MATCHES "^#include") # holds functions of its own
            string(APPEND blocks "${block}\n")
        else()
            string(APPEND blocks "void block_${number}(void);\nvoid block_${number}(void) {\n${block}\n}\n")
        endif()
        string(FIND "${text}" "\n```c\n" start)
    endwhile()
endforeach()
string(APPEND blocks "\nvoid keep(void);\nvoid keep(void) {\n"
    "    (void)array, (void)device_desc, (void)stats, (void)first, (void)count, (void)vao, (void)part;\n}\n")
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/docs_blocks.c CONTENT "${blocks}" @ONLY NEWLINE_STYLE LF)
add_library(docs_blocks OBJECT ${CMAKE_CURRENT_BINARY_DIR}/docs_blocks.c)
target_compile_features(docs_blocks PRIVATE c_std_11)
set_target_properties(docs_blocks PROPERTIES C_EXTENSIONS OFF)
target_include_directories(docs_blocks SYSTEM PRIVATE ${TRIREME_GLCOREARB_DIR})
target_link_libraries(docs_blocks PRIVATE trireme::trireme trireme_flags)
