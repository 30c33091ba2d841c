#include "model/together/own_batches.h"

#include <utility>

#include "model/train/prepared_run.h"

namespace lemnos {

OwnBatches::OwnBatches(const RunSpec& spec, const DatasetIndex& index, PixelCache& cache, Wanted wanted)
    : m_spec(spec), m_index(index), m_cache(cache), m_wanted(std::move(wanted)) {}

Result<Batch> OwnBatches::load(const Order& step, std::int64_t stride) {
    const bool next = m_loader && step.scalars.epoch == m_epoch && step.batch == m_next && stride == m_stride;
    if (!next) begin(step, stride);
    auto batch = m_loader->next();
    if (!batch || batch->number != step.batch)
        return Error{"The PC that leads asks for a batch that these pictures don't have."};
    m_next = step.batch + stride;
    return *std::move(batch);
}

void OwnBatches::begin(const Order& step, std::int64_t stride) {
    m_loader.reset();
    m_epoch = step.scalars.epoch;
    m_stride = stride;
    LoaderOptions options = trainingPass(m_spec, m_epoch);
    options.firstBatch = step.batch;
    options.stride = stride;
    options.wanted = m_wanted;
    m_loader =
        std::make_unique<BatchLoader>(m_index, m_index.indices(Split::train), *m_spec.preprocess, options, &m_cache);
}

}  // namespace lemnos
