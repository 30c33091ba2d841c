#include "compute/ops/conv2d_grad_input.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/onednn_conv.h"

namespace lemnos::cpu_ops {
namespace {

/// dX += sum, for oneDNN overwrites what it computes.
void add(HostRecorder& recorder, const float* sum, const Tensor& dX) {
    recorder.run([sum, data = hostData(dX), size = dX.rows * dX.stride] {
#pragma omp parallel for simd
        for (std::int64_t i = 0; i < size; ++i) data[i] += sum[i];
    });
}

Status record(HostRecorder& recorder, const Conv2dGradInput& op) {
    return onednn::guarded(Conv2dGradInput::name, [&]() -> Status {
        const onednn::ConvLayout layout(op.geometry);
        const auto description = layout.backwardData();
        TRY(const dnnl::memory weights, onednn::scratch(recorder, description.weights_desc()));
        TRY_OK(onednn::reorder(recorder, onednn::at(layout.weights, hostData(op.weights)), weights));
        float* result = hostData(op.dX);
        if (op.accumulate) {
            TRY(result, recorder.scratch(op.dX.rows * op.dX.stride));
        }
        TRY_OK(onednn::execute(recorder, dnnl::convolution_backward_data(description), description,
                               {{DNNL_ARG_DIFF_DST, onednn::at(layout.y, hostData(op.dY))},
                                {DNNL_ARG_WEIGHTS, weights},
                                {DNNL_ARG_DIFF_SRC, onednn::at(layout.x, result)}}));
        if (op.accumulate) add(recorder, result, op.dX);
        if (!layout.withPadding) onednn::clearPadding(recorder, op.dX);
        return {};
    });
}

}  // namespace

extern const HostOp conv2d_grad_input = hostOp<Conv2dGradInput, record>();

}  // namespace lemnos::cpu_ops
