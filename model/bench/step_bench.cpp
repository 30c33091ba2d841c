#include "model/bench/step_bench.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <numeric>

#include "compute/random.h"
#include "model/graph/initialise.h"
#include "model/graph/replica.h"

namespace lemnos {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int warmUpSteps = 5;

Batch randomBatch(const StepBenchRequest& request) {
    Batch batch;
    batch.rows = batch.listed = request.batch;
    batch.count = static_cast<std::uint32_t>(request.batch);
    batch.pixels.resize(static_cast<std::size_t>(request.batch * request.input.size()));
    for (std::size_t i = 0; i < batch.pixels.size(); ++i)
        batch.pixels[i] =
            static_cast<std::uint8_t>(philox(1, {static_cast<std::uint32_t>(i / 4), 0, 0, 0})[i % 4] & 255u);
    for (std::uint32_t i = 0; i < batch.count; ++i) {
        batch.labels.push_back(philox(2, {i, 0, 0, 0})[0] % static_cast<std::uint32_t>(request.classes));
        batch.sampleIndices.push_back(i);
    }
    return batch;
}

Result<std::unique_ptr<Replica>> makeReplica(const StepBenchRequest& request, Device& device) {
    TRY(const OptimizerType* type, optimizerTypeOrError(request.optimizer));
    TRY(const ParamMap params, resolveParams(type->params, ParamMap(), type->label));
    const PlanRequest asked{.input = request.input,
                            .classes = request.classes,
                            .batch = request.batch,
                            .optimizerTensors = static_cast<int>(type->state.size()),
                            .recompute = request.recompute,
                            .values = request.mixed ? ElementType::float16 : ElementType::float32};
    TRY(const Plan plan, makePlan(request.graph, asked));
    const std::vector<float> scale(static_cast<std::size_t>(request.input.columns()), 127.5f);
    TRY(auto replica, Replica::create(device, plan, {type, params}, {scale, scale}));
    TRY_OK(replica->writeWeights(initialWeights(plan, 42)));
    return replica;
}

/// Milliseconds of each step after the warm-up.
Result<std::vector<double>> runSteps(Replica& replica, const Batch& batch, int steps, int warmUp) {
    std::vector<double> times;
    StepScalars scalars;
    scalars.learningRate = 1e-3f;
    for (int i = 0; i < warmUp + steps; ++i) {
        const auto started = Clock::now();
        TRY_OK(replica.train(batch, scalars, i + 1));
        TRY_OK(replica.collect());
        if (i >= warmUp) times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - started).count());
    }
    return times;
}

double perStep(double value, int steps) {
    return value / steps;
}

}  // namespace

Result<StepTimes> benchSteps(const StepBenchRequest& request, Device& device, Device& profiled) {
    const Batch batch = randomBatch(request);
    StepTimes result;
    {
        TRY(const auto replica, makeReplica(request, device));
        result.plan = replica->plan();
        TRY(std::vector<double> times, runSteps(*replica, batch, request.steps, warmUpSteps));
        std::ranges::sort(times);
        result.bestMs = times.front();
        result.medianMs = (times[times.size() / 2] + times[(times.size() - 1) / 2]) / 2;
        result.imagesPerSecond = static_cast<double>(request.batch) / result.medianMs * 1e3;
    }
    TRY(const auto replica, makeReplica(request, profiled));
    TRY_OK(runSteps(*replica, batch, 0, warmUpSteps));
    (void)profiled.takeProfile();
    const int steps = std::clamp(request.steps, 1, 10);
    TRY(const std::vector<double> times, runSteps(*replica, batch, steps, 0));
    result.ops = profiled.takeProfile();
    for (OpTime& op : result.ops) {
        op.seconds = perStep(op.seconds, steps);
        op.calls /= steps;
        op.cost = {perStep(op.cost.multiplyAdds, steps), perStep(op.cost.bytes, steps)};
        result.opMs += op.seconds * 1e3;
    }
    if (!result.ops.empty())
        result.outsideMs =
            std::max(0.0, perStep(std::accumulate(times.begin(), times.end(), 0.0), steps) - result.opMs);
    std::ranges::sort(result.ops, std::ranges::greater(), &OpTime::seconds);
    return result;
}

namespace {

/// The time that the device's own limits leave as the least, over the time taken.
double nearness(const OpTime& op, const DeviceSpeed& limit) {
    const double least = std::max(op.cost.multiplyAdds / limit.multiplyAdds, op.cost.bytes / limit.bytes);
    return op.seconds > 0 ? least / op.seconds : 0;
}

}  // namespace

std::string toText(const StepTimes& times, const DeviceSpeed& limit) {
    const double all = (times.opMs + times.outsideMs) / 1e3;
    char line[160];
    std::string text;
    for (const OpTime& op : times.ops) {
        std::snprintf(
            line, sizeof line, "  %-24s %4lld x %9.3f ms %5.1f %%  %8.1f GFLOP/s %7.1f GB/s  %4.0f %% of the limit\n",
            op.name.c_str(), static_cast<long long>(op.calls), op.seconds * 1e3, 100 * op.seconds / all,
            2e-9 * op.cost.multiplyAdds / op.seconds, 1e-9 * op.cost.bytes / op.seconds, 100 * nearness(op, limit));
        text += line;
    }
    if (times.ops.empty()) return text;
    std::snprintf(line, sizeof line, "  %-24s      %9.3f ms %5.1f %%\n", "outside of ops", times.outsideMs,
                  times.outsideMs / all / 10);
    return text + line;
}

nlohmann::json toJson(const std::vector<OpTime>& ops, const DeviceSpeed& limit) {
    nlohmann::json list = nlohmann::json::array();
    for (const OpTime& op : ops) {
        list.push_back({{"op", op.name},
                        {"calls", op.calls},
                        {"ms", op.seconds * 1e3},
                        {"gflops", 2e-9 * op.cost.multiplyAdds / op.seconds},
                        {"gbytes_per_s", 1e-9 * op.cost.bytes / op.seconds},
                        {"of_limit", nearness(op, limit)}});
    }
    return list;
}

}  // namespace lemnos
