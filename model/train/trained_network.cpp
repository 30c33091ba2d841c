// TrainedNetwork: a run's best weights, answering.
#include <algorithm>

#include "model/devices/device_facts.h"
#include "model/exchange/safetensors.h"
#include "model/graph/replica.h"
#include "model/train/checkpoint.h"
#include "model/train/trainer.h"
#include "model/train/training_loop.h"

namespace lemnos {

struct TrainedNetwork::State {
    RunSpec spec;
    std::unique_ptr<Device> device;
    std::unique_ptr<Replica> replica;
};

namespace {

constexpr std::int64_t answerBatch = 64;

}  // namespace

TrainedNetwork::TrainedNetwork(std::unique_ptr<State> state) : m_state(std::move(state)) {}
TrainedNetwork::TrainedNetwork(TrainedNetwork&&) noexcept = default;
TrainedNetwork::~TrainedNetwork() = default;

const RunSpec& TrainedNetwork::spec() const {
    return m_state->spec;
}

Result<TrainedNetwork> TrainedNetwork::load(const std::filesystem::path& run, const std::string& device,
                                            const DeviceOptions& deviceOptions) {
    auto state = std::make_unique<State>();
    TRY(const RunStore store, RunStore::open(run));
    TRY(state->spec, store.readSpec());
    if (!state->spec.preprocess || state->spec.classes.empty())
        return Error{"The run in '" + displayPath(run) + "' never began; there are no weights to use."};
    TRY(const TensorFile file, readSafetensors(store.file("weights.safetensors")));
    const Preprocess& preprocess = *state->spec.preprocess;
    TRY(const Plan plan, makePlan(state->spec.model, {.input = preprocess.shape(),
                                                      .classes = static_cast<std::int64_t>(state->spec.classes.size()),
                                                      .batch = answerBatch,
                                                      .training = false}));
    TRY(const auto weights, tensorsToWeights(plan, file));
    TRY(state->device, openForTraining(device.empty() ? devicesOf(state->spec.device).front() : device, deviceOptions));
    TRY(state->replica, Replica::create(*state->device, plan, {}, {preprocess.mean, preprocess.deviation}));
    TRY_OK(state->replica->writeWeights(weights));
    return TrainedNetwork(std::move(state));
}

Result<std::vector<std::vector<float>>> TrainedNetwork::probabilities(const std::vector<Image>& images) {
    const Preprocess& preprocess = *m_state->spec.preprocess;
    const auto sampleBytes = static_cast<std::size_t>(preprocess.sampleBytes());
    const std::size_t classes = m_state->spec.classes.size();
    std::vector<std::vector<float>> answers;
    for (std::size_t first = 0; first < images.size(); first += answerBatch) {
        const std::size_t count = std::min<std::size_t>(answerBatch, images.size() - first);
        Batch batch{.rows = answerBatch, .listed = static_cast<std::int64_t>(count)};
        batch.pixels.resize(answerBatch * sampleBytes);
        batch.labels.assign(answerBatch, ignoredLabel);
        batch.sampleIndices.assign(answerBatch, 0);
        for (std::size_t i = 0; i < count; ++i) {
            const Image image = preprocessed(images[first + i], preprocess);
            std::copy(image.pixels.begin(), image.pixels.end(),
                      batch.pixels.begin() + static_cast<std::ptrdiff_t>(i * sampleBytes));
        }
        TRY(const auto rows, m_state->replica->probabilities(batch));
        for (std::size_t i = 0; i < count; ++i) {
            const auto row = rows.begin() + static_cast<std::ptrdiff_t>(i * classes);
            answers.emplace_back(row, row + static_cast<std::ptrdiff_t>(classes));
        }
    }
    return answers;
}

Result<Metrics> TrainedNetwork::evaluate(const DatasetIndex& index, Split split, const EventSink& sink,
                                         std::stop_token stop) {
    if (index.count(split) == 0)
        return Error{
            "The data has no pictures in its '" + std::string(toString(split)) + "' part; choose another part.",
            "split"};
    EventLog log(sink);
    log.phase(LEMNOS_TEXT("Testing"));
    TRY(const auto metrics, measure(*m_state->replica, index, split, *m_state->spec.preprocess, nullptr, log, stop));
    if (!metrics) return Error{"Cancelled."};
    return *metrics;
}

}  // namespace lemnos
