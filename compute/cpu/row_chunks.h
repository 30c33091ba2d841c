// RowChunks: how the rows of a matrix are shared out among threads.
#pragma once

#include <algorithm>

#include "compute/cpu/flat.h"
#include "compute/cpu/norms.h"
#include "compute/tensor.h"

namespace lemnos {

/// Stretches of rows, cut by the extents alone, so that sums do not depend on the number of threads.
class RowChunks {
  public:
    explicit RowChunks(const Tensor& x)
        : m_rows(x.rows),
          m_stride(x.stride),
          // At most 64, each worth a thread.
          m_rowsPerChunk(std::max((x.rows + 63) / 64, (2 * floatsPerThread + x.stride - 1) / x.stride)) {}

    std::int64_t count() const { return (m_rows + m_rowsPerChunk - 1) / m_rowsPerChunk; }
    std::int64_t rowsOf(std::int64_t chunk) const { return std::min(m_rowsPerChunk, m_rows - chunk * m_rowsPerChunk); }

    /// work(first row, rows)
    template <class Work>
    void forEachChunk(Work work) const {
        const std::int64_t chunks = count();
#pragma omp parallel for schedule(static) if (chunks > 1)
        for (std::int64_t chunk = 0; chunk < chunks; ++chunk) work(chunk * m_rowsPerChunk, rowsOf(chunk));
    }

    /// work(chunk, first row, rows, first column, columns, stride), with at most columnsPerSum columns
    template <class Work>
    void forEachBlock(Work work) const {
        const std::int64_t blocks = (m_stride + columnsPerSum - 1) / columnsPerSum, tasks = count() * blocks;
#pragma omp parallel for schedule(static) if (tasks > 1)
        for (std::int64_t task = 0; task < tasks; ++task) {
            const std::int64_t chunk = task / blocks, column = task % blocks * columnsPerSum;
            work(chunk, chunk * m_rowsPerChunk, rowsOf(chunk), column, std::min(columnsPerSum, m_stride - column),
                 m_stride);
        }
    }

  private:
    std::int64_t m_rows, m_stride, m_rowsPerChunk;
};

}  // namespace lemnos
