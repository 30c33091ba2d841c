#version 460
// x *= inverseLossScale over n vec4.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "step.glsl"

READ_VECTORS(0, oldX)
WRITE_VECTORS(1, x)
STEP_SCALARS(2)
layout(push_constant) uniform Push { uint n; };

void main() {
    const uint i = flatIndex();
    const float factor = step_.inverseLossScale;  // read where every invocation is active, see adam.comp
    if (i < n) STORE(x, i, factor * LOAD(oldX, i))
}
