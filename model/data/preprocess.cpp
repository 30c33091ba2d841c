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
    nlohmann::json augment = nlohmann::json::array();
    for (const TransformSpec& spec : preprocess.augment) augment.push_back(toJson(spec));
    return {{"width", preprocess.width}, {"height", preprocess.height},       {"channels", preprocess.channels},
            {"mean", preprocess.mean},   {"deviation", preprocess.deviation}, {"augment", augment}};
}

Result<Preprocess> preprocessFromJson(const nlohmann::json& json) {
    if (!json.is_object()) return preprocessError("it must be a JSON object with width, height and channels.");
    Preprocess preprocess;
    TRY(preprocess.width, wholeNumber(json, "width"));
    TRY(preprocess.height, wholeNumber(json, "height"));
    TRY(preprocess.channels, wholeNumber(json, "channels"));
    if (preprocess.channels != 1 && preprocess.channels != 3) return preprocessError("channels must be 1 or 3.");
    constexpr float lowest = std::numeric_limits<float>::lowest(), aboveZero = std::numeric_limits<float>::min();
    TRY(preprocess.mean, perChannel(json, "mean", preprocess.channels, lowest));
    TRY(preprocess.deviation, perChannel(json, "deviation", preprocess.channels, aboveZero));
    if (preprocess.mean.size() != preprocess.deviation.size())
        return preprocessError("mean and deviation must both be given, or neither.");
    const nlohmann::json augment = json.value("augment", nlohmann::json::array());
    if (!augment.is_array()) return preprocessError("augment must be a list of image transforms.");
    for (const nlohmann::json& entry : augment) {
        TRY(TransformSpec spec, transformFromJson(entry));
        preprocess.augment.push_back(std::move(spec));
    }
    return preprocess;
}

Image preprocessed(const Image& image, const Preprocess& preprocess) {
    return toChannels(resized(image, preprocess.width, preprocess.height), preprocess.channels);
}

Status measureMeanAndDeviation(const DatasetIndex& index, Preprocess& preprocess, std::size_t limit,
                               std::stop_token stop) {
    const std::vector<std::uint32_t> training = index.indices(Split::train);
    const std::size_t count = std::min(limit, training.size());
    ChannelSums sums;
    const auto work = [&](std::size_t i) {
        const std::uint32_t sample = training[i * training.size() / count];
        const auto image = readImage(index.absolutePath(index.samples[sample]));
        if (image) sums.add(preprocessed(*image, preprocess));
    };
    TRY_OK(parallelFor(count, work, {0, stop, {}}));
    if (sums.pixels == 0)
        return Error{"None of the training pictures can be read any more. Check that " + displayPath(index.root) +
                         " is still there, then scan it again.",
                     displayPath(index.root)};
    preprocess.mean.clear();
    preprocess.deviation.clear();
    for (std::size_t c = 0; c < static_cast<std::size_t>(preprocess.channels); ++c) {
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

}  // namespace lemnos
