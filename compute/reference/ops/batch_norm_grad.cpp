#include "compute/ops/batch_norm_grad.h"

#include "compute/reference/activation.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const BatchNormGrad& op) {
    recorder.run([op] {
        const MatrixView x(op.x), gamma(op.gamma), mean(op.mean), inverse(op.inverse), y(op.y), dY(op.dY), dX(op.dX),
            dGamma(op.dGamma), dBeta(op.dBeta);
        const auto dZ = [&](std::int64_t i, std::int64_t j) {
            return double(dY(i, j)) * (op.activation ? activationGradient(op.activation, y(i, j)) : 1);
        };
        const auto scale = [&](std::int64_t j) {
            const double given = double(inverse(0, j));
            return op.running ? 1 / std::sqrt(given + double(op.epsilon)) : given;
        };
        const auto n = [&](std::int64_t i, std::int64_t j) {
            return (double(x(i, j)) - double(mean(0, j))) * scale(j);
        };
        std::vector<double> sums(std::size_t(x.columns), 0.0), products(std::size_t(x.columns), 0.0);
        for (std::int64_t i = 0; i < x.rows; ++i) {
            for (std::int64_t j = 0; j < x.columns; ++j) {
                sums[std::size_t(j)] += dZ(i, j);
                products[std::size_t(j)] += dZ(i, j) * n(i, j);
            }
        }
        if (dX) {
            const double share = op.running ? 0 : 1 / double(x.rows);
            dX.fill([&](std::int64_t i, std::int64_t j) {
                return double(gamma(0, j)) * scale(j) *
                           (dZ(i, j) - share * (sums[std::size_t(j)] + n(i, j) * products[std::size_t(j)])) +
                       (op.accumulate ? double(dX(i, j)) : 0.0);
            });
        }
        dGamma.fill([&](std::int64_t, std::int64_t j) {
            return products[std::size_t(j)] + (op.accumulateWeights ? double(dGamma(0, j)) : 0.0);
        });
        dBeta.fill([&](std::int64_t, std::int64_t j) {
            return sums[std::size_t(j)] + (op.accumulateWeights ? double(dBeta(0, j)) : 0.0);
        });
    });
    return {};
}

struct Use {
    double center = 0;
    Activation activation{};
    bool running = false, accumulate = false, accumulateWeights = false;
    enum { apart, inPlace, none } dX = apart;
};

OpExample example(std::int64_t rows, std::int64_t columns, const Use& use = {}) {
    const std::string name = std::to_string(rows) + "x" + std::to_string(columns) + " around " +
                             std::to_string(int(use.center)) +
                             (use.activation ? " activation " + std::to_string(int(use.activation.kind)) : "") +
                             (use.running ? " running" : "") + (use.accumulate ? " accumulating" : "") +
                             (use.accumulateWeights ? " accumulating weights" : "") +
                             (use.dX == Use::inPlace ? " in place"
                              : use.dX == Use::none  ? " weights only"
                                                     : "");
    return {name,
            [=](OpTrial& t) {
                BatchNormGrad op;
                op.x = t.values(rows, columns, use.center - 1.7, use.center + 1.7);
                op.gamma = t.parameters(1, columns, 0.5, 1.5);
                op.mean = t.parameters(1, columns, use.center - 0.1, use.center + 0.1);
                op.inverse = t.parameters(1, columns, 0.5, 2);
                if (use.activation)
                    op.y = t.values(rows, columns, -1, use.activation.kind == ActivationKind::relu6 ? 8 : 1);
                op.dY = use.dX == Use::inPlace ? t.changed(rows, columns) : t.values(rows, columns);
                if (use.dX == Use::inPlace) op.dX = op.dY;
                if (use.dX == Use::apart) op.dX = use.accumulate ? t.changed(rows, columns) : t.result(rows, columns);
                op.dGamma = use.accumulateWeights ? t.changedParameters(1, columns) : t.parameterResult(1, columns);
                op.dBeta = use.accumulateWeights ? t.changedParameters(1, columns) : t.parameterResult(1, columns);
                op.activation = use.activation;
                op.running = use.running;
                op.epsilon = 0.01f;
                op.accumulate = use.accumulate;
                op.accumulateWeights = use.accumulateWeights;
                t.add(op);
            },
            5e-6};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    constexpr std::int64_t sizes[][2] = {{1, 1},    {1, 7},       {2, 3},     {9, 5},     {49, 17},
                                         {5, 1030}, {33 * 33, 3}, {1000, 64}, {4099, 33}, {70001, 3}};
    for (const auto& [rows, columns] : sizes) list.push_back(example(rows, columns));
    list.push_back(example(1025, 5, {.center = 10}));
    for (auto kind = ActivationKind::relu; kind <= ActivationKind::tanh; kind = ActivationKind(std::uint32_t(kind) + 1))
        list.push_back(example(37, 9, {.activation = {kind, 0.25f}}));
    list.push_back(example(37, 9, {.running = true}));
    list.push_back(example(4099, 33, {.running = true}));
    list.push_back(example(1030, 7, {.activation = {ActivationKind::relu}, .running = true, .accumulate = true}));
    list.push_back(example(37, 9, {.running = true, .dX = Use::inPlace}));
    list.push_back(example(37, 9, {.accumulate = true}));
    list.push_back(example(37, 9, {.accumulateWeights = true}));
    list.push_back(
        example(1030, 7, {.activation = {ActivationKind::relu}, .accumulate = true, .accumulateWeights = true}));
    list.push_back(example(37, 9, {.dX = Use::inPlace}));
    list.push_back(example(1030, 7, {.activation = {ActivationKind::relu}, .dX = Use::inPlace}));
    list.push_back(example(37, 9, {.dX = Use::none}));
    list.push_back(
        example(37, 9, {.activation = {ActivationKind::leakyRelu, 0.25f}, .accumulateWeights = true, .dX = Use::none}));
    return list;
}

}  // namespace

extern const ReferenceOp batch_norm_grad{BatchNormGrad::name, hostOp<BatchNormGrad, record>(), examples()};

}  // namespace lemnos::reference_ops
