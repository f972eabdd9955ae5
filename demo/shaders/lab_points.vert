// One point of edit-lab. Where it lies follows from its index (as in lab_field.c), the rest is read.
layout(location = 0) in float height;
layout(location = 1) in vec2 slope; // -1 to 1
layout(location = 2) in float edited_at;
layout(location = 3) in vec4 glow;

layout(location = 0) uniform mat4 matrix;
layout(location = 1) uniform vec3 eye;
layout(location = 2) uniform vec4 brush; // x, z, radius, brightness
layout(location = 3) uniform float now;
layout(location = 4) uniform float rings;
layout(location = 5) uniform uint ring_step;
layout(location = 6) uniform float slope_scale;
layout(location = 7) uniform float pixels; // of one unit, at a distance of one
layout(location = 8) uniform bool halo;    // draw the light around bright points, not the points

out vec4 colour;   // premultiplied, sRGB-encoded
out float diameter; // pixels

const float TURN = 6.28318531;

// Lightness rises evenly from stop to stop; the space is Oklab.
const vec3 stops[6] = vec3[](vec3(0.24, 0.020, -0.105), vec3(0.38, 0.000, -0.140),
    vec3(0.52, -0.060, -0.100), vec3(0.66, -0.105, -0.015), vec3(0.80, -0.070, 0.080),
    vec3(0.93, 0.005, 0.110));

vec3 linear_from_oklab(vec3 c) {
    vec3 lms = vec3(c.x + 0.3963377774 * c.y + 0.2158037573 * c.z,
        c.x - 0.1055613458 * c.y - 0.0638541728 * c.z,
        c.x - 0.0894841775 * c.y - 1.2914855480 * c.z);

    lms = lms * lms * lms;
    return max(vec3(0.0), vec3(4.0767416621 * lms.x - 3.3077115913 * lms.y + 0.2309699292 * lms.z,
        -1.2684380046 * lms.x + 2.6097574011 * lms.y - 0.3413193965 * lms.z,
        -0.0041960863 * lms.x - 0.7034186147 * lms.y + 1.7076147010 * lms.z));
}

vec3 palette(float t) {
    float at = clamp(t, 0.0, 1.0) * 5.0;
    int i = min(int(at), 4);

    return linear_from_oklab(mix(stops[i], stops[i + 1], at - float(i)));
}

// Tone curve and sRGB encoding.
vec3 encode(vec3 light) {
    vec3 c = 1.0 - exp(-1.3 * light);

    return mix(12.92 * c, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c));
}

vec2 place() {
    uint index = uint(gl_VertexID);
    uint ring = uint((sqrt(1.0 + 8.0 * float(index / ring_step)) - 1.0) * 0.5);

    // The root is a little off for large numbers.
    if (ring_step * (ring * (ring + 1u) / 2u) > index)
        ring--;
    else if (ring_step * ((ring + 1u) * (ring + 2u) / 2u) <= index)
        ring++;
    uint into = index - ring_step * (ring * (ring + 1u) / 2u);
    float turn = (float(into) + 0.5) / float(ring_step * (ring + 1u)) +
        float(ring * 2654435769u >> 8) / 16777216.0;
    float radius = (float(ring) + 0.5) / rings;

    return radius * vec2(cos(TURN * turn), sin(TURN * turn));
}

vec3 shade(vec3 position, vec3 normal, vec3 view) {
    const vec3 key = normalize(vec3(-0.55, 0.50, -0.66));
    const vec3 fill = normalize(vec3(0.70, 0.55, 0.45));
    float level = (position.y + 0.02) / 0.36;
    vec3 base = palette(level);
    float lit = max(dot(normal, key), 0.0);
    float soft = 0.5 + 0.5 * dot(normal, fill);
    float rim = pow(1.0 - abs(dot(normal, view)), 3.0);
    float depth = smoothstep(-0.10, 0.85, level); // valleys get less light

    return base * (3.2 * lit + 1.0 * soft) * (0.30 + 0.70 * depth) +
        rim * vec3(0.06, 0.15, 0.30) * (0.25 + depth);
}

void main() {
    float age = max(now - edited_at, 0.0);
    float spark = glow.a * exp(-4.5 * age);
    float trail = glow.a > 0.0 ? 0.0 : exp(-2.6 * age);
    vec2 ground = place();
    float hop = glow.a * exp(-4.5 * age) * min(age * 14.0, 1.0);
    vec3 position = vec3(ground.x, height + 0.07 * hop, ground.y);
    vec3 normal = normalize(vec3(-slope.x, 1.0 / slope_scale, -slope.y));
    vec3 to_eye = eye - position;
    float distance = length(to_eye);
    float edge = 1.0 - smoothstep(0.88, 1.0, length(ground));
    float fog = exp(-0.22 * max(distance - 1.7, 0.0));

    gl_Position = matrix * vec4(position, 1.0);
    float unit = pixels / gl_Position.w / rings; // from ring to ring

    if (halo) {
        float strength = max(0.45 * spark, gl_VertexID % 4 == 0 ? 0.075 * trail * glow.r : 0.0);

        if (strength < 0.004)
            gl_Position = vec4(2.0, 2.0, 2.0, 1.0); // outside
        diameter = unit * (spark > 0.0 ? 2.5 + 5.0 * spark : 9.0);
        gl_PointSize = diameter;
        colour = vec4(glow.rgb * strength * edge * fog, 0.0);
        return;
    }

    // The last edit's light on top of the room's, and the brush as a ring of light.
    float off = (length(ground - brush.xy) - brush.z) * rings * 0.8;
    vec3 light = shade(position, normal, to_eye / distance) +
        glow.rgb * glow.rgb * (3.5 * spark + 1.6 * trail) +
        brush.w * vec3(1.0, 0.25, 0.45) * 2.0 * exp(-0.5 * off * off);

    // Points below a size are drawn at that size, and fainter.
    float size = unit * (0.95 + 0.8 * spark);
    float drawn = max(size, 1.7);

    diameter = drawn + 1.0;
    gl_PointSize = diameter;
    colour = vec4(encode(light * fog), edge * min(1.0, 0.55 + size / drawn));
}
