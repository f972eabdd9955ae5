// A gradient between the colours of four corners, interpolated as encoded.
layout(std140, binding = 2) uniform Background {
    vec4 corners[4]; // bottom left, bottom right, top left, top right
    float opacity;
    float alpha_test;
};

in vec2 uv;

layout(location = 0) out vec4 result;

void main() {
    vec4 bottom = mix(corners[0], corners[1], uv.x);
    vec4 top = mix(corners[2], corners[3], uv.x);
    vec4 colour = mix(bottom, top, uv.y);

    result = vec4(decode(colour.rgb), colour.a * opacity);
}
