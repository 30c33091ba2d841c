#include "model/graph/rank_work.h"

#include <algorithm>

namespace lemnos {

void addWork(std::vector<RankWork>& sum, std::span<const RankWork> part) {
    if (!std::ranges::equal(sum, part, {}, &RankWork::name, &RankWork::name)) {
        sum.assign(part.begin(), part.end());
        return;
    }
    for (std::size_t rank = 0; rank < part.size(); ++rank) {
        sum[rank].samples += part[rank].samples;
        sum[rank].seconds += part[rank].seconds;
    }
}

std::vector<RankWork> takeWork(std::vector<RankWork>& sum) {
    std::vector<RankWork> work = sum;
    for (RankWork& rank : sum) {
        rank.samples = 0;
        rank.seconds = 0;
    }
    return work;
}

}  // namespace lemnos
