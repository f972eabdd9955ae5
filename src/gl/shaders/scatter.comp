#version 450
// trireme:scatter - moves many runs out of the staging ring at once.
//
// One work group a run. The table lies in the ring itself: source, target and length of each run in words, the
// fourth component is padding. Runs of one dispatch never overlap, for groups have no order.
layout(local_size_x = 128) in;

layout(std430, binding = 6) readonly restrict buffer Ring { uint ring[]; };
layout(std430, binding = 7) writeonly restrict buffer Target { uint target[]; };

layout(location = 0) uniform uint table;

void main() {
    uint entry = table + 4u * gl_WorkGroupID.x;
    uint source = ring[entry], destination = ring[entry + 1u], words = ring[entry + 2u];
    for (uint i = gl_LocalInvocationID.x; i < words; i += gl_WorkGroupSize.x)
        target[destination + i] = ring[source + i];
}
