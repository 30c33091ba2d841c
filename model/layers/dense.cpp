// Every output is a weighted sum of all inputs: y = x W + b.
#include "compute/ops/column_sum.h"
#include "compute/ops/gemm.h"
#include "model/layers/layer.h"
#include "model/phrased_error.h"

namespace lemnos::layers {
namespace {

std::int64_t unitsOf(const LayerInput& in) {
    const std::int64_t units = intParam(in.params, "units");
    return units == 0 ? in.classes : units;
}

Result<LayerShapes> shapes(const LayerInput& in) {
    const Shape& input = in.inputs[0];
    if (input.rank() == 3)
        return phrasedError({LEMNOS_TEXT("needs a list of numbers but gets %1; put a flatten layer before it"),
                             {Phrase::name(input.toString())}});
    const std::int64_t units = unitsOf(in);
    if (units < 1)
        return Error{LEMNOS_TEXT(
            "has as many units as there are classes, but the data is not known yet; choose the data first")};
    const std::int64_t inputs = input.columns();
    LayerShapes out{input.rank() == 1 ? Shape{units} : Shape{input[0], units},
                    {{"weight", inputs, units, Initialiser::glorotUniform, {inputs, units}}}};
    if (boolParam(in.params, "bias"))
        out.weights.push_back({"bias", 1, units, Initialiser::zero, {units}, false, WeightRole::bias});
    return out;
}

void forward(LayerRecording& r) {
    r.recorder.add(Gemm{.a = r.inputs[0],
                        .b = r.weights[0],
                        .c = r.output,
                        .bias = r.weights.size() > 1 ? r.weights[1] : Tensor{},
                        .activation = r.activation});
}

void backward(LayerRecording& r) {
    if (r.weightGradients[0])
        r.recorder.add(Gemm{.a = r.inputs[0],
                            .b = r.outputGradient,
                            .c = r.weightGradients[0],
                            .transposeA = true,
                            .accumulate = r.accumulateWeights});
    if (r.weightGradients.size() > 1 && r.weightGradients[1])
        r.recorder.add(ColumnSum{r.outputGradient, r.weightGradients[1], r.accumulateWeights});
    if (r.inputGradients[0])
        r.recorder.add(Gemm{.a = r.outputGradient,
                            .b = r.weights[0],
                            .c = r.inputGradients[0],
                            .transposeB = true,
                            .accumulate = r.accumulate[0]});
}

void reference(const LayerReference& r) {
    const std::int64_t units = r.outputShape.columns(), rows = r.batch * r.inputShapes[0].rows();
    const std::int64_t inputs = r.inputShapes[0].columns();
    for (std::int64_t i = 0; i < rows; ++i) {
        for (std::int64_t j = 0; j < units; ++j) {
            double sum = r.weights.size() > 1 ? r.weights[1][j] : 0;
            for (std::int64_t k = 0; k < inputs; ++k) sum += r.inputs[0][i * inputs + k] * r.weights[0][k * units + j];
            r.output[i * units + j] = sum;
        }
    }
}

std::int64_t multiplyAdds(const LayerInput& in, const LayerShapes& out) {
    return in.inputs[0].size() * out.output.columns();
}

std::string onnx(LayerOnnx& o) {
    // Not Gemm: OpenCV 4.6 takes its second matrix as transposed, whatever the node says.
    const std::string product = o.nodes.add("MatMul", {o.inputs[0], o.weights[0]});
    return o.weights.size() > 1 ? o.nodes.add("Add", {product, o.weights[1]}) : product;
}

std::string pytorch(LayerPython& c) {
    c.module = "nn.Linear(" + std::to_string(c.inputShapes[0].columns()) + ", " +
               std::to_string(c.outputShape.columns()) + (boolParam(c.params, "bias") ? ")" : ", bias=False)");
    return c.call(c.x());
}

std::string keras(LayerPython& c) {
    const std::string bias = boolParam(c.params, "bias") ? "" : ", use_bias=False";
    return c.layer("layers.Dense", std::to_string(c.outputShape.columns()) + bias, c.x());
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
                .maximum = 1048576,
                .zero = LEMNOS_TEXT("one per class")},
               {.key = "bias",
                .label = LEMNOS_TEXT("Bias"),
                .help = LEMNOS_TEXT("Adds a learnt number to every output; needless right before a normalisation."),
                .defaultValue = true,
                .advanced = true}},
    .backwardReadsOutput = false,
    .fusesActivation = true,
    .learns = true,
    .shapes = shapes,
    .forward = forward,
    .backward = backward,
    .reference = reference,
    .multiplyAdds = multiplyAdds,
    .onnx = onnx,
    .pytorch = pytorch,
    .keras = keras,
    .examples = {{{{8}}, {{"units", std::int64_t{8}}}, 4},
                 {{{1}}, {{"units", std::int64_t{1}}}, 1},
                 {{{17}}, {{"units", std::int64_t{5}}}, 3},
                 {{{33}}, {{"units", std::int64_t{70}}}, 37},
                 {{{130}}, {{"units", std::int64_t{0}}}, 2},
                 {{{9}}, {{"units", std::int64_t{6}}, {"bias", false}}, 2},
                 {{{7, 5}}, {{"units", std::int64_t{3}}}, 2}},
};

}  // namespace lemnos::layers
