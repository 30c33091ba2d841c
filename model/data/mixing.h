// Mixing: pictures of a batch blended or cut into each other, with their labels.
#pragma once

#include <cstdint>

#include "compute/shape.h"
#include "model/data/batch.h"

namespace lemnos {

/// How much is mixed: the parameter of the Beta distribution that shares are drawn from, 0 for not at all. With both,
/// each batch has one of the two, by chance.
struct Mixing {
    double mixup = 0;   ///< Zhang et al. 2018, section 2
    double cutmix = 0;  ///< Yun et al. 2019, section 3.1

    explicit operator bool() const { return mixup > 0 || cutmix > 0; }
};

/// Mixes every row that counts with another one; one share per batch, as the papers' authors do. Fills otherLabels and
/// labelShare; `labels` are those with the larger share. Does nothing to a batch of fewer than two rows that count.
/// `number` is the batch's in its epoch: with seed and epoch it decides everything.
void mix(Batch& batch, const Shape& picture, const Mixing& mixing, std::uint64_t seed, std::uint32_t epoch,
         std::uint32_t number);

/// A number from Beta(alpha, alpha), which depends on the arguments alone; alpha > 0.
double betaShare(double alpha, std::uint64_t seed, std::uint32_t epoch, std::uint32_t number);

}  // namespace lemnos
