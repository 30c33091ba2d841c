// How long ranks on this PC take to sum 26 MB over TLS and 127.0.0.1, or in memory.
//   bench_allreduce [RANKS [MEGABYTES [ROUNDS]]]
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "compute/collective/loopback.h"
#include "tests/support/lan_group.h"

using namespace lemnos;

namespace {

double processorSeconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void measure(const char* name, const std::vector<std::unique_ptr<Collective>>& ranks, std::size_t count, int rounds) {
    std::vector<double> seconds;
    const double before = processorSeconds();
    std::vector<std::jthread> threads;
    for (const auto& rank : ranks)
        threads.emplace_back([&, c = rank.get()] {
            std::vector<float> values(count, 1.0f);
            for (int round = 0; round < rounds; ++round) {
                const auto started = std::chrono::steady_clock::now();
                if (const Status status = c->allReduce(std::span(values), Collective::Tag(round)); !status) {
                    std::fprintf(stderr, "%s\n", status.error().message.c_str());
                    std::exit(1);
                }
                if (c->rank() == 0)
                    seconds.push_back(
                        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
            }
        });
    threads.clear();
    const double processor = (processorSeconds() - before) / rounds;
    std::ranges::sort(seconds);
    const double size = double(ranks.size()), bytes = double(count) * 4;
    // What crosses the wire, all ranks together: each sends 2 (P - 1) / P of the numbers.
    const double sent = 2 * (size - 1) * bytes;
    std::printf("%-9s %zu ranks, %.1f MB: median %.1f ms, best %.1f ms, %.2f s of processor time a round", name,
                ranks.size(), bytes / 1e6, seconds[seconds.size() / 2] * 1e3, seconds[0] * 1e3, processor);
    if (sent > 0)
        std::printf(", %.2f s per GB sent; 1 Gbit/s (110 MB/s) would allow %.0f ms", processor / (sent / 1e9),
                    2 * (size - 1) / size * bytes / 110e6 * 1e3);
    std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
    const int ranks = argc > 1 ? std::atoi(argv[1]) : 8;
    const double megabytes = argc > 2 ? std::atof(argv[2]) : 26;
    const int rounds = argc > 3 ? std::atoi(argv[3]) : 10;
    if (ranks < 1 || megabytes <= 0 || rounds < 1) {
        std::fprintf(stderr, "bench_allreduce [RANKS [MEGABYTES [ROUNDS]]]\n");
        return 2;
    }
    const auto count = static_cast<std::size_t>(megabytes * 1e6 / 4);
    std::vector<std::unique_ptr<Collective>> loopback;
    for (auto& rank : LoopbackCollective::create(ranks)) loopback.push_back(std::move(rank));
    measure("in memory", loopback, count, rounds);
    measure("TLS", test::LocalLan(ranks).join(), count, rounds);
    return 0;
}
