// Trials: which combinations a sweep tries, and how long. Pure functions, so that the same order gives the same trials.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compute/result.h"
#include "model/sweep/sweep_spec.h"
#include "model/train/best_by.h"

namespace lemnos {

inline constexpr std::int64_t mostTrials = 10'000;

/// One combination.
struct Trial {
    std::int64_t number = 0;  ///< from 1
    ParamMap values;          ///< by key of the sweep's parameters

    bool operator==(const Trial&) const = default;
};

/// A grid has the last parameter change fastest; other strategies draw, each combination once.
Result<std::vector<Trial>> trialsOf(const SweepSpec& spec);

/// So many trials train until they have so many epochs.
struct Rung {
    std::int64_t trials = 0, epochs = 0;

    bool operator==(const Rung&) const = default;
};

/// One rung, or with halving several (successive halving; Jamieson and Talwalkar 2016, as bracket of Li et al. 2018):
/// each lets the best 1/eta of the trials train eta times as many epochs, the last one all `epochs`.
std::vector<Rung> rungsOf(const SweepSpec& spec, std::int64_t trials);
std::vector<Rung> halvingRungs(std::int64_t trials, std::int64_t epochs, std::int64_t eta);

/// The `count` best of the values, as indices in rising order; where values are equal the first ones. Those without a
/// value are never among them.
std::vector<std::size_t> bestOf(const std::vector<std::optional<double>>& values, std::size_t count, BestBy by);

/// The run of a trial: the base with the trial's values. Values that the trial's optimizer or schedule does not know
/// have no meaning for it.
Result<RunSpec> specOfTrial(const SweepSpec& spec, const Trial& trial);

}  // namespace lemnos
