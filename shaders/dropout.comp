#version 460
// y = keep ? x * scale : 0 over n vec4 in rows of `quads` vec4; keep where the random number of the element is >= threshold.
// The number is philox(seed, epoch, sampleIndices[row], layer, quad), so a sample's mask depends on nothing else.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "step.glsl"
#include "random.glsl"

READ_VECTORS(0, x)
WRITE_VECTORS(1, y)
STEP_SCALARS(2)
layout(set = 0, binding = 3) readonly buffer Samples { uint sampleIndices[]; };
layout(push_constant) uniform Push { uint n, quads, layer, threshold; float scale; };

void main() {
    const uint i = flatIndex();
    const uvec2 seed = step_.seed;  // read where every invocation is active, see adam.comp
    const uint epoch = step_.epoch;
    if (i < n) {
        const uvec4 bits = philox(seed, epoch, sampleIndices[i / quads], layer, i % quads);
        const bvec4 keep = greaterThanEqual(bits, uvec4(threshold));
        STORE(y, i, mix(vec4(0), LOAD(x, i) * scale, keep))
    }
}
