#include "model/train/prepared_run.h"

#include <algorithm>
#include <bit>

#include "model/devices/device_facts.h"
#include "model/optimizers/optimizer.h"
#include "model/phrased_error.h"
#include "model/together/team_options.h"

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

namespace {

Mixing mixingOf(const RunSpec& spec) {
    return {realParam(spec.settings, "mixup"), realParam(spec.settings, "cutmix")};
}

}  // namespace

LoaderOptions trainingPass(const RunSpec& spec, std::int64_t epoch) {
    return {.batch = intParam(spec.settings, "batch"),
            .seed = static_cast<std::uint64_t>(intParam(spec.settings, "seed")),
            .epoch = static_cast<std::uint32_t>(epoch),
            .training = true,
            .mixing = mixingOf(spec)};
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
    return phrasedError(
        {fits > 0 ? LEMNOS_TEXT("Training '%1' with batches of %2 takes %3, which is more than '%4' has free; "
                                "the largest batch that fits is %5.")
                  : LEMNOS_TEXT("Training '%1' with batches of %2 takes %3, which is more than '%4' has free; "
                                "choose smaller pictures or a smaller network."),
         {Phrase::name(spec.model.name), Phrase::name(std::to_string(plan.request.batch)),
          Phrase::name(megabytes(plan.totalBytes())), Phrase::name(device.name), Phrase::name(std::to_string(fits))}},
        "batch");
}

/// An Error where settings do not go together with training in shards.
Status checkShared(const RunSpec& spec) {
    if (boolParam(spec.settings, "exact") && textParam(spec.settings, "precision") == "mixed")
        return Error{LEMNOS_TEXT("An exact run needs single precision; choose \"single\", or train without \"exact\"."),
                     "exact"};
    return {};
}

/// Pictures that a device of several works on at a time: fixed for exact runs, otherwise small enough that unequal
/// devices can be given unequal shares.
std::int64_t automaticShard(const RunSpec& spec, std::int64_t batch, std::size_t devices) {
    constexpr std::int64_t least = 16;
    if (boolParam(spec.settings, "exact")) return std::min(batch, least);
    const auto perDevice = static_cast<std::int64_t>(4 * devices);
    return std::min(batch, std::max(least, (batch + perDevice - 1) / perDevice));
}

/// The network on one device.
Status addReplica(PreparedRun& prepared, const RunSpec& spec, PlanRequest request, const ReplicaOptions& options,
                  std::size_t place, std::int64_t sameDevice, std::int64_t lentBytes) {
    Device& device = *prepared.devices[place];
    const std::int64_t usable = usableBytes(device.info()) / sameDevice;
    TRY(const Plan plan, makePlan(spec.model, request));
    if (lentBytes > 0 && plan.totalBytes() > lentBytes)
        return phrasedError({LEMNOS_TEXT("The network takes %1 of memory, and this PC lends %2."),
                             {Phrase::name(megabytes(plan.totalBytes())), Phrase::name(megabytes(lentBytes))}});
    if (plan.totalBytes() > usable) return tooLarge(spec, plan, device.info(), usable);
    auto replica = Replica::create(device, plan, {prepared.optimizer, spec.optimizer},
                                   {spec.preprocess->mean, spec.preprocess->deviation}, options);
    // Other programs use memory too: how much is free is only known when it runs out.
    if (!replica && replica.error().kind == Error::Kind::outOfMemory)
        return tooLarge(spec, plan, device.info(), plan.totalBytes() / 10 * 7);
    if (!replica) return replica.error();
    prepared.replicas.push_back(*std::move(replica));
    return {};
}

}  // namespace

bool PreparedRun::alike() const {
    return std::ranges::all_of(devices, [&](const auto& device) {
        return device->info().name == devices[0]->info().name && device->info().driver == devices[0]->info().driver;
    });
}

std::string PreparedRun::deviceNames() const {
    std::vector<std::pair<std::string, int>> counts;
    for (const auto& device : devices) {
        const auto found = std::ranges::find(counts, device->info().name, [](const auto& c) { return c.first; });
        if (found == counts.end())
            counts.emplace_back(device->info().name, 1);
        else
            ++found->second;
    }
    std::string text;
    for (const auto& [name, count] : counts)
        text += (text.empty() ? "" : ", ") + (count > 1 ? std::to_string(count) + " x " : std::string()) + name;
    return text;
}

Result<PreparedRun> prepareRun(RunSpec& spec, const DatasetIndex& index, const DeviceOptions& deviceOptions,
                               std::int64_t lentBytes) {
    PreparedRun prepared;
    TRY(prepared.optimizer, optimizerTypeOrError(textParam(spec.settings, "optimizer")));
    TRY_OK(checkShared(spec));
    const bool mixed = textParam(spec.settings, "precision") == "mixed";
    DeviceOptions opening = deviceOptions;
    opening.float16 = mixed;
    const std::vector<std::string> ids = devicesOf(spec.device);
    for (const std::string& id : ids) {
        if (id.empty() && ids.size() > 1)
            return phrasedError(
                {LEMNOS_TEXT("The list of devices '%1' has a place without a name."), {Phrase::name(spec.device)}},
                "device");
        TRY(auto device, openForTraining(id, opening));
        prepared.devices.push_back(std::move(device));
    }
    const auto sameAs = [&](const std::string& id) { return std::ranges::count(ids, id); };
    const bool together = !spec.peers.empty();
    TRY_OK(checkTeamSettings(spec.settings));
    // With local steps, each device trains whole batches by itself.
    const bool local = together && intParam(spec.settings, "local_steps") > 0;
    const bool shared = (together ? !local : ids.size() > 1) || boolParam(spec.settings, "exact");
    ReplicaOptions options = replicaOptions(spec, index);
    options.shared = shared;
    // The average of the weights takes as much memory as a value that the optimizer keeps.
    const auto tensors = static_cast<int>(prepared.optimizer->state.size()) + (options.ema > 0 ? 1 : 0);
    PlanRequest request{.input = spec.preprocess->shape(),
                        .classes = static_cast<std::int64_t>(spec.classes.size()),
                        .batch = intParam(spec.settings, "batch"),
                        .optimizerTensors = tensors,
                        .recompute = boolParam(spec.settings, "recompute"),
                        .values = mixed ? ElementType::float16 : ElementType::float32};
    if (request.batch == 0)
        request.batch = automaticBatch(spec.model, request, prepared.devices[0]->info(),
                                       static_cast<std::int64_t>(index.count(Split::train)));
    spec.settings["batch"] = request.batch;
    if (shared) {
        if (intParam(spec.settings, "shard") == 0)
            spec.settings["shard"] = automaticShard(spec, request.batch, ids.size() + spec.peers.size());
        request.batch = std::min(request.batch, intParam(spec.settings, "shard"));
    }
    for (std::size_t i = 0; i < ids.size(); ++i)
        TRY_OK(addReplica(prepared, spec, request, options, i, static_cast<std::int64_t>(sameAs(ids[i])), lentBytes));
    if (shared && !together) {
        std::vector<Replica*> replicas;
        for (const auto& replica : prepared.replicas) replicas.push_back(replica.get());
        prepared.group = std::make_unique<ReplicaGroup>(
            replicas, ShardingOptions{.exact = boolParam(spec.settings, "exact"), .measured = !prepared.alike()});
    }
    return prepared;
}

}  // namespace lemnos
