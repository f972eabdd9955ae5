// The farther, the more of one colour.
layout(std140, binding = 0) uniform Fog {
    float time;
    float power;
    vec2 pad;
    vec4 tint; // linear
};

layout(binding = 0) uniform sampler2D colour;
layout(binding = 1) uniform sampler2D depth;

in vec2 uv;

layout(location = 0) out vec4 result;

void main() {
    result = mix(texture(colour, uv), tint, pow(texture(depth, uv).r, power));
}
