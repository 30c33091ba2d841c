// Preprocess: from a picture on disk to the bytes that go to the device.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "compute/result.h"
#include "compute/shape.h"
#include "model/data/dataset_index.h"
#include "model/data/image.h"
#include "model/transforms/transform.h"

namespace lemnos {

/// What every picture goes through. Bytes go to the device; mean and deviation are applied there.
struct Preprocess {
    int width = 64;
    int height = 64;
    int channels = 3;
    std::vector<float> mean;             ///< per channel, of values 0 to 255
    std::vector<float> deviation;        ///< per channel, of values 0 to 255, above 0
    std::vector<TransformSpec> augment;  ///< applied in order, to training pictures only

    Shape shape() const { return {height, width, channels}; }
    std::int64_t sampleBytes() const { return std::int64_t{height} * width * channels; }
};

nlohmann::json toJson(const Preprocess& preprocess);
Result<Preprocess> preprocessFromJson(const nlohmann::json& json);

/// Resizes and converts; the result has exactly sampleBytes() bytes, {height, width, channels} order.
Image preprocessed(const Image& image, const Preprocess& preprocess);

/// Fills in mean and deviation from up to `limit` training pictures, chosen evenly, always the same ones.
Status measureMeanAndDeviation(const DatasetIndex& index, Preprocess& preprocess, std::size_t limit = 1000,
                               std::stop_token stop = {});

}  // namespace lemnos
