// Replica's recordings: the network written down once, in ops.
#include <algorithm>

#include "compute/ops/activate_grad.h"
#include "compute/ops/clip_norm.h"
#include "compute/ops/clip_value.h"
#include "compute/ops/copy.h"
#include "compute/ops/ema.h"
#include "compute/ops/max_norm.h"
#include "compute/ops/softmax_cross_entropy.h"
#include "compute/ops/unpack_pixels.h"
#include "compute/ops/unscale.h"
#include "model/graph/replica.h"

namespace lemnos {
namespace {

using Kind = PlanStep::Kind;

/// The same stretch of another buffer.
Tensor in(Buffer& buffer, Tensor tensor) {
    tensor.buffer = &buffer;
    return tensor;
}

/// Part of an arena as one row.
Tensor stretch(const std::unique_ptr<Buffer>& buffer, std::int64_t offset, std::int64_t floats) {
    return matrix(*buffer, offset * 4, 1, floats);
}

}  // namespace

Tensor Replica::activations(Place place, std::int64_t rows, std::int64_t columns, ElementType type) const {
    if (!place) return {};
    return matrix(*m_activations, place.offset * 4, rows, columns, type);
}

Tensor Replica::valueOf(int layer, bool backward) const {
    const LayerPlan& l = m_plan.layers[static_cast<std::size_t>(layer)];
    const Place place = backward && l.again ? l.again : l.value;
    const ElementType type = m_plan.request.values;
    if (l.flat) return activations(place, m_plan.request.batch, l.output.size(), type);
    return activations(place, m_plan.request.batch * l.output.rows(), l.output.columns(), type);
}

Tensor Replica::gradientOf(int layer) const {
    const LayerPlan& l = m_plan.layers[static_cast<std::size_t>(layer)];
    return activations(l.gradient, m_plan.request.batch * l.output.rows(), l.output.columns(), m_plan.request.values);
}

LayerRecording Replica::layerRecording(Recorder& recorder, int index, Pass pass, bool backward) const {
    const LayerPlan& p = m_plan.layers[static_cast<std::size_t>(index)];
    LayerRecording r{.params = p.spec.params,
                     .recorder = recorder,
                     .step = {m_scalars, m_sampleIndices},
                     .layerIndex = static_cast<std::uint32_t>(index),
                     .batch = m_plan.request.batch,
                     .pass = pass,
                     .inputShapes = p.inputShapes,
                     .outputShape = p.output,
                     .activation = p.activation,
                     .accumulate = p.accumulate};
    const bool late = backward || pass == Pass::again;
    for (std::size_t k = 0; k < p.inputs.size(); ++k) {
        r.inputs.push_back(valueOf(p.inputs[k], late));
        const bool passes = backward && p.gradientPasses[k];
        r.inputGradients.push_back(backward && !passes ? gradientOf(p.inputs[k]) : Tensor{});
    }
    r.output = valueOf(index, late);
    r.outputGradient = backward ? gradientOf(index) : Tensor{};
    const auto work = [&](const std::vector<WorkShape>& shapes, const std::vector<Place>& places) {
        std::vector<Tensor> tensors;
        for (std::size_t k = 0; k < places.size(); ++k)
            tensors.push_back(activations(places[k], shapes[k].rows * (shapes[k].perSample ? r.batch : 1),
                                          shapes[k].columns,
                                          shapes[k].statistic ? ElementType::float32 : m_plan.request.values));
        return tensors;
    };
    if (pass == Pass::inference)
        r.saved.resize(p.savedShapes.size());
    else
        r.saved = work(p.savedShapes, p.saved);
    r.scratch = work(p.scratchShapes, backward ? p.gradScratch : p.scratch);
    const auto& weights = pass == Pass::inference && m_average ? m_average : m_weights;
    for (const WeightPlan& weight : p.weights) {
        const auto part = [&](const std::unique_ptr<Buffer>& buffer) {
            return matrix(*buffer, weight.offset * 4, weight.shape.rows, weight.shape.columns);
        };
        r.weights.push_back(part(weights));
        r.weightGradients.push_back(backward && weight.learns ? part(m_gradients) : Tensor{});
    }
    return r;
}

/// From bytes to the logits: everything but the softmax at the end, which the loss or the answer takes over.
void Replica::recordForward(Recorder& recorder, const InputScaling& scaling, bool training) {
    UnpackPixels unpack{m_pixels, valueOf(0), static_cast<int>(scaling.mean.size()), {}, {}};
    std::copy(scaling.mean.begin(), scaling.mean.end(), unpack.mean);
    std::copy(scaling.deviation.begin(), scaling.deviation.end(), unpack.deviation);
    recorder.add(unpack);
    for (const PlanStep& step : m_plan.steps) {
        if (step.kind != Kind::forward) continue;
        LayerRecording r = layerRecording(recorder, step.layer, training ? Pass::training : Pass::inference, false);
        m_plan.layers[static_cast<std::size_t>(step.layer)].type->forward(r);
    }
}

/// Softmax and cross-entropy in one, from the logits; in training as the options ask, and with their gradient.
void Replica::recordLoss(Recorder& recorder, bool training) {
    SoftmaxCrossEntropy loss{.logits = valueOf(m_plan.scores()),
                             .labels = m_labels,
                             .scalars = m_scalars,
                             .results = matrix(*m_results, 0, 2, m_plan.request.batch)};
    if (training) {
        loss.dLogits = gradientOf(m_plan.scores());
        loss.otherLabels = m_otherLabels;
        loss.labelShare = m_labelShare;
        loss.classWeights = m_classWeights;
        loss.smoothing = static_cast<float>(m_options.labelSmoothing);
        loss.focal = static_cast<float>(m_options.focal);
    }
    recorder.add(loss);
}

/// A recording for each bucket.
Status Replica::recordBackward(Recorder& recorder, bool accumulate, std::vector<std::unique_ptr<Recording>>& parts) {
    for (const PlanStep& step : m_plan.steps) {
        const LayerPlan& p = m_plan.layers[static_cast<std::size_t>(step.layer)];
        if (step.kind == Kind::again) {
            LayerRecording r = layerRecording(recorder, step.layer, Pass::again, false);
            p.type->forward(r);
        }
        if (step.kind != Kind::backward) continue;
        LayerRecording r = layerRecording(recorder, step.layer, Pass::training, true);
        r.accumulateWeights = accumulate;
        if (p.activation && !p.type->fusesActivationGradient)
            recorder.add(ActivateGrad{r.output, r.outputGradient, r.outputGradient, p.activation});
        p.type->backward(r);
        if (parts.size() + 1 < m_buckets.size() && step.layer == m_buckets[parts.size()].lastLayer) {
            TRY(auto part, recorder.finish());
            parts.push_back(std::move(part));
        }
    }
    TRY(auto part, recorder.finish());
    parts.push_back(std::move(part));
    return {};
}

Status Replica::recordNetwork(const InputScaling& scaling) {
    const auto recorder = m_device.record();
    recordForward(*recorder, scaling, false);
    TRY(m_forwardOnly, recorder->finish());

    recordLoss(*recorder, false);
    TRY(m_loss, recorder->finish());

    const int last = static_cast<int>(m_plan.layers.size()) - 1;
    LayerRecording answer = layerRecording(*recorder, last, Pass::inference, false);
    answer.output = matrix(*m_answers, 0, answer.output.rows, answer.output.columns);
    m_plan.layers.back().type->forward(answer);
    recorder->add(Copy{answer.output, in(*m_probabilities, answer.output)});
    TRY(m_answer, recorder->finish());
    if (!m_optimizer.type) return {};

    recordForward(*recorder, scaling, true);
    recordLoss(*recorder, true);
    TRY(m_forward, recorder->finish());

    TRY_OK(recordBackward(*recorder, false, m_backward));
    if (m_options.accumulate > 1 || m_options.shared) TRY_OK(recordBackward(*recorder, true, m_backwardMore));
    return recordUpdate();
}

Status Replica::recordUpdate() {
    const auto recorder = m_device.record();
    const Tensor gradients = stretch(m_gradients, 0, m_plan.learntFloats);
    if (m_plan.request.mixed()) recorder->add(Unscale{gradients, m_scalars});
    if (m_options.clipValue > 0) recorder->add(ClipValue{gradients, m_options.clipValue});
    if (m_options.clipNorm > 0) recorder->add(ClipNorm{gradients, m_options.clipNorm});

    const double decay = realParam(m_optimizer.params, "weight_decay");
    const auto update = [&](const ParameterGroup& group, std::int64_t offset, std::int64_t floats) {
        OptimizerRecording r{m_optimizer.params,
                             *recorder,
                             stretch(m_weights, offset, floats),
                             stretch(m_gradients, offset, floats),
                             {},
                             m_scalars,
                             group.rateFactor,
                             (group.decays ? decay : 0) + group.l2};
        for (const auto& state : m_state) r.state.push_back(stretch(state, offset, floats));
        m_optimizer.type->update(r);
    };
    for (const ParameterGroup& group : m_plan.groups) {
        if (!group.learns) continue;
        if (!m_optimizer.type->perWeight) {
            update(group, group.offset, group.floats);
            continue;
        }
        for (const LayerPlan& layer : m_plan.layers) {
            for (const WeightPlan& weight : layer.weights) {
                if (weight.learns && weight.offset >= group.offset && weight.offset < group.offset + group.floats)
                    update(group, weight.offset, weight.floats());
            }
        }
    }
    for (const LayerPlan& layer : m_plan.layers) {
        const double limit = layer.type->learns ? realParam(layer.spec.params, "max_norm") : 0;
        for (const WeightPlan& weight : layer.weights) {
            if (limit > 0 && weight.learns && weight.shape.role == WeightRole::weight)
                recorder->add(
                    MaxNorm{matrix(*m_weights, weight.offset * 4, weight.shape.rows, weight.shape.columns), limit});
        }
    }
    if (m_average)
        recorder->add(Ema{stretch(m_weights, 0, m_plan.parameterFloats), stretch(m_average, 0, m_plan.parameterFloats),
                          m_options.ema});
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
        if (m_plan.request.mixed()) recorder->add(Copy{m_scalars, in(*slot.results, m_scalarsBack)});
        if (m_statisticsBack.columns > 0) {
            Tensor statistics = in(*m_weights, m_statisticsBack);
            statistics.offsetBytes = m_plan.learntFloats * 4;
            recorder->add(Copy{statistics, in(*slot.results, m_statisticsBack)});
            Tensor kept = in(*m_shared.kept, m_statisticsBack);
            kept.offsetBytes = 0;
            recorder->add(Copy{kept, statistics});
        }
        TRY(slot.downloading, recorder->finish());
    }
    return {};
}

Status Replica::record(const InputScaling& scaling) {
    TRY_OK(recordSlots());
    if (m_options.shared) TRY_OK(recordShared());
    return recordNetwork(scaling);
}

}  // namespace lemnos
