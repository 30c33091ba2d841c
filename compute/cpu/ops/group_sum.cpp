#include "compute/ops/group_sum.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/group_sums.h"

namespace lemnos::cpu_ops {

extern const HostOp group_sum = hostOp<GroupSum, recordGroupSums>();

}  // namespace lemnos::cpu_ops
