// Batches of pictures without meaning, which everybody can make.
#pragma once

#include "compute/random.h"
#include "compute/shape.h"
#include "model/data/batch.h"

namespace lemnos::test {

/// The same for the same number, on every rank.
inline Batch madeUpBatch(const Shape& picture, std::int64_t rows, std::uint32_t classes, std::uint32_t number) {
    Batch batch;
    batch.rows = batch.listed = rows;
    batch.count = static_cast<std::uint32_t>(rows);
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(rows * picture.size()); ++i)
        batch.pixels.push_back(static_cast<std::uint8_t>(philox(number, {i, 1, 0, 0})[0]));
    for (std::uint32_t i = 0; i < batch.count; ++i) {
        batch.labels.push_back(philox(number, {i, 2, 0, 0})[0] % classes);
        batch.sampleIndices.push_back(i);
    }
    return batch;
}

}  // namespace lemnos::test
