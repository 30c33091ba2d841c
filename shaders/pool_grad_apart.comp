#version 460
// The gradient of pooling where windows don't overlap: a window and the pixels up to the next ones are a cell, and cells cover the
// picture. In a cell dY goes to the first largest value of the window (MAX) or to all pixels of the window in equal parts; the others
// get zero [+ dX]. One invocation per cell and vec4 of channels.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

layout(constant_id = 1) const uint MAX = 1;
layout(constant_id = 2) const uint ACCUMULATE = 0;
layout(constant_id = 3) const int KERNEL_HEIGHT = 1;
layout(constant_id = 4) const int KERNEL_WIDTH = 1;
layout(constant_id = 5) const int STRIDE_HEIGHT = 1;
layout(constant_id = 6) const int STRIDE_WIDTH = 1;
layout(constant_id = 7) const uint CELL_HEIGHT = 1;  // rows and columns of cells in a picture
layout(constant_id = 8) const uint CELL_WIDTH = 1;
layout(constant_id = 9) const uint QUADS = 1;

READ_VECTORS(0, x)
READ_VECTORS(1, y)
READ_VECTORS(2, dY)
READ_VECTORS(3, oldDX)
WRITE_VECTORS(4, dX)
layout(push_constant) uniform Push {
    uint cells;  // in all pictures
    int height, width, outHeight, outWidth, padTop, padLeft;
};

void main() {
    const uint index = flatIndex(), q = index % QUADS, cell = index / QUADS;
    if (cell >= cells) return;
    const int cx = int(cell % CELL_WIDTH), cy = int(cell / CELL_WIDTH % CELL_HEIGHT), picture = int(cell / CELL_WIDTH / CELL_HEIGHT);
    const ivec2 first = ivec2(cx * STRIDE_WIDTH - padLeft, cy * STRIDE_HEIGHT - padTop), extent = ivec2(width, height);
    const bool isWindow = cx < outWidth && cy < outHeight;

    const uint window = uint((picture * outHeight + cy) * outWidth + cx) * QUADS + q;
    vec4 gradient = isWindow ? LOAD(dY, window) : vec4(0), largest = vec4(0);
    if (MAX != 0) {
        largest = isWindow ? LOAD(y, window) : vec4(0);
    } else {
        const ivec2 size = min(first + ivec2(KERNEL_WIDTH, KERNEL_HEIGHT), extent) - max(first, ivec2(0));
        gradient /= float(max(size.x * size.y, 1));
    }
    for (int j = 0; j < STRIDE_HEIGHT; ++j) {
        for (int i = 0; i < STRIDE_WIDTH; ++i) {
            const ivec2 pixel = first + ivec2(i, j);
            if (any(lessThan(pixel, ivec2(0))) || any(greaterThanEqual(pixel, extent))) continue;
            const uint at = uint((picture * height + pixel.y) * width + pixel.x) * QUADS + q;
            vec4 value = vec4(0);
            if (j < KERNEL_HEIGHT && i < KERNEL_WIDTH) {
                value = gradient;
                if (MAX != 0) {
                    const bvec4 mine = equal(LOAD(x, at), largest);
                    value = mix(vec4(0), gradient, mine);
                    gradient = mix(gradient, vec4(0), mine);  // it is given away once
                }
            }
            if (ACCUMULATE != 0) value += LOAD(oldDX, at);
            STORE(dX, at, value)
        }
    }
}
