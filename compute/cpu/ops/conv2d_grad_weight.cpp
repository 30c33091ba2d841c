#include "compute/ops/conv2d_grad_weight.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/onednn_conv.h"

namespace lemnos::cpu_ops {
namespace {

Status record(HostRecorder& recorder, const Conv2dGradWeight& op) {
    return onednn::guarded(Conv2dGradWeight::name, [&]() -> Status {
        const onednn::ConvLayout layout(op.geometry);
        const auto description = layout.backwardWeights();
        const dnnl::memory dWeights = onednn::at(layout.weights, hostData(op.dWeights));
        TRY(const dnnl::memory x,
            onednn::operand(recorder, onednn::at(layout.x, hostData(op.x)), description.src_desc()));
        TRY(const dnnl::memory dY,
            onednn::operand(recorder, onednn::at(layout.y, hostData(op.dY)), description.diff_dst_desc()));
        TRY(const dnnl::memory result,
            onednn::result(recorder, dWeights, description.diff_weights_desc(), op.accumulate));
        TRY_OK(onednn::execute(recorder, dnnl::convolution_backward_weights(description), description,
                               {{DNNL_ARG_SRC, x}, {DNNL_ARG_DIFF_DST, dY}, {DNNL_ARG_DIFF_WEIGHTS, result}}));
        TRY_OK(onednn::deliver(recorder, result, dWeights, op.accumulate));
        if (!layout.withPadding) onednn::clearPadding(recorder, op.dWeights);
        return {};
    });
}

}  // namespace

extern const HostOp conv2d_grad_weight = hostOp<Conv2dGradWeight, record>();

}  // namespace lemnos::cpu_ops
