// RankWork: what each of those who share out the steps of a training has done.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lemnos {

struct RankWork {
    std::string name{};        ///< of its PC; empty: a device of this process, in the order of its devices
    std::int64_t samples = 0;  ///< that it has trained on
    double seconds = 0;        ///< spent on them; what it has waited for others is not in it
};

/// Adds rank by rank. Where the ranks are others than before, only those of `part` are left.
void addWork(std::vector<RankWork>& sum, std::span<const RankWork> part);
/// What has been added since the last call; the ranks stay.
std::vector<RankWork> takeWork(std::vector<RankWork>& sum);

}  // namespace lemnos
