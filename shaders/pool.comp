#version 460
// y = the largest (MAX) or the mean value of the pixels of a window that exist. One invocation per pixel of y and vec4 of channels.
// Which pixels: gather.glsl, whose taps are those of the window.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "gather.glsl"

layout(constant_id = 1) const uint MAX = 1;
layout(constant_id = 2) const uint GRID_HEIGHT = 1;  // the push constants gridHeight, gridWidth and resultQuads
layout(constant_id = 3) const uint GRID_WIDTH = 1;
layout(constant_id = 4) const uint QUADS = 1;

READ_VECTORS(0, x)
WRITE_VECTORS(1, y)

void main() {
    const uint index = flatIndex(), q = index % QUADS;
    if (index / QUADS >= pixels) return;
    const Pixel pixel = pixelAt(index / QUADS, GRID_HEIGHT, GRID_WIDTH);
    vec4 result = vec4(0);
    float count = 0;
    for (uint j = 0; j < tapsY; ++j) {
        for (uint i = 0; i < tapsX; ++i) {
            if (!sourceExists(pixel, j, i)) continue;
            const vec4 value = LOAD(x, sourceRow(pixel, j, i) * QUADS + q);
            result = MAX == 0 ? result + value : count == 0 ? value : max(result, value);
            count += 1;
        }
    }
    STORE(y, pixel.row * QUADS + q, MAX != 0 ? result : result / count)
}
