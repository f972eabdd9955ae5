// What every program of a stage starts with: the uniform blocks of blocks.h, and the colour code.
layout(std140, binding = 0) uniform View {
    mat4 view;
    mat4 view_inverse;
    mat4 projection;
    mat4 projection_inverse;
    vec4 ndc_offset; // scale and shift of clip space
    vec2 physical_size; // of the target, pixels
    vec2 logical_size;
};

layout(std140, binding = 1) uniform Object {
    mat4 world;
    mat4 world_inverse;
    uvec4 ids;
#ifdef BONES
    mat4 bind;
    mat4 bind_inverse;
#endif
};

vec4 shift(vec4 clip) {
    return vec4(clip.xy * ndc_offset.xy + clip.w * ndc_offset.zw, clip.zw);
}

vec3 decode(vec3 c) {
    vec3 high = pow((max(c, 0.0) + 0.055) / 1.055, vec3(2.4));

    return mix(high, c / 12.92, lessThanEqual(c, vec3(0.04045)));
}
