// The baseline ladder: a linear network, the user's, and a small convolutional one, trained briefly on a sample, say
// whether the network is what limits the accuracy.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "compute/result.h"
#include "model/data/dataset_index.h"
#include "model/phrase.h"
#include "model/sweep/sweep_spec.h"

namespace lemnos {

constexpr std::string_view ladderRungs[] = {"linear", ownNetwork, "small_cnn"};

/// The sweep that trains the three, in this order.
SweepSpec ladderSweep(RunSpec base, std::int64_t epochs);

/// Writes a list of at most about so many pictures to train on, and of those to validate with, a quarter as many; every
/// class keeps its share of them.
Status writeSample(const DatasetIndex& index, std::size_t most, const std::filesystem::path& file);

/// Validation accuracies, 0 to 1; nothing where one failed.
struct LadderResult {
    std::optional<double> linear, own, smallCnn;
    std::size_t validationCount = 0, classes = 2;
};

struct LadderVerdict {
    enum class Kind : std::uint8_t {
        incomplete,     ///< one of them failed
        nothingLearns,  ///< none is better than guessing
        doesNotLearn,   ///< the user's is worse than a linear one
        networkLimits,  ///< the small convolutional one is better
        sameAsLinear,   ///< all three are alike
        networkIsGood,
    };
    Kind kind;
    Phrase sentence;
};

/// "network_limits" and its like.
std::string_view toString(LadderVerdict::Kind kind);

/// Differences below one standard error of a difference, or below a point, say nothing.
LadderVerdict ladderVerdict(const LadderResult& result);

}  // namespace lemnos
