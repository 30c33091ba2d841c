// Every channel to mean 0 and variance 1 over the batch, then scaled and shifted; Ioffe & Szegedy 2015, algorithms 1
// and 2. A finished network uses the running mean and variance, and so does a frozen layer, which leaves them as they
// are.
#include "compute/ops/batch_norm.h"

#include <cmath>

#include "compute/ops/batch_norm_grad.h"
#include "model/layers/layer.h"

namespace lemnos::layers {
namespace {

enum Weights : std::size_t { gamma, beta, runningMean, runningVariance };

Result<LayerShapes> shapes(const LayerInput& in) {
    const std::int64_t c = in.inputs[0].columns();
    const auto row = [&](const char* name, Initialiser initialiser, WeightRole role) {
        return WeightShape{
            .name = name, .rows = 1, .columns = c, .initialiser = initialiser, .dims = {c}, .role = role};
    };
    const WorkShape statistic{.rows = 1, .columns = c, .perSample = false, .statistic = true};
    return LayerShapes{
        .output = in.inputs[0],
        .weights = {row("gamma", Initialiser::one, WeightRole::bias), row("beta", Initialiser::zero, WeightRole::bias),
                    row("running_mean", Initialiser::zero, WeightRole::statistic),
                    row("running_variance", Initialiser::one, WeightRole::statistic)},
        .saved = {statistic, statistic},
        .scratch = {statistic, statistic}};
}

bool isFrozen(const ParamMap& params) {
    return boolParam(params, "frozen");
}

void forward(LayerRecording& r) {
    const bool training = r.pass != Pass::inference && !isFrozen(r.params);
    r.recorder.add(BatchNorm{.x = r.inputs[0],
                             .gamma = r.weights[gamma],
                             .beta = r.weights[beta],
                             .y = r.output,
                             .runningMean = r.weights[runningMean],
                             .runningVariance = r.weights[runningVariance],
                             .mean = training ? r.saved[0] : Tensor{},
                             .inverse = training ? r.saved[1] : Tensor{},
                             .statistics = !training               ? BatchNorm::Statistics::running
                                           : r.pass == Pass::again ? BatchNorm::Statistics::kept
                                                                   : BatchNorm::Statistics::ofBatch,
                             .momentum = static_cast<float>(realParam(r.params, "momentum")),
                             .epsilon = static_cast<float>(realParam(r.params, "epsilon")),
                             .activation = r.activation});
}

void backward(LayerRecording& r) {
    const Tensor &dGamma = r.weightGradients[gamma], &dBeta = r.weightGradients[beta];
    if (!dGamma && !dBeta && !r.inputGradients[0]) return;
    const bool frozen = isFrozen(r.params);
    // The op needs both sums for dX; where nobody asks for them they go to the scratch rows.
    r.recorder.add(BatchNormGrad{.x = r.inputs[0],
                                 .gamma = r.weights[gamma],
                                 .mean = frozen ? r.weights[runningMean] : r.saved[0],
                                 .inverse = frozen ? r.weights[runningVariance] : r.saved[1],
                                 .y = r.activation ? r.output : Tensor{},
                                 .dY = r.outputGradient,
                                 .dX = r.inputGradients[0],
                                 .dGamma = dGamma ? dGamma : r.scratch[0],
                                 .dBeta = dBeta ? dBeta : r.scratch[1],
                                 .activation = r.activation,
                                 .running = frozen,
                                 .epsilon = static_cast<float>(realParam(r.params, "epsilon")),
                                 .accumulate = r.accumulate[0],
                                 .accumulateWeights = r.accumulateWeights});
}

void reference(const LayerReference& r) {
    const std::int64_t rows = r.batch * r.outputShape.rows(), columns = r.outputShape.columns();
    const double momentum = realParam(r.params, "momentum"), epsilon = realParam(r.params, "epsilon");
    for (std::int64_t j = 0; j < columns; ++j) {
        const auto column = static_cast<std::size_t>(j);
        const auto x = [&](std::int64_t i) { return r.inputs[0][static_cast<std::size_t>(i * columns + j)]; };
        double mean = r.weights[runningMean][column], variance = r.weights[runningVariance][column];
        if (r.training && !isFrozen(r.params)) {
            double sum = 0, squares = 0;
            for (std::int64_t i = 0; i < rows; ++i) sum += x(i);
            mean = sum / static_cast<double>(rows);
            for (std::int64_t i = 0; i < rows; ++i) squares += (x(i) - mean) * (x(i) - mean);
            variance = squares / static_cast<double>(rows);
            if (!r.newStatistics.empty()) {
                const double unbiased = rows > 1 ? squares / static_cast<double>(rows - 1) : variance;
                const auto moved = [&](double from, double to) { return from + momentum * (to - from); };
                r.newStatistics[runningMean][column] = moved(r.weights[runningMean][column], mean);
                r.newStatistics[runningVariance][column] = moved(r.weights[runningVariance][column], unbiased);
            }
        }
        const double factor = r.weights[gamma][column] / std::sqrt(variance + epsilon);
        for (std::int64_t i = 0; i < rows; ++i)
            r.output[static_cast<std::size_t>(i * columns + j)] = factor * (x(i) - mean) + r.weights[beta][column];
    }
}

std::int64_t multiplyAdds(const LayerInput&, const LayerShapes& out) {
    return 2 * out.output.size();
}

std::string onnx(LayerOnnx& o) {
    // The second axis is the one that is normalised; tokens have their features in the third.
    const bool tokens = o.inputShapes[0].rank() == 2;
    const auto swapped = [&](const std::string& value) {
        return tokens ? o.nodes.add("Transpose", {value}, {{"perm", std::vector<std::int64_t>{0, 2, 1}}}) : value;
    };
    const std::string y = o.nodes.add(
        "BatchNormalization",
        {swapped(o.inputs[0]), o.weights[gamma], o.weights[beta], o.weights[runningMean], o.weights[runningVariance]},
        {{"epsilon", static_cast<float>(realParam(o.params, "epsilon"))}});
    return swapped(y);
}

std::string pytorch(LayerPython& c) {
    const Shape& shape = c.inputShapes[0];
    c.module = std::string(shape.rank() == 3 ? "nn.BatchNorm2d(" : "nn.BatchNorm1d(") +
               std::to_string(shape.columns()) + ", eps=" + pythonNumber(realParam(c.params, "epsilon")) +
               ", momentum=" + pythonNumber(realParam(c.params, "momentum")) + ")";
    // Tokens have their features last, and there the second extent is the one that is normalised.
    return shape.rank() == 2 ? c.call(c.x() + ".transpose(1, 2)") + ".transpose(1, 2)" : c.call(c.x());
}

std::string keras(LayerPython& c) {
    // There it is the share that the running values keep.
    return c.layer("layers.BatchNormalization",
                   "momentum=" + pythonNumber(1 - realParam(c.params, "momentum")) +
                       ", epsilon=" + pythonNumber(realParam(c.params, "epsilon")),
                   c.x());
}

}  // namespace

extern const LayerType batch_norm{
    .name = "batch_norm",
    .label = LEMNOS_TEXT("Batch normalisation"),
    .group = LEMNOS_TEXT("Normalisation"),
    .summary = LEMNOS_TEXT("Brings every channel to a like range over the batch, which makes deep networks learn fast; "
                           "put it between a convolution and its activation."),
    .params = {{.key = "momentum",
                .label = LEMNOS_TEXT("Momentum"),
                .help = LEMNOS_TEXT("How far the running mean and variance move towards those of each batch; lower is "
                                    "steadier and needs more steps."),
                .defaultValue = 0.1,
                .minimum = 0.001,
                .maximum = 1},
               {.key = "epsilon",
                .label = LEMNOS_TEXT("Epsilon"),
                .help = LEMNOS_TEXT("Added to the variance, so that a constant channel is not divided by zero."),
                .defaultValue = 1e-5,
                .minimum = 1e-7,
                .maximum = 1,
                .advanced = true}},
    .backwardReadsOutput = false,
    .fusesActivation = true,
    .fusesActivationGradient = true,
    .learns = true,
    .cheap = true,
    .shapes = shapes,
    .forward = forward,
    .backward = backward,
    .reference = reference,
    .multiplyAdds = multiplyAdds,
    .onnx = onnx,
    .pytorch = pytorch,
    .keras = keras,
    .examples = {{{{8}}, {}, 5},
                 {{{3, 5, 7}}, {}, 3},
                 {{{5, 6}}, {{"momentum", 1.0}}, 2},
                 {{{2, 2, 1}}, {{"epsilon", 0.5}}, 1},
                 {{{3, 5, 7}}, {{"frozen", true}, {"epsilon", 0.01}}, 3},
                 {{{17}}, {{"momentum", 0.001}, {"epsilon", 1e-3}}, 4}},
};

}  // namespace lemnos::layers
