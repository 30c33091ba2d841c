#version 460
// factors[j] = min(1, limit / sqrt(sum_p squares[p][j])); one invocation per vec4 of columns.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"

READ_VECTORS(0, squares)
WRITE_VECTORS(1, factors)
layout(push_constant) uniform Push { uint parts, quads; float limit; };

void main() {
    const uint i = flatIndex();
    if (i < quads) {
        vec4 sum = vec4(0);
        for (uint part = 0; part < parts; ++part) sum += LOAD(squares, part * quads + i);
        const vec4 norm = sqrt(sum);
        STORE(factors, i, mix(limit / norm, vec4(1), lessThanEqual(norm, vec4(limit))))
    }
}
