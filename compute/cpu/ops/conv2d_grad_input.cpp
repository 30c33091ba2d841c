#include "compute/ops/conv2d_grad_input.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/onednn_conv.h"

namespace lemnos::cpu_ops {
namespace {

Status record(HostRecorder& recorder, const Conv2dGradInput& op) {
    return onednn::guarded(Conv2dGradInput::name, [&]() -> Status {
        const onednn::ConvLayout layout(op.geometry);
        const auto description = layout.backwardData();
        const dnnl::memory dX = onednn::at(layout.x, hostData(op.dX));
        TRY(const dnnl::memory dY,
            onednn::operand(recorder, onednn::at(layout.y, hostData(op.dY)), description.diff_dst_desc()));
        TRY(const dnnl::memory weights,
            onednn::operand(recorder, onednn::at(layout.weights, hostData(op.weights)), description.weights_desc()));
        TRY(const dnnl::memory result, onednn::result(recorder, dX, description.diff_src_desc(), op.accumulate));
        TRY_OK(onednn::execute(recorder, dnnl::convolution_backward_data(description), description,
                               {{DNNL_ARG_DIFF_DST, dY}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DIFF_SRC, result}}));
        TRY_OK(onednn::deliver(recorder, result, dX, op.accumulate));
        if (!layout.withPadding) onednn::clearPadding(recorder, op.dX);
        return {};
    });
}

}  // namespace

extern const HostOp conv2d_grad_input = hostOp<Conv2dGradInput, record>();

}  // namespace lemnos::cpu_ops
