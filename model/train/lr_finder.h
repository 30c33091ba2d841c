// The learning-rate range test: what rates a network learns at, found in a few steps.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "compute/device.h"
#include "compute/result.h"
#include "model/train/event.h"
#include "model/train/run_spec.h"

namespace lemnos {

struct RateSearch {
    std::int64_t steps = 100;
    double low = 1e-7, high = 10;  ///< the first rate and the last
};

struct RatePoint {
    double rate = 0;
    double loss = 0;  ///< of the steps so far, smoothed
};

struct RateFinding {
    std::vector<RatePoint> points;  ///< one per step; fewer than asked for where the loss ran away
    double suggestion = 0;          ///< where the loss fell fastest; 0 where it did not fall
};

/// Trains the spec's network from its initial weights with a rate that grows from step to step by the same factor
/// (Smith 2017, section 3.3), until the smoothed loss is four times its lowest. The spec's schedule, accumulation and
/// averaging take no part. Phases are told to `sink`; nothing is written to disk.
Result<RateFinding> findRate(RunSpec spec, const RateSearch& search, const EventSink& sink = {},
                             std::stop_token stop = {}, const DeviceOptions& deviceOptions = {});

/// The rate of the steepest descent over log(rate), before the lowest loss; 0 when there is none.
double steepestRate(const std::vector<RatePoint>& points);

}  // namespace lemnos
