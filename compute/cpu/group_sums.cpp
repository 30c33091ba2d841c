#include "compute/cpu/group_sums.h"

#include <algorithm>

#include "compute/cpu/flat.h"

namespace lemnos {
namespace {

constexpr std::int64_t blockFloats = 16384;     // what one task adds up
constexpr std::int64_t columnsPerTask = 512;    // sums that stay in the first-level cache
constexpr std::int64_t columnsWorthALoop = 64;  // narrower rows are added several at a time

/// sum[j] += a[i][j] (b[i][j]) over rows that are `stride` floats apart. Four rows are added before the sum is touched:
/// fewer stores, and a smaller rounding error.
template <class... In>
LEMNOS_VECTOR_CLONES void addRows(std::int64_t rows, std::int64_t columns, std::int64_t stride, float* sum,
                                  const In*... in) {
    std::int64_t i = 0;
    for (; i + 4 <= rows; i += 4) {
        const std::int64_t at = i * stride;
#pragma omp simd
        for (std::int64_t j = 0; j < columns; ++j)
            sum[j] += ((in[at + j] * ...) + (in[at + stride + j] * ...)) +
                      ((in[at + 2 * stride + j] * ...) + (in[at + 3 * stride + j] * ...));
    }
    for (; i < rows; ++i) {
#pragma omp simd
        for (std::int64_t j = 0; j < columns; ++j) sum[j] += (in[i * stride + j] * ...);
    }
}

/// sum[j] = the sum over i of a[i][j] (b[i][j]), for at most columnsPerTask columns.
template <class... In>
void sumRows(std::int64_t rows, std::int64_t columns, std::int64_t stride, float* sum, const In*... in) {
    const std::int64_t together = columns == stride ? std::clamp<std::int64_t>(columnsWorthALoop / stride, 1, rows) : 1;
    float wide[columnsPerTask] = {};
    const std::int64_t done = rows / together * together * stride;
    addRows(rows / together, together * columns, together * stride, wide, in...);
    for (std::int64_t t = 1; t < together; ++t)
        for (std::int64_t j = 0; j < columns; ++j) wide[j] += wide[t * columns + j];
    addRows(rows % together, columns, stride, wide, (in + done)...);
    std::copy_n(wide, columns, sum);
}

/// How a sum is cut into tasks: groups x blocks of rows x blocks of columns.
struct Cut {
    std::int64_t groups, groupRows, blockRows, blocks, stride, columns, columnBlocks;

    explicit Cut(const GroupSum& op)
        : groups(op.y.rows),
          groupRows(op.a.rows / op.y.rows),
          stride(op.a.stride),
          columns(std::min(op.a.stride, columnsPerTask)) {
        columnBlocks = (stride + columns - 1) / columns;
        blockRows = std::clamp<std::int64_t>(blockFloats / columns, 1, groupRows);
        blocks = (groupRows + blockRows - 1) / blockRows;
    }
    bool worthThreads() const { return groups * groupRows * stride > floatsPerThread; }
};

/// Turns sums into what the op gives.
void finish(const GroupSum& op, float* sum, float* y, std::int64_t columns) {
    for (std::int64_t j = 0; j < columns; ++j) y[j] = op.scale * sum[j] + (op.accumulate ? y[j] : 0.0f);
}

void sumBlocks(const GroupSum& op, const Cut& cut, float* partial) {
    const float *a = hostData(op.a), *b = hostData(op.b);
    float* y = hostData(op.y);
#pragma omp parallel for schedule(static) if (cut.worthThreads())
    for (std::int64_t task = 0; task < cut.groups * cut.blocks * cut.columnBlocks; ++task) {
        const std::int64_t column = task % cut.columnBlocks * cut.columns, row = task / cut.columnBlocks;
        const std::int64_t group = row / cut.blocks, first = row % cut.blocks * cut.blockRows;
        const std::int64_t rows = std::min(cut.blockRows, cut.groupRows - first);
        const std::int64_t columns = std::min(cut.columns, cut.stride - column);
        const std::int64_t at = (group * cut.groupRows + first) * cut.stride + column;
        float sum[columnsPerTask];
        if (b)
            sumRows(rows, columns, cut.stride, sum, a + at, b + at);
        else
            sumRows(rows, columns, cut.stride, sum, a + at);
        if (partial)
            std::copy_n(sum, columns, partial + row * cut.stride + column);
        else
            finish(op, sum, y + group * cut.stride + column, columns);
    }
}

void sumPartials(const GroupSum& op, const Cut& cut, const float* partial) {
    float* y = hostData(op.y);
#pragma omp parallel for schedule(static) if (cut.groups * cut.blocks * cut.stride > floatsPerThread)
    for (std::int64_t task = 0; task < cut.groups * cut.columnBlocks; ++task) {
        const std::int64_t column = task % cut.columnBlocks * cut.columns, group = task / cut.columnBlocks;
        const std::int64_t columns = std::min(cut.columns, cut.stride - column);
        float sum[columnsPerTask];
        sumRows(cut.blocks, columns, cut.stride, sum, partial + group * cut.blocks * cut.stride + column);
        finish(op, sum, y + group * cut.stride + column, columns);
    }
}

}  // namespace

Status recordGroupSums(HostRecorder& recorder, const GroupSum& op) {
    const Cut cut(op);
    if (cut.blocks == 1) {
        recorder.run([op, cut] { sumBlocks(op, cut, nullptr); });
        return {};
    }
    TRY(float* const partial, recorder.scratch(cut.groups * cut.blocks * cut.stride));
    recorder.run([op, cut, partial] {
        sumBlocks(op, cut, partial);
        sumPartials(op, cut, partial);
    });
    return {};
}

}  // namespace lemnos
