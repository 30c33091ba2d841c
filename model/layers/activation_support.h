// Layers that apply one function to every element.
#pragma once

#include <algorithm>

#include "compute/ops/activate.h"
#include "compute/ops/activate_grad.h"
#include "compute/reference/activation.h"
#include "model/layers/layer.h"

namespace lemnos::layers {

/// What one activation layer has of its own.
struct ActivationTexts {
    std::string_view name, label, summary;
    std::vector<Param> params{};  ///< with "alpha" for the kinds that have one
    std::string (*onnx)(LayerOnnx&) = nullptr;
    std::string (*pytorch)(LayerPython&) = nullptr;
    std::string (*keras)(LayerPython&) = nullptr;
    std::vector<LayerExample> moreExamples{};
};

/// The setting of leakyRelu and elu.
inline Param alphaParam(std::string label, std::string help, double defaultValue) {
    return {.key = "alpha",
            .label = std::move(label),
            .help = std::move(help),
            .defaultValue = defaultValue,
            .minimum = 0,
            .maximum = 10};
}

template <ActivationKind kind>
Activation activationOf(const ParamMap& params) {
    return {kind, params.contains("alpha") ? static_cast<float>(realParam(params, "alpha")) : 0};
}

/// The descriptor of the layer that applies `kind`.
template <ActivationKind kind>
LayerType activationLayer(ActivationTexts texts) {
    constexpr bool fromResult = gradientFromResult(kind);
    std::vector<LayerExample> examples = {{{{8}}}, {{{1}}, {}, 1}, {{{37}}}, {{{3, 5, 7}}}, {{{6, 10}}, {}, 2}};
    examples.insert(examples.end(), texts.moreExamples.begin(), texts.moreExamples.end());
    return {
        .name = texts.name,
        .label = texts.label,
        .group = LEMNOS_TEXT("Activation"),
        .summary = texts.summary,
        .params = std::move(texts.params),
        .backwardReadsInputs = !fromResult,
        .backwardReadsOutput = fromResult,
        .activation = fromResult ? activationOf<kind> : nullptr,
        .cheap = true,
        .shapes = [](const LayerInput& in) -> Result<LayerShapes> { return LayerShapes{in.inputs[0]}; },
        .forward =
            [](LayerRecording& r) {
                r.recorder.add(Activate{r.inputs[0], r.output, activationOf<kind>(r.params)});
            },
        .backward =
            [](LayerRecording& r) {
                if (r.inputGradients[0])
                    r.recorder.add(ActivateGrad{fromResult ? r.output : r.inputs[0], r.outputGradient,
                                                r.inputGradients[0], activationOf<kind>(r.params), r.accumulate[0]});
            },
        .reference =
            [](const LayerReference& r) {
                const Activation activation = activationOf<kind>(r.params);
                std::transform(r.inputs[0].begin(), r.inputs[0].end(), r.output.begin(),
                               [&](double x) { return lemnos::activate(activation, x); });
            },
        .multiplyAdds = [](const LayerInput&, const LayerShapes& out) -> std::int64_t { return out.output.size(); },
        .onnx = texts.onnx,
        .pytorch = texts.pytorch,
        .keras = texts.keras,
        .examples = std::move(examples),
    };
}

}  // namespace lemnos::layers
