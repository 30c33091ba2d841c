#include "model/sweep/ladder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "model/files.h"

namespace lemnos {

namespace {

constexpr double least = 0.01;  // a point

/// "8 points", "1 point", "0.4 points"
std::string points(double difference) {
    const double value = std::abs(difference) * 100;
    char text[32];
    std::snprintf(text, sizeof text, value < 9.95 ? "%.1f" : "%.0f", value);
    std::string number = text;
    if (number.ends_with(".0")) number.resize(number.size() - 2);
    return number + (number == "1" ? " point" : " points");
}

std::string quotedField(const std::string& text) {
    std::string field = "\"";
    for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
    return field + "\"";
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
                list += quotedField(index.absolutePath(sample).string()) + "," + quotedField(index.classes[label]) +
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
        return {Kind::incomplete, "Not all three networks could be trained, so that there is nothing to compare."};
    const double linear = *result.linear, own = *result.own, cnn = *result.smallCnn;
    const auto tells = [&](double a, double b) {
        const double count = static_cast<double>(std::max<std::size_t>(1, result.validationCount));
        return std::abs(a - b) > std::max(least, std::sqrt((a * (1 - a) + b * (1 - b)) / count));
    };
    const double chance = 1.0 / static_cast<double>(std::max<std::size_t>(1, result.classes));
    const double best = std::max({linear, own, cnn});
    if (best < chance || !tells(best, chance))
        return {
            Kind::nothingLearns,
            "None of the three is better than guessing: the data or the settings are the limit; look at the labels, "
            "and try another learning rate."};
    const std::string beside = !tells(own, linear)
                                   ? "Your network is about as good as a linear one"
                                   : "Your network is " + points(own - linear) +
                                         (own > linear ? " better than a linear one" : " worse than a linear one");
    if (own < linear && tells(own, linear))
        return {Kind::doesNotLearn,
                beside + ": it does not learn well yet; try a smaller learning rate, or more epochs."};
    if (cnn > own && tells(own, cnn))
        return {Kind::networkLimits, beside + " and " + points(cnn - own) +
                                         " below a small convolutional one: the network is the limit; try convnet."};
    if (!tells(own, linear))
        return {Kind::sameAsLinear,
                beside +
                    ", and a small convolutional one is no better: a larger network would not help; "
                    "more pictures, better labels or augmentation may."};
    return {Kind::networkIsGood, beside + " and " +
                                     (tells(own, cnn) ? points(own - cnn) + " better than" : "about as good as") +
                                     " a small convolutional one: the network is not the limit; more epochs, more "
                                     "pictures or augmentation are the next thing to try."};
}

}  // namespace lemnos
