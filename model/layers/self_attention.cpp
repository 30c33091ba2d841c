// Every token gathers from all tokens what it finds alike: multi-head self-attention; Vaswani et al. 2017, section 3.2.
#include <cmath>

#include "compute/ops/batched_gemm.h"
#include "compute/ops/column_sum.h"
#include "compute/ops/gemm.h"
#include "compute/ops/softmax.h"
#include "compute/ops/softmax_grad.h"
#include "model/layers/layer.h"
#include "model/phrased_error.h"

namespace lemnos::layers {
namespace {

enum Weights : std::size_t { qkvWeight, qkvBias, projectionWeight, projectionBias };
/// qkv: queries, keys and values of all heads side by side; probabilities: of each head of each sample, a row per
/// token; context: what the heads gathered, side by side.
enum Values : std::size_t { qkv, probabilities, context };

Result<LayerShapes> shapes(const LayerInput& in) {
    const Shape& input = in.inputs[0];
    if (input.rank() != 2)
        return phrasedError({LEMNOS_TEXT("needs a list of tokens but gets %1; put a patch embedding before it"),
                             {Phrase::name(input.toString())}});
    const std::int64_t tokens = input[0], width = input[1], heads = intParam(in.params, "heads");
    if (width % heads != 0 || width / heads % 4 != 0)
        return phrasedError(
            {LEMNOS_TEXT("splits the width %1 of its input among %2 heads, and each must get a multiple of "
                         "four; choose a width that is a multiple of %3, or another number of heads"),
             {Phrase::name(std::to_string(width)), Phrase::name(std::to_string(heads)),
              Phrase::name(std::to_string(4 * heads))}});
    const auto bias = [](const char* name, std::int64_t n) {
        return WeightShape{.name = name, .rows = 1, .columns = n, .dims = {n}, .role = WeightRole::bias};
    };
    const std::vector<WorkShape> values = {{tokens, 3 * width}, {heads * tokens, tokens}, {tokens, width}};
    return LayerShapes{.output = input,
                       .weights = {{.name = "qkv_weight",
                                    .rows = width,
                                    .columns = 3 * width,
                                    .initialiser = Initialiser::glorotUniform,
                                    .dims = {width, 3 * width},
                                    .fanIn = width,
                                    .fanOut = width},
                                   bias("qkv_bias", 3 * width),
                                   {"projection_weight", width, width, Initialiser::glorotUniform, {width, width}},
                                   bias("projection_bias", width)},
                       .saved = values,
                       // Afterwards for the values, while training for their gradients.
                       .scratch = values};
}

/// Views of the values as one matrix per sample and head.
struct Heads {
    std::int64_t tokens, width, heads, headWidth;

    explicit Heads(const LayerRecording& r)
        : tokens(r.outputShape[0]),
          width(r.outputShape[1]),
          heads(intParam(r.params, "heads")),
          headWidth(width / heads) {}

    /// Part 0, 1, 2 of qkv: queries, keys, values.
    MatrixBatch part(const Tensor& t, std::int64_t index) const {
        return {t, tokens, headWidth, tokens * t.stride, headWidth, index * width};
    }
    MatrixBatch scores(const Tensor& t) const {
        return {t, tokens, tokens, heads * tokens * t.stride, tokens * t.stride};
    }
    MatrixBatch gathered(const Tensor& t) const { return {t, tokens, headWidth, tokens * t.stride, headWidth}; }
    float scale() const { return 1.0f / std::sqrt(static_cast<float>(headWidth)); }

    BatchedGemm product(const LayerRecording& r, MatrixBatch a, MatrixBatch b, MatrixBatch c) const {
        return {.a = a, .b = b, .c = c, .outer = r.batch, .inner = heads};
    }
};

void forward(LayerRecording& r) {
    const std::vector<Tensor>& v = r.pass == Pass::inference ? r.scratch : r.saved;
    const Heads h(r);
    r.recorder.add(Gemm{.a = r.inputs[0], .b = r.weights[qkvWeight], .c = v[qkv], .bias = r.weights[qkvBias]});
    BatchedGemm score = h.product(r, h.part(v[qkv], 0), h.part(v[qkv], 1), h.scores(v[probabilities]));
    score.transposeB = true;
    score.scale = h.scale();
    r.recorder.add(score);
    r.recorder.add(Softmax{v[probabilities], v[probabilities]});
    r.recorder.add(h.product(r, h.scores(v[probabilities]), h.part(v[qkv], 2), h.gathered(v[context])));
    r.recorder.add(
        Gemm{.a = v[context], .b = r.weights[projectionWeight], .c = r.output, .bias = r.weights[projectionBias]});
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
    const Heads h(r);
    weightGradients(r, projectionWeight, v[context], r.outputGradient);
    r.recorder.add(Gemm{.a = r.outputGradient, .b = r.weights[projectionWeight], .c = d[context], .transposeB = true});

    BatchedGemm dValues = h.product(r, h.scores(v[probabilities]), h.gathered(d[context]), h.part(d[qkv], 2));
    dValues.transposeA = true;
    r.recorder.add(dValues);
    BatchedGemm dProbabilities = h.product(r, h.gathered(d[context]), h.part(v[qkv], 2), h.scores(d[probabilities]));
    dProbabilities.transposeB = true;
    r.recorder.add(dProbabilities);
    r.recorder.add(SoftmaxGrad{v[probabilities], d[probabilities], d[probabilities]});

    BatchedGemm dQueries = h.product(r, h.scores(d[probabilities]), h.part(v[qkv], 1), h.part(d[qkv], 0));
    dQueries.scale = h.scale();
    r.recorder.add(dQueries);
    BatchedGemm dKeys = h.product(r, h.scores(d[probabilities]), h.part(v[qkv], 0), h.part(d[qkv], 1));
    dKeys.transposeA = true;
    dKeys.scale = h.scale();
    r.recorder.add(dKeys);

    weightGradients(r, qkvWeight, r.inputs[0], d[qkv]);
    if (r.inputGradients[0])
        r.recorder.add(Gemm{.a = d[qkv],
                            .b = r.weights[qkvWeight],
                            .c = r.inputGradients[0],
                            .transposeB = true,
                            .accumulate = r.accumulate[0]});
}

/// y = x W + b of `rows` rows.
std::vector<double> dense(std::span<const double> x, std::span<const double> w, std::span<const double> b,
                          std::size_t rows) {
    const std::size_t in = x.size() / rows, out = b.size();
    std::vector<double> y(rows * out);
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = 0; j < out; ++j) {
            y[i * out + j] = b[j];
            for (std::size_t k = 0; k < in; ++k) y[i * out + j] += x[i * in + k] * w[k * out + j];
        }
    }
    return y;
}

/// What one token (`row` of all samples' tokens) gathers in one head, for columns `first` to `first + headWidth`.
void gather(std::span<const double> all, std::size_t row, std::size_t tokens, std::size_t width, std::size_t first,
            std::size_t headWidth, std::span<double> result) {
    const std::size_t sample = row / tokens * tokens;
    std::vector<double> weight(tokens);
    double sum = 0;
    for (std::size_t t = 0; t < tokens; ++t) {
        double score = 0;
        for (std::size_t k = first; k < first + headWidth; ++k)
            score += all[row * 3 * width + k] * all[(sample + t) * 3 * width + width + k];
        weight[t] = std::exp(score / std::sqrt(static_cast<double>(headWidth)));
        sum += weight[t];
    }
    for (std::size_t k = first; k < first + headWidth; ++k) {
        result[row * width + k] = 0;
        for (std::size_t t = 0; t < tokens; ++t)
            result[row * width + k] += weight[t] / sum * all[(sample + t) * 3 * width + 2 * width + k];
    }
}

void reference(const LayerReference& r) {
    const auto tokens = static_cast<std::size_t>(r.outputShape[0]), width = static_cast<std::size_t>(r.outputShape[1]);
    const std::size_t rows = static_cast<std::size_t>(r.batch) * tokens;
    const std::size_t headWidth = width / static_cast<std::size_t>(intParam(r.params, "heads"));
    const std::vector<double> all = dense(r.inputs[0], r.weights[qkvWeight], r.weights[qkvBias], rows);
    std::vector<double> gathered(rows * width);
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t first = 0; first < width; first += headWidth)
            gather(all, row, tokens, width, first, headWidth, gathered);
    const std::vector<double> y = dense(gathered, r.weights[projectionWeight], r.weights[projectionBias], rows);
    std::copy(y.begin(), y.end(), r.output.begin());
}

std::int64_t multiplyAdds(const LayerInput& in, const LayerShapes&) {
    const std::int64_t tokens = in.inputs[0][0], width = in.inputs[0][1];
    return tokens * width * (4 * width + 2 * tokens);
}

std::string onnx(LayerOnnx& o) {
    const std::int64_t width = o.outputShape[1], heads = intParam(o.params, "heads"), headWidth = width / heads;
    std::string all = o.nodes.add("MatMul", {o.inputs[0], o.weights[qkvWeight]});
    all = o.nodes.add("Add", {all, o.weights[qkvBias]});
    const auto columns = [&](std::int64_t from) {
        return o.nodes.add(
            "Slice", {all, o.nodes.integers({from}), o.nodes.integers({from + headWidth}), o.nodes.integers({2})});
    };
    // Head by head: products of more than three extents are not understood everywhere.
    std::vector<std::string> gathered;
    for (std::int64_t first = 0; first < width; first += headWidth) {
        const std::string keys =
            o.nodes.add("Transpose", {columns(width + first)}, {{"perm", std::vector<std::int64_t>{0, 2, 1}}});
        const std::string queries =
            o.nodes.add("Mul", {columns(first), o.nodes.number(1.0f / std::sqrt(static_cast<float>(headWidth)))});
        const std::string scores = o.nodes.add("MatMul", {queries, keys});
        const std::string shares = o.nodes.add("Softmax", {scores}, {{"axis", std::int64_t{2}}});
        gathered.push_back(o.nodes.add("MatMul", {shares, columns(2 * width + first)}));
    }
    const std::string joined =
        heads > 1 ? o.nodes.add("Concat", gathered, {{"axis", std::int64_t{2}}}) : gathered.front();
    return o.nodes.add("Add",
                       {o.nodes.add("MatMul", {joined, o.weights[projectionWeight]}), o.weights[projectionBias]});
}

std::string pytorch(LayerPython& c) {
    c.helper = R"(
class SelfAttention(nn.Module):
    """Every token gathers from all tokens what it finds alike, in several heads."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)

    def forward(self, x):
        n, tokens, width = x.shape
        q, k, v = self.qkv(x).reshape(n, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(2, 3) / (width // self.heads) ** 0.5
        gathered = torch.softmax(scores, -1) @ v
        return self.projection(gathered.transpose(1, 2).reshape(n, tokens, width))
)";
    c.module = "SelfAttention(" + std::to_string(c.outputShape.columns()) + ", " +
               std::to_string(intParam(c.params, "heads")) + ")";
    return c.call(c.x());
}

std::string keras(LayerPython& c) {
    c.helper = R"(
class SelfAttention(layers.Layer):
    """Every token gathers from all tokens what it finds alike, in several heads."""

    def __init__(self, heads, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, shape):
        self.qkv = layers.Dense(3 * shape[-1], name="qkv")
        self.projection = layers.Dense(shape[-1], name="projection")
        self.qkv.build(shape)
        self.projection.build(shape)

    def call(self, x):
        _, tokens, width = x.shape
        parts = ops.reshape(self.qkv(x), (-1, tokens, 3, self.heads, width // self.heads))
        q, k, v = (ops.transpose(parts[:, :, i], (0, 2, 1, 3)) for i in range(3))
        scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / (width // self.heads) ** 0.5
        gathered = ops.transpose(ops.matmul(ops.softmax(scores), v), (0, 2, 1, 3))
        return self.projection(ops.reshape(gathered, (-1, tokens, width)))
)";
    return c.layer("SelfAttention", std::to_string(intParam(c.params, "heads")), c.x());
}

}  // namespace

extern const LayerType self_attention{
    .name = "self_attention",
    .label = LEMNOS_TEXT("Self-attention"),
    .group = LEMNOS_TEXT("Attention"),
    .summary = LEMNOS_TEXT("Lets every token gather from all tokens what concerns it; the heart of a transformer."),
    .params = {{.key = "heads",
                .label = LEMNOS_TEXT("Heads"),
                .help =
                    LEMNOS_TEXT("Number of things a token can look for at once; the width of a token is split among "
                                "them."),
                .defaultValue = std::int64_t{4},
                .minimum = 1,
                .maximum = 256}},
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
    .examples = {{{{4, 8}}, {{"heads", std::int64_t{2}}}, 2},
                 {{{7, 16}}, {}, 2},
                 {{{5, 12}}, {{"heads", std::int64_t{1}}}, 1},
                 {{{1, 4}}, {{"heads", std::int64_t{1}}}, 3}},
};

}  // namespace lemnos::layers
