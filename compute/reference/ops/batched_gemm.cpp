#include "compute/ops/batched_gemm.h"

#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

/// The element of matrix (o, i); counted in floats from the tensor's beginning.
std::int64_t place(const MatrixBatch& m, std::int64_t o, std::int64_t i, std::int64_t row, std::int64_t column) {
    return m.offset + o * m.outerOffset + i * m.innerOffset + row * m.tensor.stride + column;
}

void multiply(const BatchedGemm& op, const MatrixView& a, const MatrixView& b, const MatrixView& c, std::int64_t o,
              std::int64_t i) {
    for (std::int64_t row = 0; row < op.c.rows; ++row) {
        for (std::int64_t column = 0; column < op.c.columns; ++column) {
            double sum = 0;
            for (std::int64_t k = 0; k < op.depth(); ++k)
                sum += double(a.data[op.transposeA ? place(op.a, o, i, k, row) : place(op.a, o, i, row, k)]) *
                       double(b.data[op.transposeB ? place(op.b, o, i, column, k) : place(op.b, o, i, k, column)]);
            const std::int64_t at = place(op.c, o, i, row, column);
            c.store(at, double(op.scale) * sum + (op.accumulate ? double(c.data[at]) : 0.0));
        }
        for (std::int64_t column = op.c.columns; column < roundUp4(op.c.columns); ++column) {
            const std::int64_t at = place(op.c, o, i, row, column);
            if (at % op.c.tensor.stride >= op.c.tensor.columns) c.store(at, 0);
        }
    }
}

Status record(HostRecorder& recorder, const BatchedGemm& op) {
    recorder.run([op] {
        const MatrixView a(op.a.tensor), b(op.b.tensor), c(op.c.tensor);
        for (std::int64_t o = 0; o < op.outer; ++o) {
            for (std::int64_t i = 0; i < op.inner; ++i) multiply(op, a, b, c, o, i);
        }
    });
    return {};
}

/// `outer` x `inner` matrices below each other.
MatrixBatch below(const Tensor& t, std::int64_t rows, std::int64_t inner) {
    return {t, rows, t.columns, inner * rows * t.stride, rows * t.stride, 0};
}

/// Matrices below each other for `outer` and side by side, `columns` wide, for `inner`, from column `first`.
MatrixBatch beside(const Tensor& t, std::int64_t rows, std::int64_t columns, std::int64_t first) {
    return {t, rows, columns, rows * t.stride, columns, first};
}

struct Problem {
    std::int64_t outer, inner, m, n, k;
};

OpExample example(const Problem& p, bool ta, bool tb, float scale = 1, bool accumulate = false) {
    const std::string name = std::to_string(p.outer) + "x" + std::to_string(p.inner) + " of " + std::to_string(p.m) +
                             "x" + std::to_string(p.n) + "x" + std::to_string(p.k) + (ta ? " A transposed" : "") +
                             (tb ? " B transposed" : "") + (scale != 1 ? " scaled" : "") +
                             (accumulate ? " accumulating" : "");
    return {name, [=](OpTrial& t) {
                const std::int64_t count = p.outer * p.inner;
                const Tensor a = ta ? t.values(count * p.k, p.m) : t.values(count * p.m, p.k);
                const Tensor b = tb ? t.values(count * p.n, p.k) : t.values(count * p.k, p.n);
                const Tensor c = accumulate ? t.changed(count * p.m, p.n) : t.result(count * p.m, p.n);
                t.add(BatchedGemm{below(a, ta ? p.k : p.m, p.inner), below(b, tb ? p.n : p.k, p.inner),
                                  below(c, p.m, p.inner), p.outer, p.inner, ta, tb, scale, accumulate});
            }};
}

/// An attention with queries, keys and values side by side in one tensor: `outer` pictures, `inner` heads.
OpExample scores(std::int64_t pictures, std::int64_t heads, std::int64_t tokens, std::int64_t width) {
    return {"scores of " + std::to_string(heads) + " heads, " + std::to_string(tokens) + " tokens", [=](OpTrial& t) {
                const Tensor qkv = t.values(pictures * tokens, 3 * heads * width);
                const Tensor result = t.result(pictures * heads * tokens, tokens);
                t.add(BatchedGemm{beside(qkv, tokens, width, 0), beside(qkv, tokens, width, heads * width),
                                  below(result, tokens, heads), pictures, heads, false, true, 0.5f, false});
            }};
}

OpExample weighted(std::int64_t pictures, std::int64_t heads, std::int64_t tokens, std::int64_t width, bool transposeA,
                   bool accumulate) {
    return {std::string("values of ") + std::to_string(heads) + " heads" + (transposeA ? " A transposed" : "") +
                (accumulate ? " accumulating" : ""),
            [=](OpTrial& t) {
                const Tensor p = t.values(pictures * heads * tokens, tokens);
                const Tensor qkv = t.values(pictures * tokens, 3 * heads * width);
                // The results lie between other numbers, which must stay.
                const Tensor result = t.changed(pictures * tokens, 3 * heads * width);
                t.add(BatchedGemm{below(p, tokens, heads), beside(qkv, tokens, width, 2 * heads * width),
                                  beside(result, tokens, width, heads * width), pictures, heads, transposeA, false, 1,
                                  accumulate});
            }};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    constexpr Problem problems[] = {{1, 1, 1, 1, 1},    {2, 3, 5, 7, 3},    {1, 4, 17, 4, 8},  {3, 1, 8, 33, 17},
                                    {2, 2, 32, 32, 16}, {1, 2, 65, 50, 20}, {4, 16, 4, 6, 129}};
    for (const Problem& p : problems) {
        list.push_back(example(p, false, false));
        list.push_back(example(p, true, false));
        list.push_back(example(p, false, true));
    }
    list.push_back(example({2, 3, 9, 5, 6}, false, false, 0.25f));
    list.push_back(example({2, 3, 9, 5, 6}, false, true, 0.25f, true));
    list.push_back(example({2, 3, 9, 5, 6}, true, false, 2.0f, true));
    list.push_back(scores(2, 2, 17, 8));
    list.push_back(scores(1, 3, 65, 16));
    list.push_back(weighted(2, 2, 17, 8, false, false));
    list.push_back(weighted(2, 2, 17, 8, true, false));
    list.push_back(weighted(1, 3, 10, 12, true, true));
    return list;
}

}  // namespace

extern const ReferenceOp batched_gemm{BatchedGemm::name, hostOp<BatchedGemm, record>(), examples()};

}  // namespace lemnos::reference_ops
