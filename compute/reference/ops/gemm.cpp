#include "compute/ops/gemm.h"

#include "compute/reference/activation.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const Gemm& op) {
    recorder.run([op] {
        const MatrixView a(op.a), b(op.b), c(op.c), bias(op.bias);
        c.fill([&](std::int64_t i, std::int64_t j) {
            double sum = (bias ? bias(0, j) : 0.0) + (op.accumulate ? c(i, j) : 0.0);
            for (std::int64_t k = 0; k < op.depth(); ++k)
                sum += double(op.transposeA ? a(k, i) : a(i, k)) * double(op.transposeB ? b(j, k) : b(k, j));
            return activate(op.activation, sum);
        });
    });
    return {};
}

OpExample example(std::int64_t m, std::int64_t n, std::int64_t k, bool ta, bool tb, bool bias = false,
                  bool accumulate = false, Activation activation = {}) {
    const std::string name = std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k) +
                             (ta ? " A transposed" : "") + (tb ? " B transposed" : "") + (bias ? " bias" : "") +
                             (accumulate ? " accumulating" : "") + (activation ? " activated" : "");
    return {name,
            [=](OpTrial& t) {
                // With A transposed it is the gradient of weights; else B is weights.
                const Tensor a = ta ? t.values(k, m) : t.values(m, k);
                const Tensor b = ta ? t.values(k, n) : tb ? t.parameters(n, k) : t.parameters(k, n);
                const Tensor row = bias ? t.parameters(1, n) : Tensor{};
                const Tensor c = ta ? (accumulate ? t.changedParameters(m, n) : t.parameterResult(m, n))
                                    : (accumulate ? t.changed(m, n) : t.result(m, n));
                t.add(Gemm{a, b, c, ta, tb, row, accumulate, activation});
            },
            1e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    constexpr std::int64_t problems[][3] = {{1, 1, 1},    {1, 4, 3},    {7, 5, 9},    {32, 32, 32},   {33, 31, 30},
                                            {8, 100, 17}, {70, 10, 65}, {16, 129, 5}, {128, 64, 100}, {5, 1000, 2}};
    for (const auto& [m, n, k] : problems) {
        list.push_back(example(m, n, k, false, false));
        list.push_back(example(m, n, k, true, false));
        list.push_back(example(m, n, k, false, true));
    }
    list.push_back(example(33, 18, 21, false, false, true));
    list.push_back(example(33, 18, 21, true, false, false, true));
    list.push_back(example(9, 7, 12, false, true, true, true));
    for (auto kind = ActivationKind::relu; kind <= ActivationKind::tanh; kind = ActivationKind(std::uint32_t(kind) + 1))
        list.push_back(example(17, 9, 6, false, false, true, false, {kind, 0.25f}));
    return list;
}

}  // namespace

extern const ReferenceOp gemm{Gemm::name, hostOp<Gemm, record>(), examples()};

}  // namespace lemnos::reference_ops
