// Two or more values side by side: channels behind channels, or features behind features.
#include <algorithm>

#include "compute/ops/copy_columns.h"
#include "model/layers/layer.h"
#include "model/phrased_error.h"

namespace lemnos::layers {
namespace {

Result<LayerShapes> shapes(const LayerInput& in) {
    Shape output = in.inputs[0];
    std::int64_t columns = 0;
    for (const Shape& shape : in.inputs) {
        bool fits = shape.rank() == output.rank();
        for (int axis = 0; fits && axis + 1 < shape.rank(); ++axis) fits = shape[axis] == output[axis];
        if (!fits)
            return phrasedError(
                {LEMNOS_TEXT(
                     "puts channels side by side, for which all other extents must be equal, but gets %1 and %2; "
                     "bring them to one height and width, for instance with a pooling layer"),
                 {Phrase::name(output.toString()), Phrase::name(shape.toString())}});
        columns += shape.columns();
    }
    switch (output.rank()) {
        case 1:
            return LayerShapes{Shape{columns}};
        case 2:
            return LayerShapes{Shape{output[0], columns}};
        default:
            return LayerShapes{Shape{output[0], output[1], columns}};
    }
}

void forward(LayerRecording& r) {
    std::int64_t column = 0;
    for (const Tensor& input : r.inputs) {
        r.recorder.add(CopyColumns{.x = input, .y = r.output, .toColumn = column, .count = input.columns});
        column += input.columns;
    }
}

void backward(LayerRecording& r) {
    std::int64_t column = 0;
    for (std::size_t i = 0; i < r.inputs.size(); ++i) {
        const std::int64_t count = r.inputShapes[i].columns();
        if (r.inputGradients[i])
            r.recorder.add(CopyColumns{.x = r.outputGradient,
                                       .y = r.inputGradients[i],
                                       .fromColumn = column,
                                       .count = count,
                                       .accumulate = r.accumulate[i]});
        column += count;
    }
}

void reference(const LayerReference& r) {
    auto out = r.output.begin();
    for (std::int64_t row = 0; row < r.batch * r.outputShape.rows(); ++row) {
        for (std::size_t i = 0; i < r.inputs.size(); ++i) {
            const std::int64_t columns = r.inputShapes[i].columns();
            out = std::copy_n(r.inputs[i].begin() + row * columns, columns, out);
        }
    }
}

std::int64_t multiplyAdds(const LayerInput&, const LayerShapes&) {
    return 0;
}

std::string onnx(LayerOnnx& o) {
    return o.nodes.add("Concat", o.inputs, {{"axis", std::int64_t{o.outputShape.rank() == 2 ? 2 : 1}}});
}

std::string pytorch(LayerPython& c) {
    return "torch.cat(" + c.list('(', ')') + ", " + (c.outputShape.rank() == 2 ? "2" : "1") + ")";
}

std::string keras(LayerPython& c) {
    return c.layer("layers.Concatenate", "", c.list('[', ']'));
}

}  // namespace

extern const LayerType concat{
    .name = "concat",
    .label = LEMNOS_TEXT("Concatenate"),
    .group = LEMNOS_TEXT("Combining"),
    .summary = LEMNOS_TEXT("Puts the channels of two or more values side by side."),
    .inputCount = 2,
    .moreInputs = true,
    .backwardReadsInputs = false,
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
    .examples = {{{{8}, {4}}},
                 {{{3, 5, 7}, {3, 5, 2}, {3, 5, 1}}, {}, 2},
                 {{{1}, {1}}, {}, 1},
                 {{{5, 6}, {5, 3}}, {}, 2},
                 {{{2, 2, 16}, {2, 2, 4}, {2, 2, 5}, {2, 2, 8}}, {}, 2}},
};

}  // namespace lemnos::layers
