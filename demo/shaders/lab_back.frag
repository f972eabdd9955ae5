// The dark room: a faint light behind the field, and a grain below one step that prevents banding.
in vec2 uv;

layout(location = 0) out vec4 result;

float grain(vec2 pixel) {
    return fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715))));
}

void main() {
    vec2 off = (uv - vec2(0.5, 0.55)) * vec2(1.3, 1.0);
    vec3 colour = mix(vec3(0.018, 0.022, 0.040), vec3(0.062, 0.085, 0.150), exp(-4.0 * dot(off, off)));

    result = vec4(colour + (grain(gl_FragCoord.xy) - 0.5) / 255.0, 1.0);
}
