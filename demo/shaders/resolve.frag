// From twice the size to the picture: a Mitchell-Netravali filter in twelve bilinear taps. Its
// kernel is the product of an inner and an outer pair of taps on each axis, without the corners
// outer by outer.
layout(binding = 0) uniform sampler2D colour;
layout(location = 0) uniform int factor; // 2, or 1: nothing to filter

in vec2 uv;

layout(location = 0) out vec4 result;

const float INNER = 0.746656;
const float OUTER = 2.886361;
const float INNER_WEIGHT = 0.269855;
const float OUTER_WEIGHT = -0.009928;

vec4 tap(float x, float y) {
    return texture(colour, uv + vec2(x, y) / vec2(textureSize(colour, 0)));
}

vec4 four(float x, float y) {
    return tap(x, y) + tap(-x, y) + tap(x, -y) + tap(-x, -y);
}

void main() {
    vec4 sum;

    if (factor == 1)
        sum = tap(0.0, 0.0);
    else
        sum = INNER_WEIGHT * four(INNER, INNER) +
            OUTER_WEIGHT * (four(OUTER, INNER) + four(INNER, OUTER));
    sum = clamp(sum, 0.0, 1.0);
    result = vec4(sum.rgb * sum.a, sum.a * sum.a);
}
