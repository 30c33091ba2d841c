// Which source pixels a result pixel of a convolution is made of; compute/vulkan/ops/conv_support.h fills it in.
//
// A call makes pixels (firstY + v stepY, firstX + u stepX) of every picture, v < gridHeight and u < gridWidth. Its tap (j, i),
// j < tapsY and i < tapsX, multiplies source pixel (v strideY + originY + j tapY, u strideX + originX + i tapX), where there is one,
// with tap firstTap + j weightTapY + i weightTapX of the weights. So a convolution and its gradient by the input are the same.
layout(push_constant) uniform Push {
    uint pixels;  // of the call, in all pictures
    uint gridHeight, gridWidth, firstY, firstX, stepY, stepX;
    int strideY, strideX, originY, originX, tapY, tapX;
    uint tapsY, tapsX, firstTap, weightTapY, weightTapX;
    uint sourceHeight, sourceWidth, sourceQuads;
    uint resultHeight, resultWidth, resultQuads;
    uint rowsPerTap, weightQuads;  // of the weights
    uint columns;                  // channels of the result
    uint first, end;               // stretch of the channels of the source, or of what else a shader sums over
};

struct Pixel {
    uint row;          // of the result
    uint sourcePixel;  // the first one of the picture
    ivec2 origin;      // of the source, x and y
};

// `height` and `width` are those of the grid; where they are specialisation constants the divisions fold, which on lavapipe would
// else take longer than all the rest of a small kernel.
Pixel pixelAt(uint index, uint height, uint width) {
    const uint u = index % width, line = index / width;
    const uint v = line % height, picture = line / height;
    Pixel pixel;
    pixel.row = (picture * resultHeight + firstY + v * stepY) * resultWidth + firstX + u * stepX;
    pixel.sourcePixel = picture * sourceHeight * sourceWidth;
    pixel.origin = ivec2(int(u) * strideX + originX, int(v) * strideY + originY);
    return pixel;
}

bool sourceExists(Pixel pixel, uint j, uint i) {
    const ivec2 at = pixel.origin + ivec2(int(i) * tapX, int(j) * tapY);
    return at.x >= 0 && at.y >= 0 && at.x < int(sourceWidth) && at.y < int(sourceHeight);
}

// Row of the source matrix; only where it exists.
uint sourceRow(Pixel pixel, uint j, uint i) {
    const ivec2 at = pixel.origin + ivec2(int(i) * tapX, int(j) * tapY);
    return pixel.sourcePixel + uint(at.y) * sourceWidth + uint(at.x);
}

uint weightTap(uint j, uint i) {
    return firstTap + j * weightTapY + i * weightTapX;
}
