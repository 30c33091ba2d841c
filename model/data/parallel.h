// parallelFor: the same work on many things, on several threads, with progress and cancelling.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

#include "compute/result.h"

namespace lemnos {

struct ParallelOptions {
    int threads = 0;  ///< 0: one per core
    std::stop_token stop{};
    std::function<void(std::size_t done, std::size_t total)> progress{};  ///< a few times a second, and at the end
};

/// Threads to start when `wanted` were asked for (0: one per core) and there are `count` things to do.
std::size_t threadCount(int wanted, std::size_t count);

/// Calls work(0) ... work(count - 1), each once, in no particular order and from several threads. Progress is told
/// from the calling thread. Errors: cancelled, or out of memory.
Status parallelFor(std::size_t count, const std::function<void(std::size_t)>& work, const ParallelOptions& options);

}  // namespace lemnos
