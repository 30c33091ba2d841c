// The advisor: what training with other PCs would bring, reckoned from what was measured before a run (measure_team.h).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compute/collective/sum_format.h"
#include "model/param.h"
#include "model/phrase.h"

namespace lemnos {

/// Times are in seconds.
struct MeasuredPc {
    std::string name;           ///< empty: this PC. One with several devices is there several times.
    double stepSeconds = 0;     ///< a whole batch, by itself
    double roundSeconds = 0;    ///< what a round of local steps takes on it beside its steps and its sum
    double shardSeconds = 0;    ///< a shard of a step that is shared out
    double updateSeconds = 0;   ///< what such a step takes on it beside its shards and its sums
    double bytesPerSecond = 0;  ///< between it and this PC; 0: not known, as for this PC itself
};

struct TeamFacts {
    std::vector<MeasuredPc> pcs;               ///< by rank; this PC is the last one
    double hopSeconds = 0;                     ///< until the smallest message of each PC is at all others
    std::array<double, 3> secondsPerNumber{};  ///< of a sum, by SumFormat, beside its two hops
    std::vector<std::int64_t> buckets;         ///< numbers that learn, in the parts that a step sums them in
    double shareBeforeBuckets = 1;             ///< of the work on a shard, when the first bucket is there
    std::int64_t statistics = 0;               ///< numbers that don't learn
    std::int64_t stateNumbers = 0;             ///< of the optimizer
    std::int64_t pictures = 0;                 ///< of an epoch
    std::int64_t batch = 1, shard = 1, accumulate = 1;
    bool exact = false;             ///< RunSpec settings that leave fewer ways
    bool averaged = false;          ///< ema
    std::int64_t largestBatch = 0;  ///< pictures per update that the user would accept; 0: those of the run

    std::int64_t learnt() const;  ///< numbers in all buckets
    /// A batch on all devices of a PC, without others.
    double secondsAlone(const std::string& pc) const;
    const MeasuredPc& fastestAlone() const;
    const MeasuredPc& own() const { return pcs.back(); }
};

/// One way to train.
struct TeamMode {
    enum class Kind : std::uint8_t {
        alone,   ///< on this PC
        steps,   ///< every step together
        rounds,  ///< local steps, then the mean
    } kind = Kind::alone;
    SumFormat wire = SumFormat::float32;
    std::int64_t localSteps = 0, accumulate = 1;
    double imagesPerSecond = 0;
    double speedUp = 1;           ///< beside the fastest PC alone
    double afterPassSeconds = 0;  ///< of a pass, when its last step is done; imagesPerSecond counts them
    Phrase name{};
    Phrase arithmetic{};            ///< how imagesPerSecond follows from what was measured
    std::vector<Phrase> changes{};  ///< in what it is not the same training; empty: it is the same

    bool isSame() const { return changes.empty(); }
};

struct Advice {
    TeamFacts facts;
    std::vector<TeamMode> modes;  ///< this PC alone is the first one
    std::size_t best = 0;         ///< of those that are the same training: alone, unless others are worth it
    /// One that is not the same training and worth that: the one that changes least of those that are nearly as fast
    /// as the fastest.
    std::optional<std::size_t> bestChanged{};
    std::vector<Phrase> sentences{};  ///< what to do, in words

    /// What to do where nothing about the training may change, or where it may.
    const TeamMode& recommended(bool mayChange) const { return modes[mayChange ? bestChanged.value_or(best) : best]; }
};

/// Below this speed-up over the fastest PC alone, others are advised against.
constexpr double worthSpeedUp = 1.3;
/// Most local steps that are ever recommended: what more of them do to the accuracy has not been tried.
constexpr std::int64_t mostLocalSteps = 64;

/// Seconds that a sum of so many numbers takes.
double sumSeconds(const TeamFacts& facts, SumFormat wire, std::int64_t numbers);
/// Seconds of an update for which every PC takes its share of `accumulate` batches.
double updateSeconds(const TeamFacts& facts, SumFormat wire, std::int64_t accumulate);
/// Seconds of a round in which all PCs together take so many batches.
double roundSeconds(const TeamFacts& facts, SumFormat wire, std::int64_t batches);
/// Seconds after each pass of local steps, until all have this PC's state of the optimizer, which has become another
/// one on each. The weights are the same everywhere by then.
double takeOverSeconds(const TeamFacts& facts);
/// Local steps after which the sum of a round takes 8 % of their time, from 4 to mostLocalSteps, and no more than an
/// epoch has for each PC; below 2 where rounds make no sense.
std::int64_t localStepsFor(const TeamFacts& facts);

/// All ways that the settings of the run leave, what each would bring, and which to take. There are two PCs at least.
Advice advise(const TeamFacts& facts);

/// The run settings of a mode: wire, local_steps and accumulate. Of Kind::alone: those of a run without other PCs.
ParamMap settingsOf(const TeamMode& mode);

}  // namespace lemnos
