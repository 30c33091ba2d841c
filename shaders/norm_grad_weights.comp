#version 460
// Adds up the parts of norm_grad_sums: dBeta and dGamma. For batch norm also means[j] = gamma[j] dBeta[j] / N and, behind them,
// gamma[j] dGamma[j] / N, which norm_grad takes off. One workgroup per vec4 of columns.
#extension GL_GOOGLE_include_directive : require
#include "vectors.glsl"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint ACCUMULATE = 0;
layout(constant_id = 2) const uint WITH_MEANS = 0;
layout(constant_id = 3) const uint CONSTANT = 0;  // mean and deviation do not depend on x: nothing to take off
shared vec4 sums[256], products[256];

READ_VECTORS(0, partials)
READ_VECTORS(1, gamma)
READ_VECTORS(2, oldGamma)
READ_VECTORS(3, oldBeta)
WRITE_VECTORS(4, dGamma)
WRITE_VECTORS(5, dBeta)
WRITE_VECTORS(6, means)
layout(push_constant) uniform Push { uint rows, quads, parts, second; };

void main() {
    const uint quad = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
    if (quad >= quads) return;  // the same for the whole workgroup
    const uint lane = gl_LocalInvocationID.x, lanes = gl_WorkGroupSize.x;

    vec4 sum = vec4(0), product = vec4(0);
    for (uint part = lane; part < parts; part += lanes) {
        sum += LOAD(partials, part * quads + quad);
        product += LOAD(partials, second + part * quads + quad);
    }
    sums[lane] = sum;
    products[lane] = product;
    barrier();
    for (uint gap = lanes / 2; gap > 0; gap /= 2) {
        if (lane < gap) {
            sums[lane] += sums[lane + gap];
            products[lane] += products[lane + gap];
        }
        barrier();
    }

    if (lane == 0) {
        sum = sums[0];
        product = products[0];
        if (WITH_MEANS != 0) {
            const vec4 factor = CONSTANT != 0 ? vec4(0) : LOAD(gamma, quad) / float(rows);
            STORE(means, quad, factor * sum)
            STORE(means, quads + quad, factor * product)
        }
        if (ACCUMULATE != 0) {
            product += LOAD(oldGamma, quad);
            sum += LOAD(oldBeta, quad);
        }
        STORE(dGamma, quad, product)
        STORE(dBeta, quad, sum)
    }
}
