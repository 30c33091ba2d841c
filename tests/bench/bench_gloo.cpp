// Gloo's all-reduce, to compare ours with, in the same namespaces (tests/lan/allreduce.sh):
//   bench_gloo FOLDER RANK RANKS MEGABYTES ROUNDS
#include <gloo/allreduce.h>
#include <gloo/barrier.h>
#include <gloo/math.h>
#include <gloo/rendezvous/context.h>
#include <gloo/rendezvous/file_store.h>
#include <gloo/transport/tcp/device.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int argc, char** argv) {
    if (argc != 6) {
        std::fprintf(stderr, "bench_gloo FOLDER RANK RANKS MEGABYTES ROUNDS\n");
        return 2;
    }
    const int rank = std::atoi(argv[2]), ranks = std::atoi(argv[3]), rounds = std::atoi(argv[5]);
    const double megabytes = std::atof(argv[4]);
    gloo::transport::tcp::attr attributes;
    attributes.iface = "eth0";
    auto device = gloo::transport::tcp::CreateDevice(attributes);
    auto context = std::make_shared<gloo::rendezvous::Context>(rank, ranks);
    gloo::rendezvous::FileStore store(argv[1]);
    context->connectFullMesh(store, device);

    std::vector<float> values(std::size_t(megabytes * 1e6 / 4), 1.0f);
    std::vector<double> seconds;
    for (int round = 0; round < rounds; ++round) {
        gloo::AllreduceOptions options(context);
        options.setOutput(values.data(), values.size());
        using Sum = void (*)(void*, const void*, const void*, std::size_t);
        options.setReduceFunction(static_cast<Sum>(&gloo::sum<float>));
        const auto started = std::chrono::steady_clock::now();
        gloo::allreduce(options);
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
    }
    gloo::BarrierOptions last(context);
    gloo::barrier(last);
    std::ranges::sort(seconds);
    if (rank == 0)
        std::printf("Gloo      %d ranks, %.1f MB: median %.1f ms, best %.1f ms (without encryption)\n", ranks,
                    megabytes, seconds[seconds.size() / 2] * 1e3, seconds[0] * 1e3);
    return 0;
}
