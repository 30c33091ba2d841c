#version 460
// dX = inverse (q - a - n b) [+ dX], of batch and group norm: q = gamma activation'(y) dY, n = (x - mean) inverse, a and b are the
// means of q and of q n. Invocation i takes the vec4 i, i + chunks quads, ..., which all lie in column i mod quads.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "columns.glsl"
#include "norms.glsl"
#include "activation.glsl"

layout(constant_id = 1) const uint PER_SAMPLE = 0;
layout(constant_id = 2) const uint VARIANCE = 0;  // `inverse` is the variance
layout(constant_id = 3) const uint ACTIVATION = 0;
layout(constant_id = 4) const uint ACCUMULATE = 0;

READ_VECTORS(0, x)
READ_VECTORS(1, dY)
READ_VECTORS(2, y)    // only with an activation
READ_VECTORS(3, old)  // only to accumulate
READ_VECTORS(4, gamma)
READ_WORDS(5, mean)
READ_WORDS(6, inverse)
READ_WORDS(7, means)  // a by sample and group, then from `second` on b
WRITE_VECTORS(8, dX)
layout(push_constant) uniform Push {
    uint rows, columns, quads, chunks, width, rowsPerSample, firstSample, statisticsStride, second;
    float epsilon, alpha;
};

void main() {
    const uint i = flatIndex(), step = chunks * quads;
    if (i >= step) return;
    const uint quad = i % quads;
    const uvec4 group = groupsOf(quad, columns, width);
    const bvec4 exists = isColumn(quad, columns);
    const vec4 factor = LOAD(gamma, quad);
    vec4 center = OF_GROUPS(mean, 0, group), scale = OF_GROUPS(inverse, 0, group);
    if (VARIANCE != 0) scale = 1.0 / sqrt(scale + epsilon);
    vec4 a = OF_GROUPS(means, 0, group), b = OF_GROUPS(means, second, group);

    for (uint row = i / quads, at = i; row < rows; row += chunks, at += step) {
        if (PER_SAMPLE != 0) {
            const uint first = (firstSample + row / rowsPerSample) * statisticsStride;
            center = OF_GROUPS(mean, first, group);
            scale = OF_GROUPS(inverse, first, group);
            a = OF_GROUPS(means, first, group);
            b = OF_GROUPS(means, second + first, group);
        }
        vec4 q = factor * LOAD(dY, at);
        if (ACTIVATION != 0) q *= activationGradient(ACTIVATION, alpha, LOAD(y, at));
        vec4 value = mix(vec4(0), scale * (q - a - (LOAD(x, at) - center) * scale * b), exists);
        if (ACCUMULATE != 0) value += LOAD(old, at);
        STORE(dX, at, value)
    }
}
