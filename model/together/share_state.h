// Weights and all else of a replica, from one rank of a group to the others.
#pragma once

#include "compute/collective/collective.h"
#include "model/graph/replica.h"

namespace lemnos {

/// Tags that shareBytes() takes.
constexpr Collective::Tag shareTags = 3;

/// Every rank then has the bytes of `leader`, which are sent only where somebody has others; true where this rank has
/// taken them over. All ranks call it, with as many bytes.
Result<bool> shareBytes(Collective& collective, std::span<std::byte> bytes, int leader, Collective::Tag tag);

/// Every rank then has what the replica of `leader` has: weights, their average, optimizer state, loss scale. All ranks
/// call it, with replicas of the same plan and options and nothing under way; tags from `tag` on are used.
Status shareState(Replica& replica, Collective& collective, int leader, Collective::Tag tag);

}  // namespace lemnos
