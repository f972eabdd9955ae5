// A vertex of a mesh: from attributes, or for wireframes from storage, by the corner's number.
#ifdef WIREFRAME
layout(std430, binding = 0) readonly buffer Indices {
    uint indices[];
};
layout(std430, binding = 1) readonly buffer Positions {
    float positions[];
};
layout(std430, binding = 2) readonly buffer Normals {
    float normals[];
};

out vec3 edge_distance; // to the three edges, logical pixels
#else
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec3 texcoord;
layout(location = 3) in vec4 colour;
layout(location = 4) in uvec4 skin_index;
layout(location = 5) in vec4 skin_weight;

out vec3 at_texcoord;
out vec4 at_colour;
#endif

#ifdef BONES
layout(std140, binding = 6) uniform Bones {
    mat4 bones[BONES];
};
#endif

out vec3 at_world;
out vec3 at_normal;

#ifdef WIREFRAME
vec3 load_position(uint vertex) {
    return vec3(positions[3u * vertex], positions[3u * vertex + 1u], positions[3u * vertex + 2u]);
}

vec4 project(uint vertex) {
    return projection * (view * (world * vec4(load_position(vertex), 1.0)));
}

// From p to the line through a and b.
float line_distance(vec2 p, vec2 a, vec2 b) {
    vec2 way = b - a;
    float span = length(way);

    if (span == 0.0)
        return distance(p, a);
    return abs(way.x * (p.y - a.y) - way.y * (p.x - a.x)) / span;
}

void main() {
    uint first = uint(gl_VertexID) / 3u * 3u;
    uint corner = uint(gl_VertexID) - first;
    uint vertex = indices[gl_VertexID];
    vec2 pixels[3];

    for (uint i = 0u; i < 3u; i++) {
        vec4 clip = project(indices[first + i]);

        pixels[i] = clip.xy / clip.w * 0.5 * logical_size;
    }
    edge_distance = vec3(0.0);
    edge_distance[corner] =
        line_distance(pixels[corner], pixels[(corner + 1u) % 3u], pixels[(corner + 2u) % 3u]);

    vec4 at = world * vec4(load_position(vertex), 1.0);

    at_world = at.xyz;
    at_normal = vec3(normals[3u * vertex], normals[3u * vertex + 1u], normals[3u * vertex + 2u]) *
        mat3(world_inverse);
    gl_Position = shift(projection * (view * at));
    gl_Position.z -= 0.0001; // before the surface that the wires lie on
}
#else
void main() {
    vec4 local = vec4(position, 1.0);

#ifdef BONES
    // An index past the end has weight 0.
    mat4 skin = mat4(0.0);

    for (int i = 0; i < 4; i++)
        skin += skin_weight[i] * bones[min(skin_index[i], uint(BONES - 1))];
    local = bind_inverse * (skin * (bind * local));
#endif

    vec4 at = world * local;

    at_world = at.xyz;
    at_normal = normal * mat3(world_inverse);
    at_texcoord = texcoord;
#if MAP < 3
    at_texcoord.z = 1.0; // the map's transform may shift
#endif
    at_colour = colour;
    gl_Position = shift(projection * (view * at));
}
#endif
