// What a replica does besides forward, backward and the optimizer's step.
#pragma once

#include <cstdint>
#include <vector>

namespace lemnos {

struct ReplicaOptions {
    double clipNorm = 0;              ///< largest norm of all gradients together; 0: no limit
    double clipValue = 0;             ///< largest gradient of a weight; 0: no limit
    double ema = 0;                   ///< decay of a moving average of the weights, which then answers; 0: none
    double labelSmoothing = 0;        ///< see compute/ops/softmax_cross_entropy.h
    double focal = 0;                 ///< the same
    std::vector<float> classWeights;  ///< the same; empty: all 1
    bool mixedLabels = false;         ///< batches bring a second label and a share
    int accumulate = 1;               ///< batches whose gradients are added up before an update
    bool shared = false;              ///< trains with others: see Replica::update()
    /// With `shared`: how many gradients are sent together. These take 35 ms at 1 Gbit/s, long enough for few calls and
    /// short enough to be under way early.
    std::int64_t bucketFloats = 1 << 20;
};

/// Where a batch stands among those whose gradients are added up.
struct StepPlace {
    bool first = true, last = true;
    std::int64_t groupCount = 0;  ///< samples of all of them; 0: those of this batch
};

}  // namespace lemnos
