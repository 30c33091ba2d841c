// Adds a learnt vector to every token, so that a transformer can tell their places; Dosovitskiy et al. 2021 (ViT),
// section 3.1.
#include "compute/ops/add_row.h"
#include "compute/ops/column_sum.h"
#include "compute/ops/group_broadcast.h"
#include "model/layers/layer.h"
#include "model/phrased_error.h"

namespace lemnos::layers {
namespace {

Result<LayerShapes> shapes(const LayerInput& in) {
    const Shape& input = in.inputs[0];
    if (input.rank() != 2)
        return phrasedError({LEMNOS_TEXT("needs a list of tokens but gets %1; put it behind a patch embedding"),
                             {Phrase::name(input.toString())}});
    return LayerShapes{.output = input,
                       .weights = {{.name = "embedding",
                                    .rows = input[0],
                                    .columns = input[1],
                                    .initialiser = Initialiser::truncatedNormal,
                                    .dims = {input[0], input[1]},
                                    .role = WeightRole::bias}}};
}

/// All tokens of a sample as one row, padding included: it is zero in both and so stays zero.
Tensor wide(Tensor t, std::int64_t rows) {
    t.columns = t.stride = t.rows * t.stride / rows;
    t.rows = rows;
    return t;
}

void forward(LayerRecording& r) {
    r.recorder.add(AddRow{wide(r.inputs[0], r.batch), wide(r.weights[0], 1), wide(r.output, r.batch)});
}

void backward(LayerRecording& r) {
    if (r.weightGradients[0])
        r.recorder.add(ColumnSum{wide(r.outputGradient, r.batch), wide(r.weightGradients[0], 1), r.accumulateWeights});
    if (r.inputGradients[0]) r.recorder.add(GroupBroadcast{r.outputGradient, r.inputGradients[0], 1, r.accumulate[0]});
}

void reference(const LayerReference& r) {
    for (std::size_t i = 0; i < r.output.size(); ++i)
        r.output[i] = r.inputs[0][i] + r.weights[0][i % r.weights[0].size()];
}

std::int64_t multiplyAdds(const LayerInput&, const LayerShapes& out) {
    return out.output.size();
}

std::string onnx(LayerOnnx& o) {
    return o.nodes.add("Add", {o.inputs[0], o.weights[0]});
}

std::string pytorch(LayerPython& c) {
    c.helper = R"(
class PositionEmbedding(nn.Module):
    """Adds a learnt vector to every token."""

    def __init__(self, tokens, width):
        super().__init__()
        self.embedding = nn.Parameter(torch.randn(tokens, width) * 0.02)

    def forward(self, x):
        return x + self.embedding
)";
    c.module = "PositionEmbedding(" + std::to_string(c.outputShape[0]) + ", " + std::to_string(c.outputShape[1]) + ")";
    return c.call(c.x());
}

std::string keras(LayerPython& c) {
    c.helper = R"(
class PositionEmbedding(layers.Layer):
    """Adds a learnt vector to every token."""

    def build(self, shape):
        start = keras.initializers.TruncatedNormal(stddev=0.02)
        self.embedding = self.add_weight(shape=shape[1:], initializer=start, name="embedding")

    def call(self, x):
        return x + self.embedding
)";
    return c.layer("PositionEmbedding", "", c.x());
}

}  // namespace

extern const LayerType position_embedding{
    .name = "position_embedding",
    .label = LEMNOS_TEXT("Position embedding"),
    .group = LEMNOS_TEXT("Attention"),
    .summary = LEMNOS_TEXT("Adds a learnt vector to every token, so that attention can tell where it stands."),
    .backwardReadsInputs = false,
    .backwardReadsOutput = false,
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
    .examples = {{{{4, 8}}}, {{{7, 5}}, {}, 2}, {{{1, 1}}, {}, 1}, {{{3, 17}}, {}, 5}},
};

}  // namespace lemnos::layers
