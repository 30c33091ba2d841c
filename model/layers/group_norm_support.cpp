#include "model/layers/group_norm_support.h"

#include <cmath>

#include "compute/ops/group_norm.h"
#include "compute/ops/group_norm_grad.h"

namespace lemnos::layers {

LayerShapes groupNormShapes(const Shape& input, const NormGroups& groups) {
    const std::int64_t c = input.columns();
    const auto row = [&](const char* name, Initialiser initialiser) {
        return WeightShape{
            .name = name, .rows = 1, .columns = c, .initialiser = initialiser, .dims = {c}, .role = WeightRole::bias};
    };
    const WorkShape statistic{.rows = input.rows() / groups.rows, .columns = groups.groups, .statistic = true};
    const WorkShape ofColumns{.rows = 1, .columns = c, .perSample = false, .statistic = true};
    return {.output = input,
            .weights = {row("gamma", Initialiser::one), row("beta", Initialiser::zero)},
            .saved = {statistic, statistic},
            // While training for what nobody asks for, afterwards in place of the saved ones.
            .scratch = {statistic, statistic, ofColumns, ofColumns}};
}

void groupNormForward(LayerRecording& r, const NormGroups& groups) {
    const std::vector<Tensor>& statistics = r.pass == Pass::inference ? r.scratch : r.saved;
    r.recorder.add(GroupNorm{.x = r.inputs[0],
                             .gamma = r.weights[0],
                             .beta = r.weights[1],
                             .y = r.output,
                             .mean = statistics[0],
                             .inverse = statistics[1],
                             .rowsPerSample = groups.rows,
                             .groups = groups.groups,
                             .epsilon = static_cast<float>(realParam(r.params, "epsilon"))});
}

void groupNormBackward(LayerRecording& r, const NormGroups& groups) {
    const Tensor &dGamma = r.weightGradients[0], &dBeta = r.weightGradients[1];
    if (!dGamma && !dBeta && !r.inputGradients[0]) return;
    r.recorder.add(GroupNormGrad{.x = r.inputs[0],
                                 .gamma = r.weights[0],
                                 .mean = r.saved[0],
                                 .inverse = r.saved[1],
                                 .dY = r.outputGradient,
                                 .dX = r.inputGradients[0],
                                 .dGamma = dGamma ? dGamma : r.scratch[2],
                                 .dBeta = dBeta ? dBeta : r.scratch[3],
                                 .rowsPerSample = groups.rows,
                                 .groups = groups.groups,
                                 .accumulate = r.accumulate[0],
                                 .accumulateWeights = r.accumulateWeights});
}

void groupNormReference(const LayerReference& r, const NormGroups& groups) {
    const std::int64_t columns = r.outputShape.columns(), width = columns / groups.groups;
    const std::int64_t blocks = r.batch * r.outputShape.rows() / groups.rows;
    const auto count = static_cast<double>(groups.rows * width);
    for (std::int64_t block = 0; block < blocks; ++block) {
        for (std::int64_t g = 0; g < groups.groups; ++g) {
            const auto each = [&](auto visit) {
                for (std::int64_t i = block * groups.rows; i < (block + 1) * groups.rows; ++i)
                    for (std::int64_t j = g * width; j < (g + 1) * width; ++j)
                        visit(static_cast<std::size_t>(i * columns + j), static_cast<std::size_t>(j));
            };
            double sum = 0, squares = 0;
            each([&](std::size_t at, std::size_t) { sum += r.inputs[0][at]; });
            const double mean = sum / count;
            each([&](std::size_t at, std::size_t) { squares += (r.inputs[0][at] - mean) * (r.inputs[0][at] - mean); });
            const double inverse = 1 / std::sqrt(squares / count + realParam(r.params, "epsilon"));
            each([&](std::size_t at, std::size_t j) {
                r.output[at] = r.weights[0][j] * (r.inputs[0][at] - mean) * inverse + r.weights[1][j];
            });
        }
    }
}

std::string groupNormOnnx(LayerOnnx& o, const NormGroups& groups) {
    // LayerNormalization and GroupNormalization came with opsets 17 and 18 only. InstanceNormalization brings every
    // extent of axis 1 to mean 0 and variance 1 over all axes behind it, so what is normalised as one goes there.
    const Shape& shape = o.inputShapes[0];
    const bool wholeSample = groups.rows == shape.rows();
    using List = std::vector<std::int64_t>;
    const auto reshaped = [&](const std::string& value, const List& dims) {
        return o.nodes.add("Reshape", {value, o.nodes.integers(dims)});
    };
    const auto transposed = [&](const std::string& value, const List& order) {
        return o.nodes.add("Transpose", {value}, {{"perm", order}});
    };
    const std::int64_t c = shape.columns(), rows = shape.rows();
    const std::int64_t count = wholeSample ? groups.groups : rows;
    // To {N, c, rows}: pictures are already so.
    std::string x = o.inputs[0];
    if (shape.rank() == 2) x = transposed(x, {0, 2, 1});
    if (!wholeSample) x = transposed(reshaped(x, {0, c, rows}), {0, 2, 1});
    const std::string ones = o.nodes.numbers(std::vector<float>(static_cast<std::size_t>(count), 1.0f), {count});
    const std::string zeros = o.nodes.numbers(std::vector<float>(static_cast<std::size_t>(count), 0.0f), {count});
    std::string y = o.nodes.add("InstanceNormalization", {reshaped(x, {0, count, -1}), ones, zeros},
                                {{"epsilon", static_cast<float>(realParam(o.params, "epsilon"))}});
    y = wholeSample ? reshaped(y, {0, c, rows}) : transposed(reshaped(y, {0, rows, c}), {0, 2, 1});
    // Scale and shift along axis 1.
    const std::string noMean = o.nodes.numbers(std::vector<float>(static_cast<std::size_t>(c), 0.0f), {c});
    const std::string noVariance = o.nodes.numbers(std::vector<float>(static_cast<std::size_t>(c), 1.0f), {c});
    y = o.nodes.add("BatchNormalization", {y, o.weights[0], o.weights[1], noMean, noVariance}, {{"epsilon", 0.0f}});
    if (shape.rank() == 3) return reshaped(y, {0, c, shape[0], shape[1]});
    return shape.rank() == 2 ? transposed(y, {0, 2, 1}) : reshaped(y, {0, c});
}

}  // namespace lemnos::layers
