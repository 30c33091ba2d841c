// A small data set that needs no download: ten classes of drawn glyphs and shapes, warped and noisy.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>

#include "compute/result.h"

namespace lemnos {

struct SampleDataOptions {
    int imagesPerClass = 200;
    int sizePixels = 48;     ///< width and height
    std::uint64_t seed = 7;  ///< the same seed gives the same files
    std::function<void(std::size_t done, std::size_t total)> progress{};
    std::stop_token stop{};
};

/// Writes folder/CLASS/NNNN.png. The folder is made if it is missing; one that already holds something else is an
/// Error.
Status makeSampleData(const std::filesystem::path& folder, const SampleDataOptions& options = {});

}  // namespace lemnos
