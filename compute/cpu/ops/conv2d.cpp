#include "compute/ops/conv2d.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/onednn_conv.h"

namespace lemnos::cpu_ops {
namespace {

Status record(HostRecorder& recorder, const Conv2d& op) {
    return onednn::guarded(Conv2d::name, [&]() -> Status {
        const onednn::ConvLayout layout(op.geometry);
        const auto description = layout.forward(op.activation, op.bias ? layout.bias : dnnl::memory::desc());
        TRY(const dnnl::memory weights, onednn::scratch(recorder, description.weights_desc()));
        TRY_OK(onednn::reorder(recorder, onednn::at(layout.weights, hostData(op.weights)), weights));
        onednn::Arguments arguments{{DNNL_ARG_SRC, onednn::at(layout.x, hostData(op.x))},
                                    {DNNL_ARG_WEIGHTS, weights},
                                    {DNNL_ARG_DST, onednn::at(layout.y, hostData(op.y))}};
        if (op.bias) arguments.emplace(DNNL_ARG_BIAS, onednn::at(layout.bias, hostData(op.bias)));
        TRY_OK(onednn::execute(recorder, dnnl::convolution_forward(description), description, std::move(arguments)));
        // Padding channels come out as activation(0).
        if (!layout.withPadding || op.activation.kind == ActivationKind::sigmoid) onednn::clearPadding(recorder, op.y);
        return {};
    });
}

}  // namespace

extern const HostOp conv2d = hostOp<Conv2d, record>();

}  // namespace lemnos::cpu_ops
