#include "model/graph/replica.h"

#include <algorithm>
#include <cstring>

#include "compute/ops/copy.h"
#include "model/phrased_error.h"

namespace lemnos {
namespace {

std::int64_t aligned(std::int64_t bytes) {
    return (bytes + tensorAlignmentBytes - 1) / tensorAlignmentBytes * tensorAlignmentBytes;
}

Tensor wordRow(Buffer* buffer, std::int64_t offsetBytes, std::int64_t words) {
    return {buffer, offsetBytes, 1, words, words, ElementType::uint32};
}

}  // namespace

Result<std::unique_ptr<Replica>> Replica::create(Device& device, const Plan& plan, const OptimizerChoice& optimizer,
                                                 const InputScaling& scaling, const ReplicaOptions& options) {
    assert(!optimizer.type || plan.request.training);
    if (plan.request.mixed() && !device.info().float16)
        return phrasedError(
            {LEMNOS_TEXT("'%1' has no half precision; train in single precision, or on another device."),
             {Phrase::name(device.info().name)}},
            "precision");
    std::unique_ptr<Replica> replica(new Replica(device, plan, optimizer, options));
    TRY_OK(replica->allocate());
    TRY_OK(replica->record(scaling));
    return replica;
}

Replica::Replica(Device& device, const Plan& plan, const OptimizerChoice& optimizer, const ReplicaOptions& options)
    : m_device(device), m_plan(plan), m_optimizer(optimizer), m_options(options) {
    m_buckets = gradientBuckets(m_plan, options.shared ? options.bucketFloats : m_plan.learntFloats + 1);
}

Replica::~Replica() {
    // The device must not be at work on memory that goes away.
    for (const Slot& slot : m_slots) {
        if (slot.ticket > 0) (void)m_device.wait(slot.ticket);
    }
}

Status Replica::allocate() {
    const std::int64_t parameterBytes = m_plan.parameterFloats * 4, learntBytes = m_plan.learntFloats * 4;
    TRY(m_weights, m_device.allocate(parameterBytes, Memory::device));
    if (m_optimizer.type) {
        TRY(m_gradients, m_device.allocate(learntBytes, Memory::device));
        for (std::size_t i = 0; i < m_optimizer.type->state.size(); ++i) {
            TRY(auto state, m_device.allocate(learntBytes, Memory::device));
            m_state.push_back(std::move(state));
        }
        if (m_options.ema > 0) {
            TRY(m_average, m_device.allocate(parameterBytes, Memory::device));
        }
    }
    TRY(m_activations, m_device.allocate(m_plan.activationFloats * 4, Memory::device));
    if (!m_options.classWeights.empty()) {
        const auto classes = static_cast<std::int64_t>(m_options.classWeights.size());
        TRY(m_classWeightBuffer, m_device.allocate(roundUp4(classes) * 4, Memory::device));
        TRY_OK(m_device.upload(*m_classWeightBuffer, 0, std::as_bytes(std::span(m_options.classWeights))));
        m_classWeights = matrix(*m_classWeightBuffer, 0, 1, classes);
    }
    if (m_options.shared) TRY_OK(allocateShared());
    return allocateBatch();
}

Status Replica::allocateBatch() {
    const std::int64_t batch = m_plan.request.batch, pixelBytes = batch * m_plan.request.input.size();
    const std::int64_t labels = aligned(sizeof(StepScalars)), samples = labels + aligned(batch * 4),
                       others = samples + aligned(batch * 4),
                       shares = others + (m_options.mixedLabels ? aligned(batch * 4) : 0),
                       pixels = shares + (m_options.mixedLabels ? aligned(batch * 4) : 0);
    // One word more than the pixels: the last pixels of an odd size are read as whole words.
    const std::int64_t batchBytes = aligned(pixels + pixelBytes + 4);
    TRY(m_batch, m_device.allocate(batchBytes, Memory::device));
    const std::int64_t resultBytes = aligned(2 * roundUp4(batch) * 4), scalarBytes = aligned(sizeof(StepScalars));
    const std::int64_t statisticBytes = m_options.shared ? m_plan.statisticFloats() * 4 : 0;
    TRY(m_results, m_device.allocate(resultBytes, Memory::device));
    const std::int64_t answerBytes = batch * roundUp4(m_plan.layers.back().output.size()) * 4;
    TRY(m_answers, m_device.allocate(answerBytes, Memory::device));
    TRY(m_probabilities, m_device.allocate(answerBytes, Memory::download));
    for (Slot& slot : m_slots) {
        TRY(slot.upload, m_device.allocate(batchBytes, Memory::upload));
        TRY(slot.results, m_device.allocate(resultBytes + scalarBytes + statisticBytes, Memory::download));
    }
    m_scalars = wordRow(m_batch.get(), 0, stepScalarColumns);
    m_scalarsBack = wordRow(nullptr, resultBytes, stepScalarColumns);
    m_statisticsBack = wordRow(nullptr, resultBytes + scalarBytes, statisticBytes / 4);
    m_labels = wordRow(m_batch.get(), labels, batch);
    m_sampleIndices = wordRow(m_batch.get(), samples, batch);
    if (m_options.mixedLabels) {
        m_otherLabels = wordRow(m_batch.get(), others, batch);
        m_labelShare = wordRow(m_batch.get(), shares, batch);
    }
    m_pixels = {m_batch.get(), pixels, 1, pixelBytes + 4, pixelBytes + 4, ElementType::uint8};
    m_wholeBatch = wordRow(m_batch.get(), 0, batchBytes / 4);
    return {};
}

void Replica::fillSlot(Slot& slot, const Batch& batch, const StepScalars& scalars) {
    std::byte* memory = slot.upload->mapped();
    const auto put = [&](const Tensor& to, const void* from, std::size_t bytes) {
        std::memcpy(memory + to.offsetBytes, from, bytes);
    };
    put(m_scalars, &scalars, sizeof scalars);
    put(m_labels, batch.labels.data(), batch.labels.size() * 4);
    put(m_sampleIndices, batch.sampleIndices.data(), batch.sampleIndices.size() * 4);
    put(m_pixels, batch.pixels.data(), batch.pixels.size());
    if (!m_options.mixedLabels) return;
    // A batch that is not mixed is its own first label, whole.
    const std::vector<float> whole(batch.otherLabels.empty() ? batch.labels.size() : 0, 1.0f);
    const auto& others = batch.otherLabels.empty() ? batch.labels : batch.otherLabels;
    const auto& shares = batch.otherLabels.empty() ? whole : batch.labelShare;
    put(m_otherLabels, others.data(), others.size() * 4);
    put(m_labelShare, shares.data(), shares.size() * 4);
}

/// The next slot, with a batch in it.
Replica::Slot& Replica::fillNext(const Batch& batch, const StepScalars& scalars) {
    assert(underway() < slotCount && batch.rows == m_plan.request.batch);
    assert(static_cast<std::int64_t>(batch.pixels.size()) == batch.rows * m_plan.request.input.size());
    Slot& slot = m_slots[m_submitted % slotCount];
    fillSlot(slot, batch, scalars);
    slot.labels = batch.labels;
    slot.count = batch.count;
    slot.updates = false;
    return slot;
}

Status Replica::start(const Batch& batch, const StepScalars& scalars, std::span<const Recording* const> work,
                      bool updates) {
    Slot& slot = fillNext(batch, scalars);
    slot.updates = updates;
    std::vector<const Recording*> list{slot.uploading.get()};
    list.insert(list.end(), work.begin(), work.end());
    list.push_back(slot.downloading.get());
    TRY(slot.ticket, m_device.submit(list));
    ++m_submitted;
    return {};
}

/// What the update reads.
void Replica::fillForUpdate(StepScalars& scalars, std::int64_t step) const {
    scalars.inverseLossScale = 1 / m_groupScale;
    const auto own = m_optimizer.type->scalars(m_optimizer.params, step);
    std::copy(own.begin(), own.end(), scalars.optimizer);
}

Status Replica::train(const Batch& batch, StepScalars scalars, std::int64_t step, const StepPlace& place) {
    const std::int64_t count = place.groupCount > 0 ? place.groupCount : batch.listed;
    if (m_plan.request.mixed() && place.first) {
        const bool updateIsUnderway = underway() > 0 && m_slots[m_collected % slotCount].updates;
        m_groupScale = m_lossScale.next(!updateIsUnderway);
    }
    scalars.inverseCount = count > 0 ? m_groupScale / static_cast<float>(count) : 0.0f;
    fillForUpdate(scalars, step);
    if (m_options.shared && place.last) return startByBuckets(batch, scalars, !place.first);
    std::vector<const Recording*> work{m_forward.get()};
    for (const auto& part : place.first ? m_backward : m_backwardMore) work.push_back(part.get());
    const bool updates = place.last && !m_options.shared;
    if (updates) work.push_back(m_update.get());
    return start(batch, scalars, work, updates);
}

Status Replica::evaluate(const Batch& batch) {
    const Recording* work[] = {m_forwardOnly.get(), m_loss.get()};
    return start(batch, {}, work);
}

Result<StepResult> Replica::collect() {
    assert(underway() > 0);
    Slot& slot = m_slots[m_collected % slotCount];
    TRY_OK(m_device.wait(slot.ticket));
    ++m_collected;
    const auto batch = static_cast<std::size_t>(m_plan.request.batch);
    const auto* loss = reinterpret_cast<const float*>(slot.results->mapped());
    const float* answer = loss + roundUp4(m_plan.request.batch);
    StepResult result;
    result.count = slot.count;
    if (m_plan.request.mixed() && slot.updates) {
        StepScalars scalars;
        std::memcpy(&scalars, slot.results->mapped() + m_scalarsBack.offsetBytes, sizeof scalars);
        m_lossScale.observe(scalars.skip != 0);
    }
    if (m_options.shared && m_statisticsBack.columns > 0)
        std::memcpy(m_statistics.data(), slot.results->mapped() + m_statisticsBack.offsetBytes,
                    m_statistics.size() * 4);
    m_expected.swap(slot.labels);
    m_found.resize(batch);
    for (std::size_t i = 0; i < batch; ++i) {
        result.lossSum += loss[i];
        // A network that gives no numbers answers none of the classes.
        m_found[i] = answer[i] >= 0 && answer[i] < static_cast<float>(m_plan.layers.back().output.size())
                         ? static_cast<std::uint32_t>(answer[i])
                         : ignoredLabel;
        result.correct += m_expected[i] != ignoredLabel && m_found[i] == m_expected[i] ? 1 : 0;
    }
    return result;
}

Result<std::vector<float>> Replica::probabilities(const Batch& batch) {
    assert(underway() == 0);
    const Recording* work[] = {m_forwardOnly.get(), m_answer.get()};
    TRY_OK(start(batch, {}, work));
    TRY_OK(collect());
    const std::int64_t classes = m_plan.layers.back().output.size();
    const auto* values = reinterpret_cast<const float*>(m_probabilities->mapped());
    std::vector<float> rows;
    rows.reserve(static_cast<std::size_t>(batch.rows * classes));
    for (std::int64_t i = 0; i < batch.rows; ++i)
        rows.insert(rows.end(), values + i * roundUp4(classes), values + i * roundUp4(classes) + classes);
    return rows;
}

Result<std::vector<float>> Replica::readArena(Buffer& buffer) {
    std::vector<float> arena(static_cast<std::size_t>(buffer.sizeBytes() / 4));
    TRY_OK(m_device.download(buffer, 0, std::as_writable_bytes(std::span(arena))));
    return arena;
}

Status Replica::writeArena(Buffer& buffer, std::span<const float> arena) {
    assert(static_cast<std::int64_t>(arena.size()) * 4 == buffer.sizeBytes());
    return m_device.upload(buffer, 0, std::as_bytes(arena));
}

Result<std::vector<float>> Replica::readWeights() {
    return readArena(*m_weights);
}

Status Replica::writeWeights(std::span<const float> arena) {
    if (m_average) TRY_OK(writeArena(*m_average, arena));
    if (m_options.shared && m_plan.statisticFloats() > 0) {
        m_kept.assign(arena.begin() + m_plan.learntFloats, arena.end());
        m_statistics = m_kept;
        TRY_OK(writeArena(*m_shared.kept, m_kept));
    }
    return writeArena(*m_weights, arena);
}

Result<std::vector<float>> Replica::readAverage() {
    return readArena(*m_average);
}

Status Replica::writeAverage(std::span<const float> arena) {
    return writeArena(*m_average, arena);
}

Result<std::vector<float>> Replica::readState(int index) {
    return readArena(*m_state[static_cast<std::size_t>(index)]);
}

Status Replica::writeState(int index, std::span<const float> arena) {
    return writeArena(*m_state[static_cast<std::size_t>(index)], arena);
}

Status Replica::takeOver(Replica& other) {
    TRY(const auto weights, other.readWeights());
    TRY_OK(writeWeights(weights));
    if (m_average) {
        TRY(const auto average, other.readAverage());
        TRY_OK(writeAverage(average));
    }
    for (int i = 0; i < static_cast<int>(m_state.size()); ++i) {
        TRY(const auto state, other.readState(i));
        TRY_OK(writeState(i, state));
    }
    m_lossScale = other.m_lossScale;
    return {};
}

Result<std::vector<float>> Replica::readGradients() {
    return readArena(*m_gradients);
}

}  // namespace lemnos
