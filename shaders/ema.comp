#version 460
// average = decay average + (1 - decay) x, over n vec4. Both bindings of the average name the same memory.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

READ_VECTORS(0, x)
READ_VECTORS(1, oldAverage)
WRITE_VECTORS(2, average)
layout(push_constant) uniform Push { uint n; float decay, oneMinusDecay; };

void main() {
    const uint i = flatIndex();
    if (i < n) STORE(average, i, decay * LOAD(oldAverage, i) + oneMinusDecay * LOAD(x, i))
}
