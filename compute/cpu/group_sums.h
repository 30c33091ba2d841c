// Sums over groups of rows on several threads.
#pragma once

#include "compute/host/host_device.h"
#include "compute/ops/group_sum.h"

namespace lemnos {

/// Records GroupSum; a sum of all rows is one with a single group. The order of the additions depends on the extents
/// alone, not on the number of threads.
Status recordGroupSums(HostRecorder& recorder, const GroupSum& op);

}  // namespace lemnos
