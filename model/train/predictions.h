// What a run makes of a few validation pictures after each epoch, always the same ones.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "compute/result.h"
#include "model/data/dataset_index.h"
#include "model/data/pixel_cache.h"
#include "model/data/preprocess.h"
#include "model/graph/replica.h"
#include "model/train/event.h"

namespace lemnos {

/// Up to eight validation pictures, by the seed alone.
std::vector<std::uint32_t> watchedSamples(const DatasetIndex& index, std::uint64_t seed);

/// What the replica, with nothing under way, says about them; a picture that can't be read is left out.
Result<std::vector<Prediction>> predict(Replica& replica, const DatasetIndex& index,
                                        const std::vector<std::uint32_t>& samples, const Preprocess& preprocess,
                                        PixelCache* cache);

}  // namespace lemnos
