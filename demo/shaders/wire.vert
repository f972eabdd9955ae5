// Corners of triangles that share nothing: each knows which corner it is.
layout(std430, binding = 0) readonly buffer Corners {
    float corners[];
};

out vec3 bary;

void main() {
    uint at = 3u * uint(gl_VertexID);

    bary = vec3(0.0);
    bary[gl_VertexID % 3] = 1.0;
    gl_Position = shift(projection *
        (view * (world * vec4(corners[at], corners[at + 1u], corners[at + 2u], 1.0))));
}
