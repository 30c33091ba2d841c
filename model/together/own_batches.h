// OwnBatches: the batches that one member of a team takes, loaded ahead.
#pragma once

#include <memory>

#include "model/data/batch_loader.h"
#include "model/together/order.h"
#include "model/train/run_spec.h"

namespace lemnos {

class OwnBatches {
  public:
    using Wanted = decltype(LoaderOptions::wanted);

    /// Of the training pictures of `index`. `wanted`: as LoaderOptions has it. All outlives this.
    OwnBatches(const RunSpec& spec, const DatasetIndex& index, PixelCache& cache, Wanted wanted = {});

    /// The batch of a step. The next one is expected `stride` batches later. Errors: the pass has no such batch.
    Result<Batch> load(const Order& step, std::int64_t stride);

  private:
    void begin(const Order& step, std::int64_t stride);

    const RunSpec& m_spec;
    const DatasetIndex& m_index;
    PixelCache& m_cache;
    Wanted m_wanted;
    std::unique_ptr<BatchLoader> m_loader;
    std::uint32_t m_epoch = 0;
    std::int64_t m_next = 0, m_stride = 1;
};

}  // namespace lemnos
