// Weighs the channels of a picture by what the whole picture shows; Hu et al. 2018, section 3.
#include <cmath>

#include "compute/ops/activate.h"
#include "compute/ops/activate_grad.h"
#include "compute/ops/column_sum.h"
#include "compute/ops/gemm.h"
#include "compute/ops/group_broadcast.h"
#include "compute/ops/group_sum.h"
#include "compute/ops/multiply.h"
#include "compute/reference/activation.h"
#include "model/layers/factors_support.h"
#include "model/phrased_error.h"

namespace lemnos::layers {
namespace {

enum Weights : std::size_t { reduceWeight, reduceBias, expandWeight, expandBias };
/// mean: of every channel; argument and hidden: of the inner activation and its result; gate: the factors.
enum Values : std::size_t { mean, argument, hidden, gate };

constexpr Activation sigmoidGate{ActivationKind::sigmoid};

Activation innerActivation(const ParamMap& params) {
    return {textParam(params, "activation") == "silu" ? ActivationKind::silu : ActivationKind::relu};
}

std::int64_t hiddenWidth(const ParamMap& params, std::int64_t channels) {
    return std::max<std::int64_t>(channels / intParam(params, "ratio"), 1);
}

Result<LayerShapes> shapes(const LayerInput& in) {
    const Shape& input = in.inputs[0];
    if (input.rank() != 3)
        return phrasedError(
            {LEMNOS_TEXT("needs a picture (height \u00d7 width \u00d7 channels) but gets %1; put it before "
                         "the layer that flattens"),
             {Phrase::name(input.toString())}});
    const std::int64_t c = input.columns(), width = hiddenWidth(in.params, c);
    const auto bias = [](const char* name, std::int64_t n) {
        return WeightShape{.name = name, .rows = 1, .columns = n, .dims = {n}, .role = WeightRole::bias};
    };
    const std::vector<WorkShape> values = {{1, c}, {1, width}, {1, width}, {1, c}};
    return LayerShapes{.output = input,
                       .weights = {{"reduce_weight", c, width, Initialiser::heNormal, {c, width}},
                                   bias("reduce_bias", width),
                                   {"expand_weight", width, c, Initialiser::glorotUniform, {width, c}},
                                   bias("expand_bias", c)},
                       .saved = values,
                       // Afterwards for the values, while training for their gradients.
                       .scratch = values};
}

float share(const LayerRecording& r) {
    return 1.0f / static_cast<float>(r.inputShapes[0].rows());
}

void forward(LayerRecording& r) {
    const std::vector<Tensor>& v = r.pass == Pass::inference ? r.scratch : r.saved;
    r.recorder.add(GroupSum{.a = r.inputs[0], .y = v[mean], .scale = share(r)});
    r.recorder.add(Gemm{.a = v[mean], .b = r.weights[reduceWeight], .c = v[argument], .bias = r.weights[reduceBias]});
    r.recorder.add(Activate{v[argument], v[hidden], innerActivation(r.params)});
    r.recorder.add(Gemm{.a = v[hidden],
                        .b = r.weights[expandWeight],
                        .c = v[gate],
                        .bias = r.weights[expandBias],
                        .activation = sigmoidGate});
    r.recorder.add(Multiply{r.inputs[0], v[gate], r.output});
}

/// Of one of the two dense layers inside.
void weightGradients(LayerRecording& r, std::size_t weight, const Tensor& x, const Tensor& dY) {
    if (r.weightGradients[weight])
        r.recorder.add(Gemm{
            .a = x, .b = dY, .c = r.weightGradients[weight], .transposeA = true, .accumulate = r.accumulateWeights});
    if (r.weightGradients[weight + 1])
        r.recorder.add(ColumnSum{dY, r.weightGradients[weight + 1], r.accumulateWeights});
}

void backward(LayerRecording& r) {
    const std::vector<Tensor>&v = r.saved, &d = r.scratch;
    const Activation inner = innerActivation(r.params);
    r.recorder.add(GroupSum{.a = r.outputGradient, .b = r.inputs[0], .y = d[gate]});
    r.recorder.add(ActivateGrad{v[gate], d[gate], d[gate], sigmoidGate});
    weightGradients(r, expandWeight, v[hidden], d[gate]);
    r.recorder.add(Gemm{.a = d[gate], .b = r.weights[expandWeight], .c = d[hidden], .transposeB = true});
    r.recorder.add(ActivateGrad{gradientFromResult(inner.kind) ? v[hidden] : v[argument], d[hidden], d[hidden], inner});
    weightGradients(r, reduceWeight, v[mean], d[hidden]);
    if (!r.inputGradients[0]) return;
    r.recorder.add(Gemm{.a = d[hidden], .b = r.weights[reduceWeight], .c = d[mean], .transposeB = true});
    r.recorder.add(Multiply{r.outputGradient, v[gate], r.inputGradients[0], r.accumulate[0]});
    r.recorder.add(GroupBroadcast{d[mean], r.inputGradients[0], share(r), true});
}

void reference(const LayerReference& r) {
    const auto rows = static_cast<std::size_t>(r.inputShapes[0].rows());
    const auto c = static_cast<std::size_t>(r.inputShapes[0].columns());
    const std::size_t width = r.weights[reduceBias].size();
    const Activation inner = innerActivation(r.params);
    for (std::size_t n = 0; n < static_cast<std::size_t>(r.batch); ++n) {
        const auto x = r.inputs[0].subspan(n * rows * c, rows * c);
        std::vector<double> means(c), values(width);
        for (std::size_t i = 0; i < rows * c; ++i) means[i % c] += x[i] / static_cast<double>(rows);
        for (std::size_t k = 0; k < width; ++k) {
            double sum = r.weights[reduceBias][k];
            for (std::size_t j = 0; j < c; ++j) sum += means[j] * r.weights[reduceWeight][j * width + k];
            values[k] = lemnos::activate(inner, sum);
        }
        for (std::size_t j = 0; j < c; ++j) {
            double sum = r.weights[expandBias][j];
            for (std::size_t k = 0; k < width; ++k) sum += values[k] * r.weights[expandWeight][k * c + j];
            const double factor = lemnos::activate(sigmoidGate, sum);
            for (std::size_t i = 0; i < rows; ++i) r.output[(n * rows + i) * c + j] = x[i * c + j] * factor;
        }
    }
}

std::int64_t multiplyAdds(const LayerInput& in, const LayerShapes& out) {
    return 2 * in.inputs[0].size() + 2 * out.weights[reduceWeight].rows * out.weights[reduceWeight].columns;
}

std::string onnx(LayerOnnx& o) {
    const std::string pooled = o.nodes.add("GlobalAveragePool", {o.inputs[0]});
    const std::string flat = o.nodes.add("Flatten", {pooled}, {{"axis", std::int64_t{1}}});
    std::string value = o.nodes.add("MatMul", {flat, o.weights[reduceWeight]});
    value = o.nodes.add("Add", {value, o.weights[reduceBias]});
    const bool silu = innerActivation(o.params).kind == ActivationKind::silu;
    value = silu ? o.nodes.add("Mul", {value, o.nodes.add("Sigmoid", {value})}) : o.nodes.add("Relu", {value});
    value = o.nodes.add("MatMul", {value, o.weights[expandWeight]});
    value = o.nodes.add("Sigmoid", {o.nodes.add("Add", {value, o.weights[expandBias]})});
    return multiplyOnnx(o.nodes, o.inputs[0], value, o.inputShapes[0]);
}

std::string pytorch(LayerPython& c) {
    c.helper = R"(
class SqueezeExcite(nn.Module):
    """Weighs the channels of a picture by what the whole picture shows."""

    def __init__(self, channels, hidden, activation):
        super().__init__()
        self.reduce = nn.Linear(channels, hidden)
        self.expand = nn.Linear(hidden, channels)
        self.activation = activation

    def forward(self, x):
        factors = self.expand(self.activation(self.reduce(x.mean((2, 3)))))
        return x * torch.sigmoid(factors)[:, :, None, None]
)";
    const std::int64_t channels = c.outputShape.columns();
    c.module = "SqueezeExcite(" + std::to_string(channels) + ", " + std::to_string(hiddenWidth(c.params, channels)) +
               ", F." + textParam(c.params, "activation") + ")";
    return c.call(c.x());
}

std::string keras(LayerPython& c) {
    c.helper = R"(
class SqueezeExcite(layers.Layer):
    """Weighs the channels of a picture by what the whole picture shows."""

    def __init__(self, hidden, activation, **kwargs):
        super().__init__(**kwargs)
        self.reduce = layers.Dense(hidden, activation=activation, name="reduce")
        self.hidden = hidden

    def build(self, shape):
        self.expand = layers.Dense(shape[-1], activation="sigmoid", name="expand")
        self.reduce.build((None, shape[-1]))
        self.expand.build((None, self.hidden))

    def call(self, x):
        factors = self.expand(self.reduce(ops.mean(x, (1, 2))))
        return x * factors[:, None, None, :]
)";
    return c.layer("SqueezeExcite",
                   std::to_string(hiddenWidth(c.params, c.outputShape.columns())) + ", \"" +
                       textParam(c.params, "activation") + "\"",
                   c.x());
}

}  // namespace

extern const LayerType squeeze_excite{
    .name = "squeeze_excite",
    .label = LEMNOS_TEXT("Squeeze and excite"),
    .group = LEMNOS_TEXT("Attention"),
    .summary = LEMNOS_TEXT("Weighs the channels of a picture by what the whole picture shows."),
    .params = {{.key = "ratio",
                .label = LEMNOS_TEXT("Ratio"),
                .help = LEMNOS_TEXT("Channels per inner unit; more is cheaper and learns less."),
                .defaultValue = std::int64_t{4},
                .minimum = 1,
                .maximum = 1024},
               {.key = "activation",
                .label = LEMNOS_TEXT("Activation"),
                .help = LEMNOS_TEXT("Function of the inner units: ReLU, or SiLU as in EfficientNets."),
                .defaultValue = std::string("relu"),
                .choices = {"relu", "silu"}}},
    .backwardReadsOutput = false,
    .learns = true,
    .shapes = shapes,
    .forward = forward,
    .backward = backward,
    .reference = reference,
    .multiplyAdds = multiplyAdds,
    .onnx = onnx,
    .pytorch = pytorch,
    .keras = keras,
    .examples = {{{{4, 4, 8}}, {}, 2},
                 {{{3, 5, 7}}, {{"ratio", std::int64_t{2}}, {"activation", "silu"}}, 3},
                 {{{1, 2, 1}}, {{"ratio", std::int64_t{16}}}, 1},
                 {{{5, 3, 18}}, {{"ratio", std::int64_t{1}}, {"activation", "silu"}}, 2}},
};

}  // namespace lemnos::layers
