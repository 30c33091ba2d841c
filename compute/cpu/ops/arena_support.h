// What the CPU ops share that go over whole arenas.
#pragma once

#include <algorithm>
#include <cstdint>

namespace lemnos {

/// Floats that one thread does at a time: long enough to make threads pay, short enough to stay in the second cache.
constexpr std::int64_t arenaBlock = 16384;

constexpr std::int64_t arenaBlocks(std::int64_t n) {
    return (n + arenaBlock - 1) / arenaBlock;
}

/// Calls work(block, first, count) for every block of an arena of `n` floats, on all threads. Blocks don't depend on
/// the number of threads, so neither do sums that are made block by block.
template <class Work>
void forBlocks(std::int64_t n, Work work) {
    const std::int64_t blocks = arenaBlocks(n);
#pragma omp parallel for schedule(static) if (blocks > 1)
    for (std::int64_t block = 0; block < blocks; ++block) {
        const std::int64_t first = block * arenaBlock;
        work(block, first, std::min(arenaBlock, n - first));
    }
}

}  // namespace lemnos
