// Sums over groups of rows, by many invocations and in several passes.
#pragma once

#include "compute/ops/group_sum.h"
#include "compute/vulkan/vulkan_recorder.h"

namespace lemnos {

/// Records GroupSum; a sum of all rows is one with a single group.
Status recordGroupSums(VulkanRecorder& recorder, const GroupSum& op);

}  // namespace lemnos
