#include "compute/ops/column_sum.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/group_sums.h"

namespace lemnos::cpu_ops {
namespace {

Status record(HostRecorder& recorder, const ColumnSum& op) {
    return recordGroupSums(recorder, {op.x, {}, op.sum, 1, op.accumulate});
}

}  // namespace

extern const HostOp column_sum = hostOp<ColumnSum, record>();

}  // namespace lemnos::cpu_ops
