#include "compute/ops/copy_columns.h"

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/flat.h"

namespace lemnos::cpu_ops {
namespace {

/// Rows of `count` floats from rows that are `fromStride` apart to rows that are `toStride` apart; then `padding`
/// zeros.
template <bool accumulate>
void copyRows(std::int64_t rows, std::int64_t count, std::int64_t padding, const float* from, std::int64_t fromStride,
              float* to, std::int64_t toStride) {
    for (std::int64_t i = 0; i < rows; ++i, from += fromStride, to += toStride) {
        // Short rows are the usual case, for which memcpy and memset would be calls too many.
#pragma omp simd
        for (std::int64_t j = 0; j < count; ++j) to[j] = from[j] + (accumulate ? to[j] : 0.0f);
        for (std::int64_t j = count; j < count + padding; ++j) to[j] = 0;
    }
}

void run(const CopyColumns& op) {
    const float* x = hostData(op.x) + op.fromColumn;
    float* y = hostData(op.y) + op.toColumn;
    const bool last = op.toColumn + op.count == op.y.columns;
    const std::int64_t padding = last ? op.y.stride - op.y.columns : 0;
    const std::int64_t rowsPerBlock = std::max<std::int64_t>(floatsPerThread / op.count, 1);
    const std::int64_t blocks = (op.x.rows + rowsPerBlock - 1) / rowsPerBlock;
    const auto copy = op.accumulate ? copyRows<true> : copyRows<false>;
#pragma omp parallel for schedule(static) if (blocks > 1)
    for (std::int64_t block = 0; block < blocks; ++block) {
        const std::int64_t first = block * rowsPerBlock;
        copy(std::min(rowsPerBlock, op.x.rows - first), op.count, padding, x + first * op.x.stride, op.x.stride,
             y + first * op.y.stride, op.y.stride);
    }
}

Status record(HostRecorder& recorder, const CopyColumns& op) {
    recorder.run([op] { run(op); });
    return {};
}

}  // namespace

extern const HostOp copy_columns = hostOp<CopyColumns, record>();

}  // namespace lemnos::cpu_ops
