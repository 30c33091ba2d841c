// parallelFor on std::async.
#include "model/data/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace lemnos {

std::size_t threadCount(int wanted, std::size_t count) {
    const std::size_t threads = wanted > 0 ? static_cast<std::size_t>(wanted) : std::thread::hardware_concurrency();
    return std::max<std::size_t>(1, std::min(threads, count));
}

Status parallelFor(std::size_t count, const std::function<void(std::size_t)>& work, const ParallelOptions& options) {
    constexpr auto reportInterval = std::chrono::milliseconds(100);
    std::atomic<std::size_t> next = 0;
    std::atomic<std::size_t> done = 0;
    const auto worker = [&] {
        for (std::size_t i = next++; i < count && !options.stop.stop_requested(); i = next++) {
            work(i);
            ++done;
        }
    };
    try {
        std::vector<std::future<void>> workers;
        for (std::size_t i = threadCount(options.threads, count); i > 0; --i)
            workers.push_back(std::async(std::launch::async, worker));
        for (std::future<void>& running : workers) {
            while (running.wait_for(reportInterval) != std::future_status::ready) {
                if (options.progress) options.progress(done, count);
            }
            running.get();
        }
    } catch (const std::exception& problem) {
        return Error{std::string("The work could not be finished: ") + problem.what() +
                         ". Close other programs to free memory, then try again.",
                     {}};
    }
    if (done < count) return Error{"Cancelled.", {}};
    if (options.progress) options.progress(count, count);
    return {};
}

}  // namespace lemnos
