#version 460
// Sums of dZ and of dZ n for every column over a part of the rows, with dZ = activation'(y) dY and n = (x - mean) inverse.
// Invocation i takes the vec4 i, i + chunks quads, ..., which all lie in column i mod quads.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "norms.glsl"
#include "activation.glsl"

layout(constant_id = 1) const uint PER_SAMPLE = 0;
layout(constant_id = 2) const uint VARIANCE = 0;  // `inverse` is the variance
layout(constant_id = 3) const uint ACTIVATION = 0;

READ_VECTORS(0, x)
READ_VECTORS(1, dY)
READ_VECTORS(2, y)  // only with an activation
READ_WORDS(3, mean)
READ_WORDS(4, inverse)
WRITE_VECTORS(5, partials)  // sums of dZ, then from `second` on those of dZ n
layout(push_constant) uniform Push {
    uint rows, columns, quads, chunks, width, rowsPerSample, firstSample, statisticsStride, first, second;
    float epsilon, alpha;
};

void main() {
    const uint i = flatIndex(), step = chunks * quads;
    if (i >= step) return;
    const uvec4 group = groupsOf(i % quads, columns, width);
    vec4 center = OF_GROUPS(mean, 0, group), scale = OF_GROUPS(inverse, 0, group);
    if (VARIANCE != 0) scale = 1.0 / sqrt(scale + epsilon);
    vec4 sum = vec4(0), products = vec4(0);
    for (uint row = i / quads, at = i; row < rows; row += chunks, at += step) {
        if (PER_SAMPLE != 0) {
            const uint sampleFirst = (firstSample + row / rowsPerSample) * statisticsStride;
            center = OF_GROUPS(mean, sampleFirst, group);
            scale = OF_GROUPS(inverse, sampleFirst, group);
        }
        vec4 dZ = LOAD(dY, at);
        if (ACTIVATION != 0) dZ *= activationGradient(ACTIVATION, alpha, LOAD(y, at));
        sum += dZ;
        products += dZ * ((LOAD(x, at) - center) * scale);
    }
    STORE(partials, first + i, sum)
    STORE(partials, second + first + i, products)
}
