// Sets random values to zero while training (Srivastava et al. 2014), scaled so that the mean stays; does nothing
// afterwards.
#include "compute/ops/dropout.h"

#include "compute/ops/copy.h"
#include "compute/random.h"
#include "model/layers/layer.h"

namespace lemnos::layers {
namespace {

Result<LayerShapes> shapes(const LayerInput& in) {
    return LayerShapes{in.inputs[0]};
}

void record(LayerRecording& r, const Tensor& x, const Tensor& y) {
    const double rate = realParam(r.params, "rate");
    if (r.pass != Pass::inference && rate > 0)
        r.recorder.add(Dropout{.x = x,
                               .y = y,
                               .rate = rate,
                               .layer = r.layerIndex,
                               .scalars = r.step.scalars,
                               .sampleIndices = r.step.sampleIndices,
                               .rowsPerSample = x.rows / r.batch});
    else
        r.recorder.add(Copy{x, y});
}

void forward(LayerRecording& r) {
    record(r, r.inputs[0], r.output);
}

void backward(LayerRecording& r) {
    if (r.inputGradients[0]) record(r, r.outputGradient, r.inputGradients[0]);
}

void reference(const LayerReference& r) {
    const double rate = r.training ? realParam(r.params, "rate") : 0;
    const std::int64_t n = r.outputShape.size();
    for (std::int64_t i = 0; i < r.batch; ++i) {
        for (std::int64_t j = 0; j < n; ++j) {
            const auto bits =
                philox(r.seed, r.epoch, r.sampleIndices[i], r.layerIndex, static_cast<std::uint32_t>(j / 4));
            const bool keep = rate == 0 || bits[j % 4] >= dropoutThreshold(rate);
            r.output[i * n + j] = keep ? r.inputs[0][i * n + j] / (1 - rate) : 0;
        }
    }
}

std::int64_t multiplyAdds(const LayerInput&, const LayerShapes& out) {
    return out.output.size();
}

// In a finished network it passes everything on.
std::string onnx(LayerOnnx& o) {
    return o.inputs[0];
}

}  // namespace

extern const LayerType dropout{
    .name = "dropout",
    .label = LEMNOS_TEXT("Dropout"),
    .group = LEMNOS_TEXT("Core"),
    .summary =
        LEMNOS_TEXT("Sets random values to zero while training, so that the network does not rely on single ones."),
    .params = {{.key = "rate",
                .label = LEMNOS_TEXT("Rate"),
                .help = LEMNOS_TEXT(
                    "Share of the values that are set to zero; more guards better against learning by heart, "
                    "and learns slower."),
                .defaultValue = 0.25,
                .minimum = 0,
                .maximum = 0.95}},
    .backwardReadsInputs = false,
    .backwardReadsOutput = false,
    .cheap = true,
    .shapes = shapes,
    .forward = forward,
    .backward = backward,
    .reference = reference,
    .multiplyAdds = multiplyAdds,
    .onnx = onnx,
    .examples = {{{{64}}, {{"rate", 0.25}}, 5},
                 {{{7}}, {{"rate", 0.5}}, 3},
                 {{{9}}, {{"rate", 0.0}}, 2},
                 {{{3, 5, 3}}, {{"rate", 0.9}}, 4}},
};

}  // namespace lemnos::layers
