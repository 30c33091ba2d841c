// Replica's recordings: the network written down once, in ops.
#include <algorithm>

#include "compute/ops/copy.h"
#include "compute/ops/softmax_cross_entropy.h"
#include "compute/ops/unpack_pixels.h"
#include "model/graph/replica.h"

namespace lemnos {
namespace {

/// The same stretch of another buffer.
Tensor in(Buffer& buffer, Tensor tensor) {
    tensor.buffer = &buffer;
    return tensor;
}

}  // namespace

Tensor Replica::valueOf(std::size_t layer) const {
    const LayerPlan& p = m_plan.layers[layer];
    return matrix(*m_activations, p.outputOffset * 4, m_plan.request.batch * p.output.rows(), p.output.columns());
}

Tensor Replica::gradientOf(std::size_t layer) const {
    const LayerPlan& p = m_plan.layers[layer];
    if (p.gradientOffset < 0) return {};
    return matrix(*m_activations, p.gradientOffset * 4, m_plan.request.batch * p.output.rows(), p.output.columns());
}

Tensor Replica::parameterArena(const std::unique_ptr<Buffer>& buffer) const {
    return matrix(*buffer, 0, 1, m_plan.parameterFloats);
}

LayerRecording Replica::layerRecording(Recorder& recorder, std::size_t index, bool training) const {
    const LayerPlan& p = m_plan.layers[index];
    LayerRecording r{.params = p.spec.params,
                     .recorder = recorder,
                     .step = {m_scalars, m_sampleIndices},
                     .layerIndex = static_cast<std::uint32_t>(index),
                     .batch = m_plan.request.batch,
                     .pass = training ? Pass::training : Pass::inference,
                     .inputShapes = p.inputShapes,
                     .outputShape = p.output};
    r.accumulate.assign(p.inputs.size(), false);
    for (const int i : p.inputs) {
        r.inputs.push_back(valueOf(static_cast<std::size_t>(i)));
        r.inputGradients.push_back(gradientOf(static_cast<std::size_t>(i)));
    }
    r.output = valueOf(index);
    r.outputGradient = gradientOf(index);
    for (const WeightPlan& weight : p.weights) {
        r.weights.push_back(matrix(*m_weights, weight.offset * 4, weight.shape.rows, weight.shape.columns));
        if (m_gradients)
            r.weightGradients.push_back(
                matrix(*m_gradients, weight.offset * 4, weight.shape.rows, weight.shape.columns));
    }
    return r;
}

/// From bytes to the logits: everything but the softmax at the end, which the loss or the answer takes over.
void Replica::recordForward(Recorder& recorder, const InputScaling& scaling, bool training) {
    UnpackPixels unpack{m_pixels, valueOf(0), static_cast<int>(scaling.mean.size()), {}, {}};
    std::copy(scaling.mean.begin(), scaling.mean.end(), unpack.mean);
    std::copy(scaling.deviation.begin(), scaling.deviation.end(), unpack.deviation);
    recorder.add(unpack);
    for (std::size_t i = 1; i + 1 < m_plan.layers.size(); ++i) {
        if (m_plan.layers[i].type->aliasesInput) continue;
        LayerRecording r = layerRecording(recorder, i, training);
        m_plan.layers[i].type->forward(r);
    }
}

/// Softmax and cross-entropy in one, from the logits; in training also their gradient.
void Replica::recordLoss(Recorder& recorder, bool training) {
    const auto logits = static_cast<std::size_t>(m_plan.layers.back().inputs[0]);
    recorder.add(SoftmaxCrossEntropy{.logits = valueOf(logits),
                                     .labels = m_labels,
                                     .scalars = m_scalars,
                                     .results = matrix(*m_results, 0, 2, m_plan.request.batch),
                                     .dLogits = training ? gradientOf(logits) : Tensor{}});
}

void Replica::recordBackward(Recorder& recorder) {
    for (std::size_t i = m_plan.layers.size() - 1; i-- > 1;) {
        const LayerPlan& p = m_plan.layers[i];
        if (p.gradientOffset < 0 || p.type->aliasesInput) continue;
        LayerRecording r = layerRecording(recorder, i, true);
        p.type->backward(r);
    }
}

Status Replica::recordNetwork(const InputScaling& scaling) {
    const auto recorder = m_device.record();
    recordForward(*recorder, scaling, false);
    TRY(m_forwardOnly, recorder->finish());

    recordLoss(*recorder, false);
    TRY(m_loss, recorder->finish());

    const std::size_t last = m_plan.layers.size() - 1;
    LayerRecording answer = layerRecording(*recorder, last, false);
    m_plan.layers[last].type->forward(answer);
    recorder->add(Copy{answer.output, matrix(*m_probabilities, 0, answer.output.rows, answer.output.columns)});
    TRY(m_answer, recorder->finish());
    if (!m_optimizer.type) return {};

    recordForward(*recorder, scaling, true);
    recordLoss(*recorder, true);
    TRY(m_forward, recorder->finish());

    recordBackward(*recorder);
    TRY(m_backward, recorder->finish());
    return recordUpdate();
}

Status Replica::recordUpdate() {
    const auto recorder = m_device.record();
    OptimizerRecording r{m_optimizer.params,          *recorder, parameterArena(m_weights),
                         parameterArena(m_gradients), {},        m_scalars};
    for (const auto& state : m_state) r.state.push_back(parameterArena(state));
    m_optimizer.type->update(r);
    TRY(m_update, recorder->finish());
    return {};
}

Status Replica::recordSlots() {
    const auto recorder = m_device.record();
    for (Slot& slot : m_slots) {
        recorder->add(Copy{in(*slot.upload, m_wholeBatch), m_wholeBatch});
        TRY(slot.uploading, recorder->finish());
        const Tensor results = matrix(*m_results, 0, 2, m_plan.request.batch);
        recorder->add(Copy{results, in(*slot.results, results)});
        TRY(slot.downloading, recorder->finish());
    }
    return {};
}

Status Replica::record(const InputScaling& scaling) {
    TRY_OK(recordSlots());
    return recordNetwork(scaling);
}

}  // namespace lemnos
