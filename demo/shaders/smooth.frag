// Smooths edges: two taps along the edge, and, where the edge is nearly level or upright, a shift
// across it by how far along the edge's step this pixel lies.
layout(binding = 0) uniform sampler2D colour;

in vec2 uv;

layout(location = 0) out vec4 result;

// How far along an edge to look for its end, pixels.
const float reach[6] = float[](1.0, 2.5, 4.5, 6.5, 10.5, 15.0);

vec4 tap(vec2 offset) {
    return texture(colour, uv + offset / vec2(textureSize(colour, 0)));
}

float luma(vec4 c) {
    return sqrt(dot(c.rgb, vec3(0.299, 0.587, 0.114)));
}

float pixel(int x, int y) {
    ivec2 at = ivec2(gl_FragCoord.xy) + ivec2(x, y);

    return luma(texelFetch(colour, clamp(at, ivec2(0), textureSize(colour, 0) - 1), 0));
}

// How far the edge goes on; `end` says how the step turns there.
float follow(vec2 start, vec2 way, float middle, float limit, out float end) {
    for (int i = 0; i < 6; i++) {
        end = luma(tap(start + way * reach[i])) - middle;
        if (abs(end) >= limit)
            return reach[i];
    }
    return reach[5];
}

// Half a pixel across at the end of the step, nothing in its middle.
vec2 search(vec2 along, vec2 across, float here, float there) {
    float middle = 0.5 * (here + there), limit = 0.25 * abs(there - here), forth_end, back_end;
    float forth = follow(0.5 * across, along, middle, limit, forth_end);
    float back = follow(0.5 * across, -along, middle, limit, back_end);
    bool same_side = ((forth < back ? forth_end : back_end) < 0.0) == (here < middle);

    return same_side ? vec2(0.0) : across * (0.5 - min(forth, back) / (forth + back));
}

void main() {
    float m = pixel(0, 0), n = pixel(0, 1), s = pixel(0, -1), e = pixel(1, 0), w = pixel(-1, 0);
    float highest = max(m, max(max(n, s), max(e, w)));
    float contrast = highest - min(m, min(min(n, s), min(e, w)));

    result = texelFetch(colour, ivec2(gl_FragCoord.xy), 0);
    if (contrast < max(0.0625, 0.166 * highest))
        return;

    float ne = pixel(1, 1), nw = pixel(-1, 1), se = pixel(1, -1), sw = pixel(-1, -1);
    vec2 gradient = vec2(3.0 * (ne + se - nw - sw) + 10.0 * (e - w),
        3.0 * (ne + nw - se - sw) + 10.0 * (n - s));

    if (gradient == vec2(0.0))
        return;
    vec2 along = normalize(vec2(-gradient.y, gradient.x));
    bool level = abs(gradient.y) > abs(gradient.x);
    float ahead = level ? n : e, behind = level ? s : w;
    bool forward = abs(ahead - m) >= abs(behind - m);
    vec2 across = (level ? vec2(0.0, 1.0) : vec2(1.0, 0.0)) * (forward ? 1.0 : -1.0);
    vec2 shifted = search(across.yx, across, m, forward ? ahead : behind);

    if (min(abs(gradient.x), abs(gradient.y)) > 0.25 * max(abs(gradient.x), abs(gradient.y)))
        shifted = vec2(0.0);
    result = 0.5 * (tap(shifted + 0.51 * along) + tap(shifted - 0.51 * along));
}
