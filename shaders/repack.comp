#version 460
// Element number e of y, counted row by row without padding, is element number e of x [+ y], over n vec4 of y from `first` on.
// Vec4 number `xFirst` of x is the first that is bound.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

layout(constant_id = 1) const uint ACCUMULATE = 0;
layout(constant_id = 2) const uint X_COLUMNS = 1;
layout(constant_id = 3) const uint Y_COLUMNS = 1;

READ_VECTORS(0, x)
READ_VECTORS(1, oldY)
WRITE_VECTORS(2, y)
layout(push_constant) uniform Push { uint n, first, xFirst, elements; };

void main() {
    const uint i = flatIndex();
    if (i < n) {
        const uint yQuads = (Y_COLUMNS + 3) / 4, xQuads = (X_COLUMNS + 3) / 4;
        const uint column = (first + i) % yQuads * 4, element = (first + i) / yQuads * Y_COLUMNS + column;
        vec4 value;
        for (uint k = 0; k < 4; ++k) {
            const uint e = min(element + k, elements - 1);  // padding at the end of y has no element
            const uint xColumn = e % X_COLUMNS;
            value[k] = LOAD(x, e / X_COLUMNS * xQuads + xColumn / 4 - xFirst)[xColumn % 4];
        }
        if (ACCUMULATE != 0) value += LOAD(oldY, i);
        STORE(y, i, mix(vec4(0), value, lessThan(uvec4(0, 1, 2, 3) + column, uvec4(Y_COLUMNS))))
    }
}
