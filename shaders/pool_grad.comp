#version 460
// The gradient of pooling where windows overlap: dX = sum of dY [+ dX] over the windows that hold the pixel, for MAX only over those
// whose first largest value it is, else divided by the pixels of the window. One invocation per pixel of dX and vec4 of channels.
// Which windows: gather.glsl with dY as the source; the number of a tap in its window is its weight tap.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "gather.glsl"

layout(constant_id = 1) const uint MAX = 1;
layout(constant_id = 2) const uint ACCUMULATE = 0;
layout(constant_id = 3) const int KERNEL_HEIGHT = 1;
layout(constant_id = 4) const int KERNEL_WIDTH = 1;
layout(constant_id = 5) const uint GRID_HEIGHT = 1;  // the push constants gridHeight, gridWidth and resultQuads
layout(constant_id = 6) const uint GRID_WIDTH = 1;
layout(constant_id = 7) const uint QUADS = 1;

READ_VECTORS(0, x)
READ_VECTORS(1, y)
READ_VECTORS(2, dY)
READ_VECTORS(3, oldDX)
WRITE_VECTORS(4, dX)

// The part of dY that pixel `at` (x, y) of a picture gets as number `tap` of a window.
vec4 shareOf(vec4 gradient, ivec2 at, int tap, uint picturePixel, uint q, vec4 value, vec4 largest) {
    const ivec2 first = at - ivec2(tap % KERNEL_WIDTH, tap / KERNEL_WIDTH), extent = ivec2(resultWidth, resultHeight);
    if (MAX == 0) {
        const ivec2 size = min(first + ivec2(KERNEL_WIDTH, KERNEL_HEIGHT), extent) - max(first, ivec2(0));
        return gradient / float(size.x * size.y);
    }
    bvec4 mine = equal(value, largest);
    for (int n = 0; n < tap; ++n) {
        const ivec2 other = first + ivec2(n % KERNEL_WIDTH, n / KERNEL_WIDTH);
        if (any(lessThan(other, ivec2(0))) || any(greaterThanEqual(other, extent))) continue;
        const vec4 otherValue = LOAD(x, (picturePixel + uint(other.y) * resultWidth + uint(other.x)) * resultQuads + q);
        mine = bvec4(uvec4(mine) & uvec4(notEqual(otherValue, largest)));
    }
    return mix(vec4(0), gradient, mine);
}

void main() {
    const uint index = flatIndex(), q = index % QUADS;
    if (index / QUADS >= pixels) return;
    const Pixel pixel = pixelAt(index / QUADS, GRID_HEIGHT, GRID_WIDTH);
    const uint at = pixel.row * resultQuads + q, picturePixel = pixel.row / (resultHeight * resultWidth) * (resultHeight * resultWidth);
    const uint inPicture = pixel.row - picturePixel;
    const vec4 value = MAX != 0 ? LOAD(x, at) : vec4(0);
    vec4 sum = ACCUMULATE != 0 ? LOAD(oldDX, at) : vec4(0);
    for (uint j = 0; j < tapsY; ++j) {
        for (uint i = 0; i < tapsX; ++i) {
            if (!sourceExists(pixel, j, i)) continue;
            const uint window = sourceRow(pixel, j, i) * sourceQuads + q;
            sum += shareOf(LOAD(dY, window), ivec2(inPicture % resultWidth, inPicture / resultWidth), int(weightTap(j, i)),
                           picturePixel, q, value, MAX != 0 ? LOAD(y, window) : vec4(0));
        }
    }
    STORE(dX, at, sum)
}
