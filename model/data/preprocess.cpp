// Preprocess: its JSON form, applying it, and measuring mean and deviation.
#include "model/data/preprocess.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "model/data/parallel.h"

namespace lemnos {

namespace {

/// Larger pictures would not fit a device; it also bounds what a changed file can ask for.
constexpr int largestSide = 8192;

Error preprocessError(const std::string& reason) {
    return {"preprocessing: " + reason, "preprocess"};
}

Result<int> wholeNumber(const nlohmann::json& json, const std::string& key) {
    if (!json.contains(key) || !json[key].is_number_integer()) return preprocessError(key + " must be a whole number.");
    const auto value = json[key].get<std::int64_t>();
    if (value < 1 || value > largestSide)
        return preprocessError(key + " must be from 1 to " + std::to_string(largestSide) + "; it is " +
                               std::to_string(value) + ".");
    return static_cast<int>(value);
}

/// One finite number for each channel, or none at all when they were not measured yet.
Result<std::vector<float>> perChannel(const nlohmann::json& json, const std::string& key, int channels, float minimum) {
    std::vector<float> values;
    const nlohmann::json list = json.value(key, nlohmann::json::array());
    if (!list.is_array() || (!list.empty() && list.size() != static_cast<std::size_t>(channels)))
        return preprocessError(key + " must be a list of " + std::to_string(channels) + " numbers.");
    for (const nlohmann::json& entry : list) {
        const float value = entry.is_number() ? entry.get<float>() : std::nanf("");
        if (!std::isfinite(value) || value < minimum)
            return preprocessError(key + " must hold finite numbers" + (minimum > 0 ? " above 0." : "."));
        values.push_back(value);
    }
    return values;
}

nlohmann::json toJson(const Features& features) {
    return {{"kind", toString(features.kind)}, {"cell", features.cell}, {"components", features.components}};
}

Status readFeatures(const nlohmann::json& json, Preprocess& preprocess) {
    if (!json.contains("features")) return {};
    const nlohmann::json& given = json["features"];
    if (!given.is_object() || !given.contains("kind") || !given["kind"].is_string())
        return preprocessError("features must be a JSON object with a kind.");
    const auto kind = given["kind"].get<std::string>();
    Features& features = preprocess.features;
    for (const FeatureKind known : {FeatureKind::pixels, FeatureKind::hog, FeatureKind::pca}) {
        if (toString(known) == kind) features.kind = known;
    }
    if (toString(features.kind) != kind)
        return preprocessError("there are no features \"" + kind + "\"; choose pixels, hog or pca.");
    TRY(features.cell, wholeNumber(given, "cell"));
    TRY(features.components, wholeNumber(given, "components"));
    return checkFeatures(features, preprocess.pictureShape());
}

/// Up to `limit` training pictures, chosen evenly, always the same ones.
std::vector<std::uint32_t> someTraining(const DatasetIndex& index, std::size_t limit) {
    const std::vector<std::uint32_t> training = index.indices(Split::train);
    const std::size_t count = std::min(limit, training.size());
    std::vector<std::uint32_t> chosen(count);
    for (std::size_t i = 0; i < count; ++i) chosen[i] = training[i * training.size() / count];
    return chosen;
}

Error nothingReadable(const DatasetIndex& index) {
    return {"None of the training pictures can be read any more. Check that " + displayPath(index.root) +
                " is still there, then scan it again.",
            displayPath(index.root)};
}

/// Sums of the values and of their squares. Whole numbers: the order of adding does not change the result.
struct ChannelSums {
    std::array<std::atomic<std::uint64_t>, 3> sum{}, squares{};
    std::atomic<std::uint64_t> pixels = 0;

    void add(const Image& image) {
        std::array<std::uint64_t, 3> localSum{}, localSquares{};
        const auto channels = static_cast<std::size_t>(image.channels);
        for (std::size_t i = 0; i < image.pixels.size(); ++i) {
            const std::uint64_t value = image.pixels[i];
            localSum[i % channels] += value;
            localSquares[i % channels] += value * value;
        }
        for (std::size_t c = 0; c < channels; ++c) {
            sum[c] += localSum[c];
            squares[c] += localSquares[c];
        }
        pixels += image.pixels.size() / channels;
    }
};

}  // namespace

nlohmann::json toJson(const Preprocess& preprocess) {
    nlohmann::json json = {{"width", preprocess.width},         {"height", preprocess.height},
                           {"channels", preprocess.channels},   {"mean", preprocess.mean},
                           {"deviation", preprocess.deviation}, {"augment", toJson(preprocess.augment)}};
    // Left out where there is nothing to say, so that older versions can read the file.
    if (!preprocess.steps.empty()) json["steps"] = toJson(preprocess.steps);
    if (preprocess.features.kind != FeatureKind::pixels) json["features"] = toJson(preprocess.features);
    return json;
}

Result<Preprocess> preprocessFromJson(const nlohmann::json& json) {
    if (!json.is_object()) return preprocessError("it must be a JSON object with width, height and channels.");
    Preprocess preprocess;
    TRY(preprocess.width, wholeNumber(json, "width"));
    TRY(preprocess.height, wholeNumber(json, "height"));
    TRY(preprocess.channels, wholeNumber(json, "channels"));
    if (preprocess.channels != 1 && preprocess.channels != 3) return preprocessError("channels must be 1 or 3.");
    TRY_OK(readFeatures(json, preprocess));
    const int means = static_cast<int>(preprocess.shape()[2]);
    constexpr float lowest = std::numeric_limits<float>::lowest(), aboveZero = std::numeric_limits<float>::min();
    TRY(preprocess.mean, perChannel(json, "mean", means, lowest));
    TRY(preprocess.deviation, perChannel(json, "deviation", means, aboveZero));
    if (preprocess.mean.size() != preprocess.deviation.size())
        return preprocessError("mean and deviation must both be given, or neither.");
    TRY(preprocess.steps, transformsFromJson(json.value("steps", nlohmann::json::array()), TransformUse::preprocess));
    TRY(preprocess.augment, transformsFromJson(json.value("augment", nlohmann::json::array()), TransformUse::augment));
    return preprocess;
}

Image preparedPicture(const Image& image, const Preprocess& preprocess) {
    return toChannels(prepared(image, preprocess.steps, {preprocess.width, preprocess.height}), preprocess.channels);
}

Result<Image> readPrepared(const std::filesystem::path& path, const Preprocess& preprocess) {
    TRY(const std::string bytes, readPictureFile(path));
    return decodePrepared({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, preprocess);
}

Result<Image> decodePrepared(std::span<const std::uint8_t> bytes, const Preprocess& preprocess) {
    // Steps before the resize look at the whole picture.
    const bool shrinksFirst =
        preprocess.steps.empty() || preprocess.steps.front().type == "resize" || !resizes(preprocess.steps);
    TRY(const Image image,
        shrinksFirst ? decodeImageFor(bytes, preprocess.width, preprocess.height) : decodeImage(bytes));
    return preparedPicture(image, preprocess);
}

Image preprocessed(const Image& image, const Preprocess& preprocess) {
    return featuresOf(preparedPicture(image, preprocess), preprocess.features);
}

Status measureMeanAndDeviation(const DatasetIndex& index, Preprocess& preprocess, std::size_t limit,
                               std::stop_token stop) {
    const std::vector<std::uint32_t> samples = someTraining(index, limit);
    ChannelSums sums;
    const auto work = [&](std::size_t i) {
        const auto image = readPrepared(index.absolutePath(index.samples[samples[i]]), preprocess);
        if (image) sums.add(featuresOf(*image, preprocess.features));
    };
    TRY_OK(parallelFor(samples.size(), work, {0, stop, {}}));
    if (sums.pixels == 0) return nothingReadable(index);
    preprocess.mean.clear();
    preprocess.deviation.clear();
    for (std::size_t c = 0; c < static_cast<std::size_t>(preprocess.shape()[2]); ++c) {
        const double pixels = static_cast<double>(sums.pixels);
        const double mean = static_cast<double>(sums.sum[c]) / pixels;
        const double variance = static_cast<double>(sums.squares[c]) / pixels - mean * mean;
        // Pictures of one colour would be divided by nothing.
        const double deviation = std::max(1.0, std::sqrt(std::max(0.0, variance)));
        preprocess.mean.push_back(static_cast<float>(mean));
        preprocess.deviation.push_back(static_cast<float>(deviation));
    }
    return {};
}

void useImageNetMeanAndDeviation(Preprocess& preprocess) {
    const bool colour = preprocess.shape()[2] == 3;
    // Of one channel: the averages of the three.
    preprocess.mean = colour ? std::vector<float>{123.675f, 116.28f, 103.53f} : std::vector<float>{114.495f};
    preprocess.deviation = colour ? std::vector<float>{58.395f, 57.12f, 57.375f} : std::vector<float>{57.63f};
}

Status fitFeatures(const DatasetIndex& index, Preprocess& preprocess, std::size_t limit, std::stop_token stop) {
    TRY_OK(checkFeatures(preprocess.features, preprocess.pictureShape()));
    if (preprocess.features.kind != FeatureKind::pca) return {};
    const std::vector<std::uint32_t> samples = someTraining(index, limit);
    std::vector<Image> pictures(samples.size());
    const auto work = [&](std::size_t i) {
        auto image = readPrepared(index.absolutePath(index.samples[samples[i]]), preprocess);
        if (image) pictures[i] = *std::move(image);
    };
    TRY_OK(parallelFor(samples.size(), work, {0, stop, {}}));
    std::erase_if(pictures, [](const Image& image) { return image.pixels.empty(); });
    if (pictures.empty()) return nothingReadable(index);
    if (pictures.size() < 2)
        return Error{"PCA features take at least two training pictures that can be read; add some, or train on pixels.",
                     "features"};
    auto basis = std::make_shared<PcaBasis>(fitPca(pictures, preprocess.features.components));
    preprocess.features.components = static_cast<int>(basis->deviation.size());
    preprocess.features.basis = std::move(basis);
    return {};
}

}  // namespace lemnos
