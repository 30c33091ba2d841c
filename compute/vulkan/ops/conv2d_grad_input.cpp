#include "compute/ops/conv2d_grad_input.h"

#include "compute/vulkan/ops/conv_support.h"
#include "compute/vulkan/ops/gemm_support.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const Conv2dGradInput& op) {
    if (isMatrixProduct(op.geometry)) {
        const Tensor weights = rowsOf(op.weights, 0, op.geometry.inChannels);
        return recordGemm(recorder,
                          {.a = op.dY, .b = weights, .c = op.dX, .transposeB = true, .accumulate = op.accumulate});
    }
    return recordGathered(recorder, op.geometry, true, op.dY, op.weights, op.dX, {{}, op.accumulate, {}});
}

}  // namespace

extern const VulkanOp conv2d_grad_input = vulkanOp<Conv2dGradInput, record>();

}  // namespace lemnos::vulkan_ops
