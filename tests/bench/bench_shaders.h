/* The programs that read. Every word is weighted by its place in the array, so that one that lies
 * elsewhere shows; an index cannot know its place and is hashed instead. A frame has its own sums,
 * BENCH_LANES of them, so that few invocations meet at one. */
#ifndef TRIREME_TESTS_BENCH_SHADERS_H
#define TRIREME_TESTS_BENCH_SHADERS_H

#define BENCH_LANES  64
#define BENCH_BLOCKS 12 /* uniform blocks at once: every GL 4.5 has so many */

#define SUMS                                                                                       \
    "layout(std430, binding = 0) buffer Sums { uint sums[]; };\n"                                  \
    "layout(location = 0) uniform uint slot;\n"                                                    \
    "layout(location = 1) uniform uint first;\n"

#define FOUR_WORDS                                                                                 \
    "uint four(uvec4 v, uint at) {\n"                                                              \
    "    uint w = at * 2u + 1u;\n"                                                                 \
    "    return v.x * w + v.y * (w + 2u) + v.z * (w + 4u) + v.w * (w + 6u);\n"                     \
    "}\n"

/* Work groups add up before they touch the sums. */
#define GROUP_SUM                                                                                  \
    "shared uint partial;\n"                                                                       \
    "void add(uint local) {\n"                                                                     \
    "    atomicAdd(partial, local);\n"                                                             \
    "    barrier();\n"                                                                             \
    "    if (gl_LocalInvocationIndex == 0u)\n"                                                     \
    "        atomicAdd(sums[slot + (gl_WorkGroupID.x & 63u)], partial);\n"                         \
    "}\n"                                                                                          \
    "void begin() {\n"                                                                             \
    "    if (gl_LocalInvocationIndex == 0u) partial = 0u;\n"                                       \
    "    barrier();\n"                                                                             \
    "}\n"

static const char bench_storage_source[] =
    "#version 450\n"
    "layout(local_size_x = 256) in;\n"
    "layout(std430, binding = 1) readonly buffer Data { uvec4 data[]; };\n"
    "layout(location = 2) uniform uint count;\n" SUMS FOUR_WORDS GROUP_SUM "void main() {\n"
    "    uint local = 0u, stride = gl_WorkGroupSize.x * gl_NumWorkGroups.x;\n"
    "    begin();\n"
    "    for (uint i = gl_GlobalInvocationID.x; i < count; i += stride)\n"
    "        local += four(data[i], (first + i) * 4u);\n"
    "    add(local);\n"
    "}\n";

/* VECTORS is put in front. One work group a block. */
static const char bench_uniform_source[] =
    "layout(local_size_x = 64) in;\n"
    "layout(std140, binding = 0) uniform Data { uvec4 data[VECTORS]; } blocks[12];\n" SUMS
        FOUR_WORDS GROUP_SUM "void main() {\n"
    "    uint local = 0u, base = first + gl_WorkGroupID.x * VECTORS;\n"
    "    begin();\n"
    "    for (uint i = gl_LocalInvocationIndex; i < VECTORS; i += 64u)\n"
    "        local += four(blocks[gl_WorkGroupID.x].data[i], (base + i) * 4u);\n"
    "    add(local);\n"
    "}\n";

static const char bench_vertex_source[] =
    "#version 450\n"
    "layout(location = 0) in uvec4 item;\n" SUMS FOUR_WORDS
    "out gl_PerVertex { vec4 gl_Position; };\n"
    "void main() {\n"
    "    gl_Position = vec4(0);\n"
    "    atomicAdd(sums[slot + (uint(gl_VertexID) & 63u)], four(item, uint(gl_VertexID) * 4u));\n"
    "}\n";

static const char bench_index_source[] =
    "#version 450\n" SUMS "out gl_PerVertex { vec4 gl_Position; };\n"
    "void main() {\n"
    "    uint seen = uint(gl_VertexID);\n"
    "    gl_Position = vec4(0);\n"
    "    atomicAdd(sums[slot + (seen & 63u)], (seen ^ (seen >> 15)) * 2246822519u);\n"
    "}\n";

#endif
