// Training steps of networks on a device, without Qt and OpenCV: `lemnos-cli bench` for a bare GPU server.
//   bench_steps DEVICE TEMPLATE SIDE CLASSES BATCH [STEPS] [recompute]
#include <cstdio>
#include <cstdlib>
#include <string>

#include "model/bench/step_bench.h"
#include "model/templates/template.h"

using namespace lemnos;

namespace {

Status run(const std::string& device, const StepBenchRequest& request) {
    TRY(const auto plain, openDevice(device));
    TRY(const auto profiled, openDevice(device, {.profile = true}));
    TRY(const DeviceSpeed limit, measureSpeed(*plain));
    TRY(const StepTimes times, benchSteps(request, *plain, *profiled));
    std::printf("%s batch %lld on %s: median %.3f ms, best %.3f ms, %.1f images/s, %.1f MB planned; ops %.3f ms\n",
                request.graph.name.c_str(), static_cast<long long>(request.batch), plain->info().name.c_str(),
                times.medianMs, times.bestMs, times.imagesPerSecond, static_cast<double>(times.plan.totalBytes()) / 1e6,
                times.opMs);
    std::fputs(toText(times, limit).c_str(), stdout);
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 6) {
        std::fputs("bench_steps DEVICE TEMPLATE SIDE CLASSES BATCH [STEPS] [recompute]\n", stderr);
        return 2;
    }
    StepBenchRequest request;
    const std::int64_t side = std::atoll(argv[3]);
    request.input = {side, side, 3};
    request.classes = std::atoll(argv[4]);
    request.batch = std::atoll(argv[5]);
    if (argc > 6) request.steps = std::max(1, std::atoi(argv[6]));
    request.recompute = argc > 7 && std::string(argv[7]) == "recompute";
    auto graph = graphFromTemplate(argv[2]);
    Status status;
    if (graph) {
        request.graph = *std::move(graph);
        status = run(argv[1], request);
    } else {
        status = graph.error();
    }
    if (!status) std::fprintf(stderr, "%s\n", status.error().message.c_str());
    return status.ok() ? 0 : 1;
}
