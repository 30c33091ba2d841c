// Order: what the one who leads tells those who train with it, before each thing that all do together.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "compute/ops/step.h"
#include "compute/result.h"
#include "model/graph/learner.h"

namespace lemnos {

struct Order {
    enum class Kind : std::uint32_t {
        step = 1,  ///< train on a batch
        takeOver,  ///< the leader's weights and all else come next
        round,     ///< `batch` steps, which come next, are shared out batch by batch; then weights are averaged
        end,       ///< the training is over
        measure,   ///< how fast all are is measured, see measure_team.h
    } kind = Kind::end;
    // Of a step:
    std::int64_t batch = 0;  ///< number within the pass, from 0
    std::int64_t step = 0;   ///< as Learner::train() has it
    StepPlace place{};
    StepScalars scalars{};  ///< the caller's: seed, epoch, learning rate
};

constexpr std::size_t orderBytes = 64;

std::array<std::byte, orderBytes> toBytes(const Order& order);
/// Checks everything: numbers are not negative, the kind is known.
Result<Order> orderFromBytes(std::span<const std::byte, orderBytes> bytes);

}  // namespace lemnos
