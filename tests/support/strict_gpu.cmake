# trireme_strict_gpu: a fake OpenGL 4.5 for tests (strict_gpu.h). No GL library, no Check.
include_guard(GLOBAL)
add_library(trireme_strict_gpu STATIC
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_bind.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_bound.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_buffers.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_commands.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_debug.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_dispatch.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_fail.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_fetch.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_layers.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_map.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_memory.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_objects.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_points.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_proc.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_programs.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_query.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_settings.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_state.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_sync.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_values.c
    ${CMAKE_CURRENT_LIST_DIR}/strict_gpu_vertex.c)
target_compile_features(trireme_strict_gpu PUBLIC c_std_11)
set_target_properties(trireme_strict_gpu PROPERTIES C_EXTENSIONS OFF)
target_include_directories(trireme_strict_gpu PUBLIC
    ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(trireme_strict_gpu PUBLIC trireme_glad PRIVATE trireme_flags)
if(NOT TRIREME_GLAD_DIR)
    add_dependencies(trireme_strict_gpu trireme_glad_generated)
endif()
