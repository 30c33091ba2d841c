// What the gradient of a convolution by its weights sums over: the lines of dY, a line being a row of pixels of one picture. Tap
// (j, i) of pixel (y, x) is source pixel (y strideY + originY + j tapY, x strideX + originX + i tapX), where there is one.
// Workgroups with the same `part` share the lines from part * linesOfPart on, and write their sums behind those of part - 1.
layout(push_constant) uniform Push {
    uint lines, linesOfPart;
    uint dYHeight, dYWidth, dYQuads;
    int strideY, strideX, originY, originX, tapY, tapX;
    uint tapsX;
    uint sourceHeight, sourceWidth, sourceQuads;
    uint rows, rowsPerTap, weightQuads;  // of the weights
    uint columns;                        // channels of dY
};
