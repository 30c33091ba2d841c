// What the implementations of Collective have in common.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "compute/collective/collective.h"
#include "compute/result.h"

namespace lemnos {

/// Begin and end of the part of `count` elements that a rank adds up: pieces of whole cache lines.
inline std::pair<std::size_t, std::size_t> sliceOf(std::size_t count, std::size_t rank, std::size_t ranks) {
    constexpr std::size_t grain = 16;
    const auto begin = [&](std::size_t r) { return std::min(count, (count / grain + 1) * r / ranks * grain); };
    return {begin(rank), rank + 1 == ranks ? count : begin(rank + 1)};
}

/// Why a group is broken.
inline Error groupBroken(std::string reason) {
    return Error{std::move(reason), {}, Error::Kind::groupBroken};
}

/// Ranks have made different calls.
inline Error outOfStep() {
    return groupBroken("Those who train together are not at the same step any more; resume the run.");
}

/// The work of an exchange that goes as a whole: all that is before sending, and all that is after receiving.
inline void beforeSendingAll(ExchangeWork& work, std::span<const std::span<const std::byte>> out, int own) {
    for (std::size_t rank = 0; rank < out.size(); ++rank)
        if (static_cast<int>(rank) != own) work.beforeSending(rank, out[rank].size());
}
inline void afterReceivingAll(ExchangeWork& work, std::span<const std::span<std::byte>> in, int own) {
    for (std::size_t rank = 0; rank < in.size(); ++rank)
        if (static_cast<int>(rank) != own) work.afterReceiving(rank, in[rank].size());
}

}  // namespace lemnos
