#include "compute/ops/conv2d_grad_weight.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/onednn_conv.h"

namespace lemnos::cpu_ops {
namespace {

Status record(HostRecorder& recorder, const Conv2dGradWeight& op) {
    return onednn::guarded(Conv2dGradWeight::name, [&]() -> Status {
        const onednn::ConvLayout layout(op.geometry);
        const auto description = layout.backwardWeights();
        TRY(const dnnl::memory result, onednn::scratch(recorder, description.diff_weights_desc()));
        TRY_OK(onednn::execute(recorder, dnnl::convolution_backward_weights(description), description,
                               {{DNNL_ARG_SRC, onednn::at(layout.x, hostData(op.x))},
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
