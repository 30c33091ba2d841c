// Every output is a weighted sum of all inputs: y = x W + b.
#include "compute/ops/column_sum.h"
#include "compute/ops/gemm.h"
#include "model/layers/layer.h"

namespace lemnos::layers {
namespace {

std::int64_t unitsOf(const LayerInput& in) {
    const std::int64_t units = intParam(in.params, "units");
    return units == 0 ? in.classes : units;
}

Result<LayerShapes> shapes(const LayerInput& in) {
    if (in.inputs[0].rank() != 1)
        return Error{"needs a list of numbers but gets " + in.inputs[0].toString() + "; put a flatten layer before it"};
    const std::int64_t units = unitsOf(in);
    if (units < 1)
        return Error{"has as many units as there are classes, but the data is not known yet; choose the data first"};
    const std::int64_t inputs = in.inputs[0].size();
    return LayerShapes{Shape{units},
                       {{"weight", inputs, units, Initialiser::glorotUniform, {inputs, units}},
                        {"bias", 1, units, Initialiser::zero, {units}}}};
}

void forward(LayerRecording& r) {
    r.recorder.add(Gemm{.a = r.inputs[0], .b = r.weights[0], .c = r.output, .bias = r.weights[1]});
}

void backward(LayerRecording& r) {
    r.recorder.add(Gemm{.a = r.inputs[0], .b = r.outputGradient, .c = r.weightGradients[0], .transposeA = true});
    r.recorder.add(ColumnSum{r.outputGradient, r.weightGradients[1]});
    if (r.inputGradients[0])
        r.recorder.add(Gemm{.a = r.outputGradient, .b = r.weights[0], .c = r.inputGradients[0], .transposeB = true});
}

void reference(const LayerReference& r) {
    const std::int64_t inputs = r.inputShapes[0].size(), units = r.outputShape.size();
    for (std::int64_t i = 0; i < r.batch; ++i) {
        for (std::int64_t j = 0; j < units; ++j) {
            double sum = r.weights[1][j];
            for (std::int64_t k = 0; k < inputs; ++k) sum += r.inputs[0][i * inputs + k] * r.weights[0][k * units + j];
            r.output[i * units + j] = sum;
        }
    }
}

std::int64_t multiplyAdds(const LayerInput& in, const LayerShapes& out) {
    return in.inputs[0].size() * out.output.size();
}

std::string onnx(LayerOnnx& o) {
    // Not Gemm: OpenCV 4.6 takes its second matrix as transposed, whatever the node says.
    return o.nodes.add("Add", {o.nodes.add("MatMul", {o.inputs[0], o.weights[0]}), o.weights[1]});
}

}  // namespace

extern const LayerType dense{
    .name = "dense",
    .label = LEMNOS_TEXT("Dense"),
    .group = LEMNOS_TEXT("Core"),
    .summary = LEMNOS_TEXT("Every output is a weighted sum of all inputs."),
    .params = {{.key = "units",
                .label = LEMNOS_TEXT("Units"),
                .help = LEMNOS_TEXT(
                    "Number of outputs; more can learn more, and takes more time and memory. 0 means one per class."),
                .defaultValue = std::int64_t{128},
                .minimum = 0,
                .maximum = 1048576}},
    .shapes = shapes,
    .forward = forward,
    .backward = backward,
    .reference = reference,
    .multiplyAdds = multiplyAdds,
    .onnx = onnx,
    .examples = {{{{8}}, {{"units", std::int64_t{8}}}, 4},
                 {{{1}}, {{"units", std::int64_t{1}}}, 1},
                 {{{17}}, {{"units", std::int64_t{5}}}, 3},
                 {{{33}}, {{"units", std::int64_t{70}}}, 37},
                 {{{130}}, {{"units", std::int64_t{0}}}, 2}},
};

}  // namespace lemnos::layers
