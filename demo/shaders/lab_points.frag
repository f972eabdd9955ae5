// A round point with a soft edge one pixel wide, or the light around one; premultiplied.
in vec4 colour;
in float diameter;

layout(location = 8) uniform bool halo;

layout(location = 0) out vec4 result;

void main() {
    vec2 off = gl_PointCoord * 2.0 - 1.0;

    if (halo) {
        float rest = max(1.0 - dot(off, off), 0.0);

        result = colour * (rest * rest * rest);
        return;
    }

    float cover = colour.a * clamp(0.5 * diameter * (1.0 - length(off)), 0.0, 1.0);

    if (cover <= 0.3 * colour.a)
        discard;
    result = vec4(colour.rgb * cover, cover);
}
