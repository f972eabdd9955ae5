// What lies near an edge, measured in pixels of the target.
layout(std140, binding = 2) uniform Wire {
    float thickness;
};

in vec3 bary;

layout(location = 0) out vec4 result;

void main() {
    vec3 grain = fwidth(bary);
    vec3 inside = smoothstep((thickness - 1.0) * grain, thickness * grain, bary);
    float edge = 1.0 - min(inside.x, min(inside.y, inside.z));

    if (edge <= 0.01)
        discard;
    result = gl_FrontFacing ? vec4(0.9, 0.9, 1.0, 1.0) : vec4(0.4, 0.4, 0.5, 0.5);
}
