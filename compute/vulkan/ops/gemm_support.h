#pragma once

#include "compute/ops/gemm.h"
#include "compute/vulkan/vulkan_recorder.h"

namespace lemnos {

/// Records a matrix product, for ops that are one.
Status recordGemm(VulkanRecorder& recorder, const Gemm& op);

}  // namespace lemnos
