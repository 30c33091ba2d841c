// Batch: the samples of one step, as bytes for the device.
#pragma once

#include <cstdint>
#include <vector>

namespace lemnos {

/// Label of a row that takes no part: the rows behind the last sample of an epoch, and pictures that can't be read.
constexpr std::uint32_t ignoredLabel = 0xffffffffu;

/// `rows` rows; every vector holds all of them, whether used or ignored.
struct Batch {
    std::int64_t rows = 0;                     ///< the batch size the network was planned for
    std::uint32_t count = 0;                   ///< rows whose label is not ignoredLabel
    std::vector<std::uint8_t> pixels;          ///< rows x sample bytes
    std::vector<std::uint32_t> labels;         ///< rows
    std::vector<std::uint32_t> sampleIndices;  ///< rows; index into the data set, keys random numbers
    // Of mixed pictures, else empty:
    std::vector<std::uint32_t> otherLabels;  ///< rows; label of what was mixed in
    std::vector<float> labelShare;           ///< rows; how much of the row is `labels`, 0 to 1

    std::int64_t number = 0;  ///< of the batch within its pass, from 0
};

}  // namespace lemnos
