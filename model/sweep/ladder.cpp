#include "model/sweep/ladder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "model/data/folder_listing.h"
#include "model/files.h"
#include "model/param.h"

namespace lemnos {

namespace {

constexpr double least = 0.01;  // a point

/// "8", "0.4": a difference in points.
Phrase points(double difference) {
    const double value = std::abs(difference) * 100;
    char text[32];
    std::snprintf(text, sizeof text, value < 9.95 ? "%.1f" : "%.0f", value);
    std::string number = text;
    if (number.ends_with(".0") && number != "1.0") number.resize(number.size() - 2);  // "1.0 points"
    return Phrase::name(number);
}

}  // namespace

SweepSpec ladderSweep(RunSpec base, std::int64_t epochs) {
    SweepSpec spec{.base = std::move(base), .parameters = {{.key = "template"}}, .devices = {}};
    for (const std::string_view name : ladderRungs) spec.parameters[0].values.emplace_back(std::string(name));
    spec.base.settings["epochs"] = epochs;
    spec.base.settings["patience"] = std::int64_t{0};
    for (const Param& param : sweepSettings()) spec.settings[param.key] = param.defaultValue;
    return spec;
}

Status writeSample(const DatasetIndex& index, std::size_t most, const std::filesystem::path& file) {
    const std::array wanted = {most, (most + 3) / 4};
    std::string list = "path,label,split\n";
    for (std::size_t label = 0; label < index.classes.size(); ++label) {
        const auto [first, count] = index.samplesOf(static_cast<int>(label));
        for (const Split split : {Split::train, Split::validation}) {
            std::vector<const Sample*> all;
            for (std::size_t i = first; i < first + count; ++i) {
                if (index.samples[i].split == split) all.push_back(&index.samples[i]);
            }
            const double share = static_cast<double>(wanted[split == Split::train ? 0 : 1]) /
                                 static_cast<double>(std::max<std::size_t>(1, index.count(split)));
            const auto taken =
                std::min(all.size(), static_cast<std::size_t>(std::ceil(share * static_cast<double>(all.size()))));
            for (std::size_t i = 0; i < taken; ++i) {
                const Sample& sample = *all[i * all.size() / taken];  // evenly, for names often follow a series
                list += listField(index.absolutePath(sample).string()) + "," + listField(index.classes[label]) +
                        "," + std::string(toString(split)) + "\n";
            }
        }
    }
    return writeAtomically(file, list);
}

std::string_view toString(LadderVerdict::Kind kind) {
    constexpr std::string_view names[] = {"incomplete",     "nothing_learns", "does_not_learn",
                                          "network_limits", "same_as_linear", "network_is_good"};
    return names[static_cast<std::size_t>(kind)];
}

LadderVerdict ladderVerdict(const LadderResult& result) {
    using Kind = LadderVerdict::Kind;
    if (!result.linear || !result.own || !result.smallCnn)
        return {Kind::incomplete,
                {LEMNOS_TEXT("Not all three networks could be trained, so that there is nothing to compare.")}};
    const double linear = *result.linear, own = *result.own, cnn = *result.smallCnn;
    const auto tells = [&](double a, double b) {
        const double count = static_cast<double>(std::max<std::size_t>(1, result.validationCount));
        return std::abs(a - b) > std::max(least, std::sqrt((a * (1 - a) + b * (1 - b)) / count));
    };
    const double chance = 1.0 / static_cast<double>(std::max<std::size_t>(1, result.classes));
    const double best = std::max({linear, own, cnn});
    if (best < chance || !tells(best, chance))
        return {Kind::nothingLearns,
                {LEMNOS_TEXT("None of the three is better than guessing: the data or the settings are the limit; look "
                             "at the labels, and try another learning rate.")}};
    if (own < linear && tells(own, linear))
        return {Kind::doesNotLearn,
                {LEMNOS_TEXT("Your network is %1 points worse than a linear one: it does not learn well yet; try a "
                             "smaller learning rate, or more epochs."),
                 {points(own - linear)}}};
    const bool likeLinear = !tells(own, linear);
    if (cnn > own && tells(own, cnn)) {
        if (likeLinear)
            return {Kind::networkLimits,
                    {LEMNOS_TEXT("Your network is about as good as a linear one and %1 points below a small "
                                 "convolutional one: the network is the limit; try convnet."),
                     {points(cnn - own)}}};
        return {Kind::networkLimits,
                {LEMNOS_TEXT("Your network is %1 points better than a linear one and %2 points below a small "
                             "convolutional one: the network is the limit; try convnet."),
                 {points(own - linear), points(cnn - own)}}};
    }
    if (likeLinear)
        return {Kind::sameAsLinear,
                {LEMNOS_TEXT("Your network is about as good as a linear one, and a small convolutional one is no "
                             "better: a larger network would not help; more pictures, better labels or augmentation "
                             "may.")}};
    if (!tells(own, cnn))
        return {Kind::networkIsGood,
                {LEMNOS_TEXT("Your network is %1 points better than a linear one and about as good as a small "
                             "convolutional one: the network is not the limit; more epochs, more pictures or "
                             "augmentation are the next thing to try."),
                 {points(own - linear)}}};
    return {Kind::networkIsGood,
            {LEMNOS_TEXT("Your network is %1 points better than a linear one and %2 points better than a small "
                         "convolutional one: the network is not the limit; more epochs, more pictures or "
                         "augmentation are the next thing to try."),
             {points(own - linear), points(own - cnn)}}};
}

}  // namespace lemnos
