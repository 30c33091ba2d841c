#include "model/train/checkpoint.h"

#include <nlohmann/json.hpp>

#include "model/graph/weight_layout.h"
#include "model/json_fields.h"

namespace lemnos {
namespace {

using nlohmann::json;

constexpr const char* stateKey = "state";
constexpr const char* averagePrefix = "average.";
constexpr const char* lossScaleKey = "lossScale";

/// Tensors of one arena, their names beginning with `prefix`; arenas of an optimizer end where nothing learns.
void appendTensors(const Plan& plan, const std::vector<float>& arena, const std::string& prefix, TensorFile& file) {
    for (const LayerPlan& layer : plan.layers) {
        for (const WeightPlan& weight : layer.weights) {
            if (weight.offset >= static_cast<std::int64_t>(arena.size())) continue;
            NamedTensor tensor{prefix + weight.name, weight.shape.dims, {}};
            tensor.values.resize(static_cast<std::size_t>(fileRows(weight.shape) * weight.shape.columns));
            unpackWeight(weight.shape, arena.data() + weight.offset, tensor.values.data());
            file.tensors.push_back(std::move(tensor));
        }
    }
}

/// The other way: an arena of `floats` numbers. Errors name the tensor.
Result<std::vector<float>> arenaOf(const Plan& plan, const TensorFile& file, const std::string& prefix,
                                   std::int64_t floats) {
    std::vector<float> arena(static_cast<std::size_t>(floats), 0.0f);
    for (const LayerPlan& layer : plan.layers) {
        for (const WeightPlan& weight : layer.weights) {
            if (weight.offset >= floats) continue;
            const NamedTensor* tensor = file.find(prefix + weight.name);
            if (!tensor || tensor->dims != weight.shape.dims)
                return Error{"The weights file has no tensor '" + prefix + weight.name +
                                 "' of the network's size; it belongs to another network.",
                             weight.name};
            packWeight(weight.shape, tensor->values.data(), arena.data() + weight.offset);
        }
    }
    return arena;
}

std::string statePrefix(std::string_view name) {
    return "optimizer." + std::string(name) + ".";
}

json toJson(const ScheduleState& s) {
    return {{"best", s.best ? json(*s.best) : json()}, {"wait", s.wait}, {"factor", s.factor}};
}

Result<ScheduleState> scheduleFromJson(const json& object) {
    JsonFields fields(object, "The checkpoint's schedule");
    ScheduleState s;
    if (!fields.value("best").is_null()) s.best = fields.real("best");
    s.wait = fields.count("wait");
    s.factor = fields.real("factor");
    TRY_OK(fields.status());
    return s;
}

Result<LossScale> lossScaleFromJson(const std::string& text) {
    const json object = json::parse(text, nullptr, false);
    JsonFields fields(object, "The checkpoint's loss scale");
    LossScale scale;
    scale.factor = static_cast<float>(fields.real("factor"));
    scale.wentWell = fields.count("wentWell");
    scale.before = static_cast<float>(fields.real("before"));
    TRY_OK(fields.status());
    for (const float factor : {scale.factor, scale.before}) {
        if (factor >= LossScale::least && factor <= LossScale::largest) continue;
        return Error{"The checkpoint's loss scale is out of range."};
    }
    return scale;
}

// json prints doubles so that they read back to the same bits.
json toJson(const TrainingState& s) {
    return {{"epoch", s.epoch},
            {"step", s.step},
            {"totalSteps", s.totalSteps},
            {"lossSum", s.lossSum},
            {"correct", s.correct},
            {"count", s.count},
            {"bestEpoch", s.bestEpoch},
            {"bestLoss", s.best.loss},
            {"bestAccuracy", s.best.accuracy},
            {"bestCount", s.best.count},
            {"seconds", s.seconds},
            {"schedule", toJson(s.schedule)},
            {"learningRate", s.learningRate},
            {"epochs", s.epochs},
            {"lastEpoch", s.lastEpoch}};
}

Result<TrainingState> stateFromJson(const std::string& text) {
    const json object = json::parse(text, nullptr, false);
    if (object.is_discarded()) return Error{"The checkpoint does not say where the run stands."};
    JsonFields fields(object, "The checkpoint");
    TrainingState s;
    s.epoch = fields.count("epoch");
    s.step = fields.count("step");
    s.totalSteps = fields.count("totalSteps");
    s.lossSum = fields.real("lossSum");
    s.correct = fields.count("correct");
    s.count = fields.count("count");
    s.bestEpoch = fields.count("bestEpoch");
    s.best.loss = fields.real("bestLoss");
    s.best.accuracy = fields.real("bestAccuracy");
    s.best.count = fields.count("bestCount");
    s.seconds = fields.real("seconds");
    if (fields.has("learningRate")) s.learningRate = fields.real("learningRate");
    if (fields.has("epochs")) s.epochs = fields.count("epochs");
    if (fields.has("lastEpoch")) s.lastEpoch = fields.text("lastEpoch");
    TRY_OK(fields.status());
    if (fields.has("schedule")) {
        TRY(s.schedule, scheduleFromJson(object["schedule"]));
    }
    return s;
}

}  // namespace

Result<std::vector<float>> tensorsToWeights(const Plan& plan, const TensorFile& file) {
    return arenaOf(plan, file, {}, plan.parameterFloats);
}

Result<TensorFile> makeCheckpoint(Replica& replica, const OptimizerType& optimizer, const TrainingState& state,
                                  bool averaged) {
    TRY(const auto weights, replica.readWeights());
    TensorFile file;
    appendTensors(replica.plan(), weights, {}, file);
    for (std::size_t i = 0; i < optimizer.state.size(); ++i) {
        TRY(const auto arena, replica.readState(static_cast<int>(i)));
        appendTensors(replica.plan(), arena, statePrefix(optimizer.state[i]), file);
    }
    if (averaged) {
        TRY(const auto average, replica.readAverage());
        appendTensors(replica.plan(), average, averagePrefix, file);
    }
    file.metadata = {{"format", "lemnos-checkpoint"},
                     {"version", "1"},
                     {"optimizer", std::string(optimizer.name)},
                     {stateKey, toJson(state).dump()}};
    if (replica.plan().request.mixed()) {
        const LossScale& scale = replica.lossScale();
        file.metadata[lossScaleKey] =
            json{{"factor", scale.factor}, {"wentWell", scale.wentWell}, {"before", scale.before}}.dump();
    }
    return file;
}

TensorFile weightsOnly(const Plan& plan, TensorFile checkpoint) {
    std::size_t count = 0;
    for (const LayerPlan& layer : plan.layers) count += layer.weights.size();
    for (std::size_t i = 0; i < count; ++i) {  // weights come first
        NamedTensor& tensor = checkpoint.tensors[i];
        if (const NamedTensor* average = checkpoint.find(averagePrefix + tensor.name)) tensor.values = average->values;
    }
    checkpoint.tensors.resize(count);
    checkpoint.metadata = {{"format", "lemnos-weights"}, {"version", "1"}};
    return checkpoint;
}

Result<TrainingState> restoreCheckpoint(Replica& replica, const OptimizerType& optimizer, const TensorFile& file,
                                        bool averaged) {
    const auto text = file.metadata.find(stateKey);
    if (text == file.metadata.end()) return Error{"This is not a checkpoint: it does not say where the run stands."};
    TRY(const TrainingState state, stateFromJson(text->second));
    TRY(const auto weights, tensorsToWeights(replica.plan(), file));
    TRY_OK(replica.writeWeights(weights));
    for (std::size_t i = 0; i < optimizer.state.size(); ++i) {
        TRY(const auto arena,
            arenaOf(replica.plan(), file, statePrefix(optimizer.state[i]), replica.plan().learntFloats));
        TRY_OK(replica.writeState(static_cast<int>(i), arena));
    }
    if (averaged) {
        TRY(const auto average, arenaOf(replica.plan(), file, averagePrefix, replica.plan().parameterFloats));
        TRY_OK(replica.writeAverage(average));
    }
    if (const auto scale = file.metadata.find(lossScaleKey); scale != file.metadata.end()) {
        TRY(const LossScale lossScale, lossScaleFromJson(scale->second));
        replica.setLossScale(lossScale);
    }
    return state;
}

}  // namespace lemnos
