// BatchLoader: reads, decodes and augments pictures on several threads, and hands out batches in order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "compute/result.h"
#include "model/data/batch.h"
#include "model/data/dataset_index.h"
#include "model/data/mixing.h"
#include "model/data/pixel_cache.h"
#include "model/data/preprocess.h"

namespace lemnos {

struct LoaderOptions {
    std::int64_t batch = 32;
    std::uint64_t seed = 42;
    std::uint32_t epoch = 0;  ///< with the seed and the sample, decides order and augmentation
    bool training = false;    ///< shuffled, augmented and mixed; otherwise in order and as they are
    Mixing mixing{};
    std::int64_t firstBatch = 0;  ///< where to go on after an interruption
    std::int64_t stride = 1;      ///< only every so many batches, from the first one on
    int threads = 0;              ///< 0: one per core
    /// Which rows are loaded of a batch of which `listed` rows have a sample, all without it; what else turns out to be
    /// needed is loaded then. Called from any thread.
    std::function<RowRange(std::int64_t listed)> wanted{};
};

/// What all threads of a loader have spent their time on.
struct LoaderTimes {
    double readSeconds = 0;    ///< files and the picture cache
    double decodeSeconds = 0;  ///< decoding, resizing, augmenting
};

/// One pass over part of a data set. Batches come in the same order with the same bytes, however many threads there
/// are.
class BatchLoader {
  public:
    /// `index` and `cache` must outlive the loader and its batches; `samples` are indices into index.samples.
    BatchLoader(const DatasetIndex& index, std::vector<std::uint32_t> samples, const Preprocess& preprocess,
                const LoaderOptions& options, PixelCache* cache = nullptr);
    ~BatchLoader();

    std::int64_t batchCount() const;  ///< of the whole pass, the last one perhaps partly filled

    /// The next batch, or nothing at the end or after a stop request. A picture that can't be read any more becomes an
    /// ignored row and is listed in takeProblems().
    std::optional<Batch> next(std::stop_token stop = {});

    /// Since the last call.
    LoaderTimes takeTimes();

    /// Pictures that could not be read since the last call.
    std::vector<FileProblem> takeProblems();

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// The order of one training pass: a permutation of `samples` that depends on seed and epoch only.
std::vector<std::uint32_t> shuffled(std::vector<std::uint32_t> samples, std::uint64_t seed, std::uint32_t epoch);

}  // namespace lemnos
