// Layers that set random parts of their input to zero while training, scaled so that the mean stays, and pass
// everything on afterwards.
#pragma once

#include "compute/ops/copy.h"
#include "compute/ops/dropout.h"
#include "compute/random.h"
#include "model/layers/layer.h"

namespace lemnos::layers {

/// What one of them has of its own.
struct DropoutTexts {
    std::string_view name, label, summary;
    Param rate;
    std::string (*pytorch)(LayerPython&) = nullptr;
    std::string (*keras)(LayerPython&) = nullptr;
};

template <DropoutUnit unit>
Dropout dropoutOp(const LayerRecording& r, const Tensor& x, const Tensor& y, bool accumulate) {
    return {.x = x,
            .y = y,
            .rate = realParam(r.params, "rate"),
            .layer = r.layerIndex,
            .scalars = r.step.scalars,
            .sampleIndices = r.step.sampleIndices,
            .rowsPerSample = x.rows / r.batch,
            .unit = unit,
            .accumulate = accumulate};
}

template <DropoutUnit unit>
void dropoutReference(const LayerReference& r) {
    const double rate = r.training ? realParam(r.params, "rate") : 0;
    const std::int64_t rows = r.outputShape.rows(), columns = r.outputShape.columns();
    for (std::int64_t n = 0; n < r.batch; ++n) {
        for (std::int64_t i = 0; i < rows; ++i) {
            for (std::int64_t j = 0; j < columns; ++j) {
                // Four neighbouring columns share a draw, and rows begin with a new one.
                const std::int64_t element = unit == DropoutUnit::element   ? i * roundUp4(columns) + j
                                             : unit == DropoutUnit::channel ? j
                                                                            : 0;
                const auto bits = philox(r.seed, r.epoch, r.sampleIndices[static_cast<std::size_t>(n)], r.layerIndex,
                                         static_cast<std::uint32_t>(element / 4));
                const bool keep = rate == 0 || bits[static_cast<std::size_t>(element % 4)] >= dropoutThreshold(rate);
                const auto at = static_cast<std::size_t>((n * rows + i) * columns + j);
                r.output[at] = keep ? r.inputs[0][at] / (1 - rate) : 0;
            }
        }
    }
}

/// The descriptor of the layer that drops whole `unit`s.
template <DropoutUnit unit>
LayerType dropoutLayer(DropoutTexts texts) {
    return {
        .name = texts.name,
        .label = texts.label,
        .group = LEMNOS_TEXT("Regularisation"),
        .summary = texts.summary,
        .params = {std::move(texts.rate)},
        .backwardReadsInputs = false,
        .backwardReadsOutput = false,
        .cheap = true,
        .shapes = [](const LayerInput& in) -> Result<LayerShapes> { return LayerShapes{in.inputs[0]}; },
        .forward =
            [](LayerRecording& r) {
                if (r.pass == Pass::inference)
                    r.recorder.add(Copy{r.inputs[0], r.output});
                else
                    r.recorder.add(dropoutOp<unit>(r, r.inputs[0], r.output, false));
            },
        .backward =
            [](LayerRecording& r) {
                if (r.inputGradients[0])
                    r.recorder.add(dropoutOp<unit>(r, r.outputGradient, r.inputGradients[0], r.accumulate[0]));
            },
        .reference = dropoutReference<unit>,
        .multiplyAdds = [](const LayerInput&, const LayerShapes& out) -> std::int64_t { return out.output.size(); },
        // In a finished network it passes everything on.
        .onnx = [](LayerOnnx& o) { return o.inputs[0]; },
        .pytorch = texts.pytorch,
        .keras = texts.keras,
        .examples = {{{{64}}, {{"rate", 0.25}}, 5},
                     {{{7}}, {{"rate", 0.5}}, 3},
                     {{{9}}, {{"rate", 0.0}}, 2},
                     {{{1}}, {{"rate", 0.5}}, 1},
                     {{{3, 5, 3}}, {{"rate", 0.9}}, 4},
                     {{{5, 6}}, {{"rate", 0.5}}, 4}},
    };
}

inline std::string ratePython(const LayerPython& c) {
    return pythonNumber(realParam(c.params, "rate"));
}

/// The setting of all of them.
inline Param rateParam(std::string help, double defaultValue) {
    return {.key = "rate",
            .label = LEMNOS_TEXT("Rate"),
            .help = std::move(help),
            .defaultValue = defaultValue,
            .minimum = 0,
            .maximum = 0.95};
}

}  // namespace lemnos::layers
