// Thick lines: six corners for each segment, a box around it on the screen.
layout(std430, binding = 0) readonly buffer Positions {
    float positions[];
};
layout(std430, binding = 1) readonly buffer Colours {
    float colours[];
};

layout(std140, binding = 2) uniform Lines {
    float thickness; // logical pixels
    float smoothing; // 1: anti-aliased
    uint colour_size; // floats of a colour
};

out vec4 at_colour;
noperspective out vec2 at_pixel; // along and across, logical pixels, from the first end
flat out float at_span;

vec4 project(uint i) {
    vec3 at = vec3(positions[3u * i], positions[3u * i + 1u], positions[3u * i + 2u]);

    return shift(projection * (view * (world * vec4(at, 1.0))));
}

vec4 load_colour(uint i) {
    uint at = colour_size * i;

    return vec4(decode(vec3(colours[at], colours[at + 1u], colours[at + 2u])),
        colour_size > 3u ? colours[at + 3u] : 1.0);
}

void main() {
    const vec2 corners[6] =
        vec2[](vec2(0, -1), vec2(1, -1), vec2(0, 1), vec2(0, 1), vec2(1, -1), vec2(1, 1));
    uint first = uint(gl_VertexID) / 6u * 2u;
    vec2 corner = corners[gl_VertexID % 6];
    vec4 a = project(first), b = project(first + 1u);

    // What lies before the near plane cannot be divided.
    if (a.z < 0.0 && b.z > 0.0)
        a = mix(a, b, a.z / (a.z - b.z));
    else if (b.z < 0.0 && a.z > 0.0)
        b = mix(b, a, b.z / (b.z - a.z));
    vec3 from = a.xyz / a.w, to = b.xyz / b.w;
    vec2 way = (to.xy - from.xy) * 0.5 * logical_size;

    at_span = length(way);
    vec2 along = at_span > 0.0 ? way / at_span : vec2(1.0, 0.0);
    float reach = 0.5 * thickness + 1.0;

    at_pixel = vec2(corner.x * at_span + (2.0 * corner.x - 1.0) * reach, corner.y * reach);
    at_colour = load_colour(first + uint(corner.x));
    vec2 offset = at_pixel.x * along + at_pixel.y * vec2(-along.y, along.x);
    gl_Position = vec4(from.xy + offset / (0.5 * logical_size), mix(from.z, to.z, corner.x), 1.0);
    if (a.z < 0.0 && b.z < 0.0)
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0); // outside
}
