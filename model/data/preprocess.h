// Preprocess: from a picture on disk to the bytes that go to the device.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <vector>

#include "compute/result.h"
#include "compute/shape.h"
#include "model/data/dataset_index.h"
#include "model/data/features.h"
#include "model/data/image.h"
#include "model/transforms/transform.h"

namespace lemnos {

/// What every picture goes through. Bytes go to the device; mean and deviation are applied there.
struct Preprocess {
    int width = 64;                      ///< of pictures when they are trained
    int height = 64;                     ///< of pictures when they are trained
    int channels = 3;                    ///< of pictures when they are trained
    std::vector<float> mean;             ///< per channel of shape(), of values 0 to 255
    std::vector<float> deviation;        ///< per channel of shape(), of values 0 to 255, above 0
    std::vector<TransformSpec> steps;    ///< applied in order, to every picture; one of them may resize
    std::vector<TransformSpec> augment;  ///< applied in order, to training pictures only
    Features features;                   ///< what the network reads in place of pixels

    Shape pictureShape() const { return {height, width, channels}; }
    std::int64_t pictureBytes() const { return std::int64_t{height} * width * channels; }
    Shape shape() const { return featureShape(features, pictureShape()); }  ///< what the network reads
    std::int64_t sampleBytes() const { return shape().size(); }
};

nlohmann::json toJson(const Preprocess& preprocess);
Result<Preprocess> preprocessFromJson(const nlohmann::json& json);

/// All steps, the resize and the channels: a picture of pictureShape(), as it is augmented and cached.
Image preparedPicture(const Image& image, const Preprocess& preprocess);

/// The same from a file, decoding no more of it than the size takes: pictures that are much larger are read at a half,
/// a quarter or an eighth of their size where the format can. The Error is the reason alone.
Result<Image> readPrepared(const std::filesystem::path& path, const Preprocess& preprocess);
/// The same from the bytes of a file, see readPictureFile().
Result<Image> decodePrepared(std::span<const std::uint8_t> bytes, const Preprocess& preprocess);

/// All that prediction takes: the prepared picture or its features, exactly sampleBytes() bytes of shape().
Image preprocessed(const Image& image, const Preprocess& preprocess);

/// Fills in mean and deviation from up to `limit` training pictures, chosen evenly, always the same ones.
Status measureMeanAndDeviation(const DatasetIndex& index, Preprocess& preprocess, std::size_t limit = 1000,
                               std::stop_token stop = {});

/// Mean and deviation of ImageNet (Krizhevsky et al. 2012), as most published networks use them.
void useImageNetMeanAndDeviation(Preprocess& preprocess);

/// Checks the features, and fits them where they have to be, to up to `limit` training pictures.
Status fitFeatures(const DatasetIndex& index, Preprocess& preprocess, std::size_t limit = 500,
                   std::stop_token stop = {});

}  // namespace lemnos
