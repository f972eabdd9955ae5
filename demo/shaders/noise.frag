// Grain that changes each frame.
layout(std140, binding = 0) uniform Noise {
    float time;
    float strength;
};

layout(binding = 0) uniform sampler2D colour;

in vec2 uv;

layout(location = 0) out vec4 result;

float random(float f) {
    uint bits = floatBitsToUint(abs(f) < 1.0 ? 0.9 * f + 0.1 * sign(f) : f);

    bits += bits << 10;
    bits ^= bits >> 6;
    bits += bits << 3;
    bits ^= bits >> 11;
    bits += bits << 15;
    return uintBitsToFloat((bits & 0x7fffffu) | 0x3f800000u) - 1.0;
}

void main() {
    result = texture(colour, uv) + strength * random(uv.x * (1.0 - uv.y) * time);
}
