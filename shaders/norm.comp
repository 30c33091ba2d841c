#version 460
// y = activation(gamma (x - mean) inverse + beta), of batch and group norm. Invocation i takes the vec4 i, i + chunks quads, ...,
// which all lie in column i mod quads.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"
#include "flat.glsl"
#include "columns.glsl"
#include "norms.glsl"
#include "activation.glsl"

layout(constant_id = 1) const uint PER_SAMPLE = 0;  // statistics of every sample, not of all
layout(constant_id = 2) const uint VARIANCE = 0;    // `inverse` is the variance
layout(constant_id = 3) const uint ACTIVATION = 0;

READ_VECTORS(0, x)
READ_VECTORS(1, gamma)
READ_VECTORS(2, beta)
READ_WORDS(3, mean)
READ_WORDS(4, inverse)
WRITE_VECTORS(5, y)
layout(push_constant) uniform Push {
    uint rows, columns, quads, chunks, width, rowsPerSample, firstSample, statisticsStride;
    float epsilon, alpha;
};

void main() {
    const uint i = flatIndex(), step = chunks * quads;
    if (i >= step) return;
    const uint quad = i % quads;
    const uvec4 group = groupsOf(quad, columns, width);
    const bvec4 exists = isColumn(quad, columns);
    const vec4 factor = LOAD(gamma, quad), shift = LOAD(beta, quad);
    vec4 center = OF_GROUPS(mean, 0, group), scale = OF_GROUPS(inverse, 0, group);
    if (VARIANCE != 0) scale = 1.0 / sqrt(scale + epsilon);
    scale *= factor;

    for (uint row = i / quads, at = i; row < rows; row += chunks, at += step) {
        if (PER_SAMPLE != 0) {
            const uint first = (firstSample + row / rowsPerSample) * statisticsStride;
            center = OF_GROUPS(mean, first, group);
            scale = OF_GROUPS(inverse, first, group) * factor;
        }
        const vec4 z = (LOAD(x, at) - center) * scale + shift;
        STORE(y, at, mix(vec4(0), activate(ACTIVATION, alpha, z), exists))
    }
}
