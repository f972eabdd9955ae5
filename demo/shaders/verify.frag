// Copies items as they are, read through a buffer texture, one for each fragment.
layout(binding = 0) uniform usamplerBuffer items;
layout(location = 0) uniform uint count;

layout(std430, binding = 0) writeonly buffer Result {
    uvec4 result[];
};

void main() {
    uint index = uint(gl_FragCoord.y) * 1024u + uint(gl_FragCoord.x);

    if (index < count)
        result[index] = texelFetch(items, int(index));
}
