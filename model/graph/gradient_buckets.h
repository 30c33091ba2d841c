// Which gradients are ready when, on the way of backward through the network.
#pragma once

#include <cstdint>
#include <vector>

#include "model/graph/plan.h"

namespace lemnos {

/// Gradients that are sent together.
struct GradientBucket {
    struct Part {
        std::int64_t offset = 0, floats = 0;  ///< of the gradient arena
    };
    std::vector<Part> parts;
    std::int64_t floats = 0;  ///< of all parts
    int lastLayer = 0;        ///< they are ready when backward is done with this layer
};

/// All that learns, each weight once, in the order in which backward is done with it; a bucket is full from `floats`
/// on. One bucket at the least.
std::vector<GradientBucket> gradientBuckets(const Plan& plan, std::int64_t floats);

/// The share of a training step's products that are done when the first bucket is ready.
double shareOfFirstBucket(const Plan& plan, const std::vector<GradientBucket>& buckets);

}  // namespace lemnos
