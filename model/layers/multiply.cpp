// The product of two values, element by element, or of a value with one factor per channel.
#include "compute/ops/multiply.h"

#include <utility>

#include "compute/ops/group_sum.h"
#include "model/layers/factors_support.h"
#include "model/phrased_error.h"

namespace lemnos::layers {
namespace {

/// Which input is the value and which the factors; the factors are a list where they are one per channel.
struct Roles {
    std::size_t value = 0, factors = 1;
};

Roles rolesOf(const std::vector<Shape>& shapes) {
    return shapes[0].rank() < shapes[1].rank() ? Roles{1, 0} : Roles{};
}

Result<LayerShapes> shapes(const LayerInput& in) {
    const auto [value, factors] = rolesOf(in.inputs);
    const Shape &a = in.inputs[value], &b = in.inputs[factors];
    if (a != b && (b.rank() != 1 || b.columns() != a.columns()))
        return phrasedError(
            {LEMNOS_TEXT(
                 "multiplies values of equal shape, or a value with one factor per channel, but gets %1 and %2; "
                 "bring them to one shape, or one of them to a list of %3"),
             {Phrase::name(in.inputs[0].toString()), Phrase::name(in.inputs[1].toString()),
              Phrase::name(std::to_string(a.columns()))}});
    return LayerShapes{a};
}

void forward(LayerRecording& r) {
    const auto [value, factors] = rolesOf(r.inputShapes);
    r.recorder.add(Multiply{r.inputs[value], r.inputs[factors], r.output});
}

void backward(LayerRecording& r) {
    const auto [value, factors] = rolesOf(r.inputShapes);
    if (r.inputGradients[value])
        r.recorder.add(Multiply{r.outputGradient, r.inputs[factors], r.inputGradients[value], r.accumulate[value]});
    if (r.inputGradients[factors])
        r.recorder.add(GroupSum{.a = r.outputGradient,
                                .b = r.inputs[value],
                                .y = r.inputGradients[factors],
                                .accumulate = r.accumulate[factors]});
}

void reference(const LayerReference& r) {
    const auto [value, factors] = rolesOf(r.inputShapes);
    const auto columns = static_cast<std::size_t>(r.outputShape.columns());
    const auto rows = static_cast<std::size_t>(r.outputShape.rows() / r.inputShapes[factors].rows());
    for (std::size_t j = 0; j < r.output.size(); ++j)
        r.output[j] = r.inputs[value][j] * r.inputs[factors][j / columns / rows * columns + j % columns];
}

std::int64_t multiplyAdds(const LayerInput&, const LayerShapes& out) {
    return out.output.size();
}

std::string onnx(LayerOnnx& o) {
    const auto [value, factors] = rolesOf(o.inputShapes);
    if (o.inputShapes[value].rank() > o.inputShapes[factors].rank())
        return multiplyOnnx(o.nodes, o.inputs[value], o.inputs[factors], o.inputShapes[value]);
    return o.nodes.add("Mul", o.inputs);
}

std::string pytorch(LayerPython& c) {
    const auto [value, factors] = rolesOf(c.inputShapes);
    const int missing = c.inputShapes[value].rank() - c.inputShapes[factors].rank();
    if (missing == 0) return c.inputs[value] + " * " + c.inputs[factors];
    return c.inputs[value] + " * " + c.inputs[factors] + (missing == 2 ? "[:, :, None, None]" : "[:, None, :]");
}

std::string keras(LayerPython& c) {
    const auto [value, factors] = rolesOf(c.inputShapes);
    const int missing = c.inputShapes[value].rank() - c.inputShapes[factors].rank();
    if (missing > 0) {
        const std::string channels = std::to_string(c.outputShape.columns());
        c.inputs[factors] = "layers.Reshape((" + std::string(missing == 2 ? "1, 1, " : "1, ") + channels + "))(" +
                            c.inputs[factors] + ")";
    }
    return c.layer("layers.Multiply", "", c.list('[', ']'));
}

}  // namespace

extern const LayerType multiply{
    .name = "multiply",
    .label = LEMNOS_TEXT("Multiply"),
    .group = LEMNOS_TEXT("Combining"),
    .summary = LEMNOS_TEXT("Multiplies two values of the same shape, or a value with one factor per channel."),
    .inputCount = 2,
    .backwardReadsOutput = false,
    .cheap = true,
    .shapes = shapes,
    .forward = forward,
    .backward = backward,
    .reference = reference,
    .multiplyAdds = multiplyAdds,
    .onnx = onnx,
    .pytorch = pytorch,
    .keras = keras,
    .examples = {{{{8}, {8}}},
                 {{{3, 5, 7}, {3, 5, 7}}, {}, 2},
                 {{{3, 5, 7}, {7}}, {}, 2},
                 {{{4}, {3, 3, 4}}, {}, 3},
                 {{{5, 6}, {6}}, {}, 2},
                 {{{1}, {1}}, {}, 1}},
};

}  // namespace lemnos::layers
