#version 460
// w[i][j] *= factors[j], over n vec4. Both bindings of w name the same memory. Srivastava et al. 2014, section 5.1.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

READ_VECTORS(0, oldWeights)
READ_VECTORS(1, factors)
WRITE_VECTORS(2, weights)
layout(push_constant) uniform Push { uint n, quads; };

void main() {
    const uint i = flatIndex();
    if (i < n) STORE(weights, i, LOAD(oldWeights, i) * LOAD(factors, i % quads))
}
