#version 460
// y = x + row, x row or scale x row [+ y] over n vec4, row being that of the element's group of rows. Vec4 number `first` of y
// comes first, and that number `rowsFirst` of the rows is the first that is bound.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

const uint ADD = 0, MULTIPLY = 1, BROADCAST = 2;
layout(constant_id = 1) const uint MODE = 0;
layout(constant_id = 2) const uint ACCUMULATE = 0;
layout(constant_id = 3) const uint QUADS = 1;        // of a row
layout(constant_id = 4) const uint GROUP_QUADS = 1;  // of a group; 0 when there is only one

READ_VECTORS(0, rows)
READ_VECTORS(1, x)
READ_VECTORS(2, oldY)
WRITE_VECTORS(3, y)
layout(push_constant) uniform Push { uint n, first, rowsFirst; float scale; };

void main() {
    const uint i = flatIndex();
    if (i < n) {
        const uint at = first + i;
        const uint group = GROUP_QUADS == 0 ? 0 : at / GROUP_QUADS;
        const vec4 row = LOAD(rows, (GROUP_QUADS == QUADS ? at : group * QUADS + at % QUADS) - rowsFirst);
        vec4 value = MODE == BROADCAST ? scale * row : MODE == MULTIPLY ? LOAD(x, i) * row : LOAD(x, i) + row;
        if (ACCUMULATE != 0) value += LOAD(oldY, i);
        STORE(y, i, value)
    }
}
