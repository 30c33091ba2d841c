// How long ranks on this PC take to sum 26 MB over TLS and 127.0.0.1, or in memory.
//   bench_allreduce [RANKS [MEGABYTES [ROUNDS]]]
// Or one rank of several PCs, which are 10.77.0.1, 10.77.0.2, ... (tests/lan/allreduce.sh):
//   bench_allreduce prepare FOLDER RANKS
//   bench_allreduce rank FOLDER RANK RANKS MEGABYTES ROUNDS [WIRE]
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "compute/collective/loopback.h"
#include "compute/collective/lossy_sum.h"
#include "tests/support/lan_group.h"

using namespace lemnos;

namespace {

double processorSeconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void report(const char* name, std::size_t ranks, std::size_t count, std::vector<double> seconds, double processor,
            bool ofOneRank, SumFormat wire = SumFormat::float32) {
    std::ranges::sort(seconds);
    const double size = double(ranks), bytes = double(encodedBytes(wire, count));
    // What crosses the wire: each rank sends 2 (P - 1) / P of the numbers.
    const double sent = 2 * (size - 1) / size * bytes * (ofOneRank ? 1 : size);
    std::printf("%-9s %zu ranks, %.1f MB: median %.1f ms, best %.1f ms, %.2f s of processor time a round", name, ranks,
                bytes / 1e6, seconds[seconds.size() / 2] * 1e3, seconds[0] * 1e3, processor);
    if (sent > 0)
        std::printf(", %.2f s per GB sent; 1 Gbit/s (110 MB/s) would allow %.0f ms", processor / (sent / 1e9),
                    2 * (size - 1) / size * bytes / 110e6 * 1e3);
    std::printf("\n");
}

template <class T>
T must(Result<T> result) {
    return test::LocalLan::must(std::move(result));
}

/// One rank, in a process of its own.
int runRank(const std::filesystem::path& folder, int rank, int ranks, std::size_t count, int rounds, SumFormat wire) {
    constexpr std::uint16_t port = 7413;
    LanGroup group;
    group.rank = rank;
    for (int i = 0; i < ranks; ++i) {
        const Identity identity = must(Identity::ofThisPc(folder / std::to_string(i)));
        group.members.push_back({identity.id, std::to_string(i), "10.77.0." + std::to_string(i + 1), port});
    }
    const TlsContext context = must(TlsContext::create(must(Identity::ofThisPc(folder / std::to_string(rank)))));
    const Listener listener = must(Listener::open("0.0.0.0", port));
    const auto collective = must(LanCollective::join(context, listener, group));
    LossySum sum(*collective, wire);
    std::vector<float> values(count, 1.0f);
    std::vector<double> seconds;
    const double before = processorSeconds();
    for (int round = 0; round < rounds; ++round) {
        const auto started = std::chrono::steady_clock::now();
        if (const Status status = sum.allReduce(values, Collective::Tag(2 * round)); !status) {
            std::fprintf(stderr, "%s\n", status.error().message.c_str());
            return 1;
        }
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
    }
    if (rank == 0)
        report("PCs", std::size_t(ranks), count, seconds, (processorSeconds() - before) / rounds, true, wire);
    return collective->barrier(1'000'000) ? 0 : 1;
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
    report(name, ranks.size(), count, seconds, (processorSeconds() - before) / rounds, false);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string how = argc > 1 ? argv[1] : "";
    if (how == "prepare" && argc == 4) {
        for (int i = 0; i < std::atoi(argv[3]); ++i)
            must(Identity::ofThisPc(std::filesystem::path(argv[2]) / std::to_string(i)));
        return 0;
    }
    if (how == "rank" && (argc == 7 || argc == 8))
        return runRank(argv[2], std::atoi(argv[3]), std::atoi(argv[4]), std::size_t(std::atof(argv[5]) * 1e6 / 4),
                       std::atoi(argv[6]), sumFormatFrom(argc == 8 ? argv[7] : "float32").value());
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
