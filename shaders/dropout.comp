#version 460
// y = keep ? x * scale : 0 [+ y] over n vec4 from `first` on; keep where a random number is >= threshold. The number is one of
// philox(seed, epoch, index of the sample, layer, quad), so a sample's mask depends on nothing else.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "step.glsl"
#include "random.glsl"

const uint ELEMENT = 0, CHANNEL = 1, SAMPLE = 2;
layout(constant_id = 1) const uint UNIT = 0;  // what is kept or dropped as one
layout(constant_id = 2) const uint ACCUMULATE = 0;
layout(constant_id = 3) const uint QUADS = 1;         // of a row
layout(constant_id = 4) const uint SAMPLE_QUADS = 1;  // of a sample

READ_VECTORS(0, x)
READ_VECTORS(1, oldY)
WRITE_VECTORS(2, y)
STEP_SCALARS(3)
layout(set = 0, binding = 4) readonly buffer Samples { uint sampleIndices[]; };
layout(push_constant) uniform Push { uint n, first, layer, threshold; float scale; };

void main() {
    const uint i = flatIndex();
    const uvec2 seed = step_.seed;  // read where every invocation is active, see adam.comp
    const uint epoch = step_.epoch;
    if (i < n) {
        const uint at = first + i;
        const uint quad = UNIT == ELEMENT ? at % SAMPLE_QUADS : UNIT == CHANNEL ? at % QUADS : 0;
        uvec4 bits = philox(seed, epoch, sampleIndices[at / SAMPLE_QUADS], layer, quad);
        if (UNIT == SAMPLE) bits = bits.xxxx;
        vec4 value = mix(vec4(0), LOAD(x, i) * scale, greaterThanEqual(bits, uvec4(threshold)));
        if (ACCUMULATE != 0) value += LOAD(oldY, i);
        STORE(y, i, value)
    }
}
