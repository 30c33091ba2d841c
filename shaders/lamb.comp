#version 460
// w -= rate ratio u, over n vec4; u is that of lamb_update, the ratio that of lamb_ratio. Both bindings of w name the same
// memory.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "step.glsl"

READ_VECTORS(0, updates)
READ_VECTORS(1, oldWeights)
WRITE_VECTORS(2, weights)
READ_VECTORS(3, ratio)
STEP_SCALARS(4)
layout(push_constant) uniform Push { uint n; float rateFactor; };

void main() {
    const uint i = flatIndex();
    const vec4 rate = step_.learningRate * rateFactor * LOAD(ratio, 0);
    const bool skipped = step_.skip != 0;
    if (i < n && !skipped) STORE(weights, i, LOAD(oldWeights, i) - rate * LOAD(updates, i))
}
