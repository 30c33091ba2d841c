#include "compute/ops/conv2d_grad_weight.h"

#include <algorithm>

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/onednn_conv.h"

namespace lemnos::cpu_ops {
namespace {

/// The pixels that the windows of one pixel see, row behind row.
void gather(const ConvGeometry& g, const float* x, float* seen) {
    const std::int64_t stride = roundUp4(g.inChannels);
#pragma omp parallel for
    for (std::int64_t row = 0; row < g.batch * g.outHeight; ++row) {
        const std::int64_t n = row / g.outHeight, y = row % g.outHeight * g.strideHeight;
        for (std::int64_t ox = 0; ox < g.outWidth; ++ox)
            std::copy_n(x + ((n * g.inHeight + y) * g.inWidth + ox * g.strideWidth) * stride, stride,
                        seen + (row * g.outWidth + ox) * stride);
    }
}

/// oneDNN 2.6 gives wrong weights for strided windows of one pixel when the channels are no multiple of eight
/// (jit_1x1:avx2). Without the pixels between, they are not strided.
bool isStridedPixel(const ConvGeometry& g) {
    return g.taps() == 1 && g.groups == 1 && g.strideHeight * g.strideWidth > 1 && g.padTop + g.padLeft == 0;
}

Status record(HostRecorder& recorder, const Conv2dGradWeight& op) {
    return onednn::guarded(Conv2dGradWeight::name, [&]() -> Status {
        ConvGeometry g = op.geometry;
        float* pixels = hostData(op.x);
        if (isStridedPixel(g)) {
            TRY(float* seen, recorder.scratch(g.outRows() * roundUp4(g.inChannels)));
            recorder.run([g, pixels, seen] { gather(g, pixels, seen); });
            pixels = seen;
            g.inHeight = g.outHeight;
            g.inWidth = g.outWidth;
            g.strideHeight = g.strideWidth = 1;
        }
        const onednn::ConvLayout layout(g);
        const auto description = layout.backwardWeights();
        TRY(const dnnl::memory result, onednn::scratch(recorder, description.diff_weights_desc()));
        TRY_OK(onednn::execute(recorder, dnnl::convolution_backward_weights(description), description,
                               {{DNNL_ARG_SRC, onednn::at(layout.x, pixels)},
                                {DNNL_ARG_DIFF_DST, onednn::at(layout.y, hostData(op.dY))},
                                {DNNL_ARG_DIFF_WEIGHTS, result}}));
        TRY_OK(onednn::reorder(recorder, result, onednn::at(layout.weights, hostData(op.dWeights)), op.accumulate));
        if (!layout.withPadding) onednn::clearPadding(recorder, op.dWeights);
        return {};
    });
}

}  // namespace

extern const HostOp conv2d_grad_weight = hostOp<Conv2dGradWeight, record>();

}  // namespace lemnos::cpu_ops
