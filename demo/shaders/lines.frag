// A point of a line with round ends.
layout(std140, binding = 2) uniform Lines {
    float thickness;
    float smoothing;
    uint colour_size;
};

in vec4 at_colour;
noperspective in vec2 at_pixel;
flat in float at_span;

layout(location = 0) out vec4 result;

void main() {
    float away = distance(at_pixel, vec2(clamp(at_pixel.x, 0.0, at_span), 0.0));
    float pixels = physical_size.x / logical_size.x;
    float cover = clamp((0.5 * thickness - away) * pixels + 0.5, 0.0, 1.0);

    if (smoothing == 0.0)
        cover = step(0.5, cover);
    if (cover == 0.0)
        discard;
    result = vec4(at_colour.rgb, at_colour.a * sqrt(cover));
}
