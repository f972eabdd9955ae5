// Comes to an end when the frame may go, or after so many turns: some rasterisers allow no more. Reads another
// word in each turn, or a compiler would read once, before the loop; and writes, or nobody would need it.
layout(location = 0) uniform uint frame;

layout(std430, binding = 0) buffer Gate {
    uint open[64];
    uint turns;
};

void main() {
    uint turn = 0u;

    while (turn < 65535u && open[turn % 64u] <= frame)
        turn++;
    turns = turn;
}
