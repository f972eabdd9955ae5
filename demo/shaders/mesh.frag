// A surface: its colour from a map, its vertices or its material, then lit, or not. All linear.
layout(std140, binding = 2) uniform Material {
    vec4 material_colour; // sRGB-encoded, as are the next two
#ifdef PHONG
    vec4 emissive;
    vec4 specular;
    vec2 map_range;
    vec2 normal_scale;
#else
    vec2 map_range;
#endif
    float opacity;
    float alpha_test;
    float wireframe; // thickness in logical pixels
#ifdef PHONG
    float spare_a, spare_b, spare_c, spare_d;
    float shininess;
    float emissive_intensity;
#endif
};

#if MAP > 0
layout(std140, binding = 3) uniform Transform {
    mat3 transform;
};
#endif
#if MAP == 1
layout(binding = 0) uniform sampler1D map;
#elif MAP == 2
layout(binding = 0) uniform sampler2D map;
#elif MAP == 3
layout(binding = 0) uniform sampler3D map;
#endif

#ifdef PHONG
struct Light {
    mat4 light_world;
    mat4 light_world_inverse;
    uvec4 ids;
    vec4 colour; // sRGB-encoded; intensity in w
    vec4 direction; // where it shines, in the world
    vec4 spare[5];
};

#ifdef AMBIENT
layout(std140, binding = 4) uniform Ambient {
    mat4 ambient_world;
    mat4 ambient_world_inverse;
    uvec4 ambient_ids;
    vec4 ambient; // likewise
    vec4 ambient_spare[5];
};
#endif
#if LIGHTS > 0
layout(std140, binding = 5) uniform Lights {
    Light lights[LIGHTS];
};
#endif
#endif

in vec3 at_world;
in vec3 at_normal;
#ifdef WIREFRAME
in vec3 edge_distance;
#else
in vec3 at_texcoord;
in vec4 at_colour;
#endif

layout(location = 0) out vec4 result;

const float PI = 3.14159265359;

vec4 albedo() {
#ifdef VERTEX_COLOURS
    return vec4(at_colour.rgb, at_colour.a * opacity);
#elif MAP > 0
    vec3 at = transform * at_texcoord;
#if MAP == 1
    vec4 texel = texture(map, at.x);
#elif MAP == 2
    vec4 texel = texture(map, at.xy);
#else
    vec4 texel = texture(map, at);
#endif
    vec3 shown = (texel.rgb - map_range.x) / (map_range.y - map_range.x);

    return vec4(decode(shown), texel.a * opacity);
#else
    return vec4(decode(material_colour.rgb), material_colour.a * opacity);
#endif
}

#ifdef PHONG
vec3 to_camera() {
    bool orthographic = projection[3][3] == 1.0;

    return orthographic ? view_inverse[2].xyz : normalize(view_inverse[3].xyz - at_world);
}

#if LIGHTS > 0
vec3 shine(Light light, vec3 base, vec3 n, vec3 v) {
    vec3 l = -light.direction.xyz;
    vec3 middle = normalize(l + v);
    vec3 incoming = light.colour.w * decode(light.colour.rgb) * max(dot(n, l), 0.0);
    float h = max(dot(v, middle), 0.0);
    float q = exp2((-5.55473 * h - 6.98316) * h);
    vec3 fresnel = decode(specular.rgb) * (1.0 - q) + q;
    float lobe = (0.5 * shininess + 1.0) / PI * pow(max(dot(n, middle), 0.0), shininess);

    return incoming * (base / PI + 0.25 * lobe * fresnel);
}
#endif

vec3 lit(vec3 base) {
    vec3 n = normalize(gl_FrontFacing ? at_normal : -at_normal);
    vec3 v = to_camera();
    vec3 sum = decode(emissive.rgb) * emissive_intensity;

#ifdef AMBIENT
    sum += ambient.w * decode(ambient.rgb) * base / PI;
#endif
#if LIGHTS > 0
    for (int i = 0; i < LIGHTS; i++)
        sum += shine(lights[i], base, n, v);
#endif
    return sum;
}
#endif

void main() {
#ifdef WIREFRAME
    if (min(edge_distance.x, min(edge_distance.y, edge_distance.z)) > 0.5 * wireframe)
        discard;
#endif
#ifdef FLAT_NORMALS
    vec3 facing = normalize(cross(dFdx(at_world), dFdy(at_world)));

    result = vec4((gl_FrontFacing ? facing : -facing) * 0.5 + 0.5, opacity);
#else
    result = albedo();
#ifdef PHONG
    result.rgb = lit(result.rgb);
#endif
#endif
    if (result.a < alpha_test)
        discard;
}
