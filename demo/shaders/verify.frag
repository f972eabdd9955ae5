// Copies words as they are, read through a buffer texture, one for each fragment.
layout(binding = 0) uniform usamplerBuffer words;
layout(location = 0) uniform uint count;
layout(location = 1) uniform uint first; // where they go

layout(std430, binding = 0) writeonly buffer Result {
    uint result[];
};

void main() {
    uint index = uint(gl_FragCoord.y) * 1024u + uint(gl_FragCoord.x);

    if (index < count)
        result[first + index] = texelFetch(words, int(index)).r;
}
