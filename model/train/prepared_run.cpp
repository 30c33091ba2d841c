#include "model/train/prepared_run.h"

#include <algorithm>
#include <bit>

#include "model/devices/device_facts.h"
#include "model/optimizers/optimizer.h"

namespace lemnos {

std::vector<float> balancedClassWeights(const DatasetIndex& index) {
    std::vector<std::int64_t> counts(index.classes.size(), 0);
    const std::vector<std::uint32_t> samples = index.indices(Split::train);
    for (const std::uint32_t sample : samples) ++counts[index.samples[sample].label];
    std::vector<float> weights;
    for (const std::int64_t count : counts)
        weights.push_back(count == 0
                              ? 1.0f
                              : static_cast<float>(static_cast<double>(samples.size()) / static_cast<double>(count) /
                                                   static_cast<double>(counts.size())));
    return weights;
}

Mixing mixingOf(const RunSpec& spec) {
    return {realParam(spec.settings, "mixup"), realParam(spec.settings, "cutmix")};
}

double learningRateOf(const RunSpec& spec, const OptimizerType& optimizer) {
    const double rate = realParam(spec.settings, "learning_rate");
    return rate > 0 ? rate : optimizer.defaultLearningRate;
}

ReplicaOptions replicaOptions(const RunSpec& spec, const DatasetIndex& index) {
    ReplicaOptions options;
    options.clipNorm = realParam(spec.settings, "clip_norm");
    options.clipValue = realParam(spec.settings, "clip_value");
    options.ema = realParam(spec.settings, "ema");
    options.labelSmoothing = realParam(spec.settings, "label_smoothing");
    options.focal = realParam(spec.settings, "focal");
    if (textParam(spec.settings, "class_weights") == "balanced") options.classWeights = balancedClassWeights(index);
    options.mixedLabels = static_cast<bool>(mixingOf(spec));
    options.accumulate = static_cast<int>(intParam(spec.settings, "accumulate"));
    return options;
}

namespace {

constexpr std::int64_t largestAutomaticBatch = 128;

/// What may be used of a device's memory: the rest is for the driver and other programs.
std::int64_t usableBytes(const DeviceInfo& device) {
    return device.memoryBytes / 10 * 9;
}

/// The largest power of two that fits, and with which an epoch still has some steps.
std::int64_t automaticBatch(const Graph& graph, const PlanRequest& request, const DeviceInfo& device,
                            std::int64_t trainCount) {
    const std::int64_t most = std::clamp<std::int64_t>(trainCount / 8, 1, largestAutomaticBatch);
    const std::int64_t fits = largestBatch(graph, request, usableBytes(device), most);
    return static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(std::max<std::int64_t>(fits, 1))));
}

std::string megabytes(std::int64_t bytes) {
    return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

Error tooLarge(const RunSpec& spec, const Plan& plan, const DeviceInfo& device, std::int64_t usable) {
    const std::int64_t fits = largestBatch(spec.model, plan.request, usable, plan.request.batch);
    return Error{"Training '" + spec.model.name + "' with batches of " + std::to_string(plan.request.batch) +
                     " takes " + megabytes(plan.totalBytes()) + ", which is more than '" + device.name +
                     "' has free; " +
                     (fits > 0 ? "the largest batch that fits is " + std::to_string(fits) + "."
                               : std::string("choose smaller pictures or a smaller network.")),
                 "batch"};
}

}  // namespace

Result<PreparedRun> prepareRun(RunSpec& spec, const DatasetIndex& index, const DeviceOptions& deviceOptions) {
    PreparedRun prepared;
    TRY(prepared.optimizer, optimizerTypeOrError(textParam(spec.settings, "optimizer")));
    const bool mixed = textParam(spec.settings, "precision") == "mixed";
    DeviceOptions opening = deviceOptions;
    opening.float16 = mixed;
    TRY(prepared.device, openForTraining(spec.device, opening));
    const DeviceInfo& device = prepared.device->info();
    const ReplicaOptions options = replicaOptions(spec, index);
    // The average of the weights takes as much memory as a value that the optimizer keeps.
    const auto tensors = static_cast<int>(prepared.optimizer->state.size()) + (options.ema > 0 ? 1 : 0);
    PlanRequest request{.input = spec.preprocess->shape(),
                        .classes = static_cast<std::int64_t>(spec.classes.size()),
                        .batch = intParam(spec.settings, "batch"),
                        .optimizerTensors = tensors,
                        .recompute = boolParam(spec.settings, "recompute"),
                        .values = mixed ? ElementType::float16 : ElementType::float32};
    if (request.batch == 0)
        request.batch =
            automaticBatch(spec.model, request, device, static_cast<std::int64_t>(index.count(Split::train)));
    spec.settings["batch"] = request.batch;
    TRY(const Plan plan, makePlan(spec.model, request));
    if (plan.totalBytes() > usableBytes(device)) return tooLarge(spec, plan, device, usableBytes(device));
    auto replica = Replica::create(*prepared.device, plan, {prepared.optimizer, spec.optimizer},
                                   {spec.preprocess->mean, spec.preprocess->deviation}, options);
    // Other programs use memory too: how much is free is only known when it runs out.
    if (!replica && replica.error().kind == Error::Kind::outOfMemory)
        return tooLarge(spec, plan, device, plan.totalBytes() / 10 * 7);
    if (!replica) return replica.error();
    prepared.replica = *std::move(replica);
    return prepared;
}

}  // namespace lemnos
