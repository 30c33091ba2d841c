#include "compute/ops/conv2d.h"

#include "compute/vulkan/ops/conv_support.h"
#include "compute/vulkan/ops/gemm_support.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const Conv2d& op) {
    if (isMatrixProduct(op.geometry))
        return recordGemm(
            recorder,
            {.a = withPadding(op.x), .b = op.weights, .c = op.y, .bias = op.bias, .activation = op.activation});
    return recordGathered(recorder, op.geometry, false, op.x, op.weights, op.y, {op.bias, false, op.activation});
}

}  // namespace

extern const VulkanOp conv2d = vulkanOp<Conv2d, record>();

}  // namespace lemnos::vulkan_ops
