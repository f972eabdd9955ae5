// Flat shapes in pixels, from the top left.
layout(location = 0) in vec2 position;
layout(location = 1) in vec4 tint;

layout(location = 0) uniform vec2 size;

out vec4 colour;

void main() {
    colour = tint;
    gl_Position = vec4(position / size * vec2(2.0, -2.0) + vec2(-1.0, 1.0), 0.0, 1.0);
}
