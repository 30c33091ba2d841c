#include "model/train/prepared_run.h"

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

Result<PreparedRun> prepareRun(const RunSpec& spec, const DatasetIndex& index, const DeviceOptions& deviceOptions) {
    PreparedRun prepared;
    TRY(prepared.optimizer, optimizerTypeOrError(textParam(spec.settings, "optimizer")));
    const ReplicaOptions options = replicaOptions(spec, index);
    // The average of the weights takes as much memory as a value that the optimizer keeps.
    const auto tensors = static_cast<int>(prepared.optimizer->state.size()) + (options.ema > 0 ? 1 : 0);
    const PlanRequest request{spec.preprocess->shape(), static_cast<std::int64_t>(spec.classes.size()),
                              intParam(spec.settings, "batch"), tensors};
    TRY(const Plan plan, makePlan(spec.model, request));
    TRY(prepared.device, openForTraining(spec.device, deviceOptions));
    TRY(prepared.replica, Replica::create(*prepared.device, plan, {prepared.optimizer, spec.optimizer},
                                          {spec.preprocess->mean, spec.preprocess->deviation}, options));
    return prepared;
}

}  // namespace lemnos
