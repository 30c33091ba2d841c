// Adam (Kingma & Ba 2015): a step of its own size for every weight.
#include "compute/ops/adam.h"

#include <cmath>

#include "model/optimizers/optimizer.h"

namespace lemnos::optimizers {
namespace {

void update(OptimizerRecording& r) {
    r.recorder.add(Adam{r.weights, r.gradients, r.state[0], r.state[1], realParam(r.params, "beta1"),
                        realParam(r.params, "beta2"), realParam(r.params, "epsilon"), r.decay, false, r.rateFactor,
                        r.stepScalars});
}

// In double: 1 - 0.999^1 in float would already be off in the fifth digit.
std::array<float, 4> scalars(const ParamMap& params, std::int64_t step) {
    const auto t = static_cast<double>(step);
    const double c1 = 1 / (1 - std::pow(realParam(params, "beta1"), t));
    const double c2 = 1 / std::sqrt(1 - std::pow(realParam(params, "beta2"), t));
    return {static_cast<float>(c1), static_cast<float>(c2), 0, 0};
}

}  // namespace

extern const OptimizerType adam{
    .name = "adam",
    .label = LEMNOS_TEXT("Adam"),
    .summary = LEMNOS_TEXT("A step of its own size for every weight; works well almost everywhere."),
    .params = {{.key = "beta1",
                .label = LEMNOS_TEXT("Beta 1"),
                .help = LEMNOS_TEXT("How much of the last steps' direction is kept; closer to 1 is smoother."),
                .defaultValue = 0.9,
                .minimum = 0,
                .maximum = 0.9999,
                .advanced = true},
               {.key = "beta2",
                .label = LEMNOS_TEXT("Beta 2"),
                .help = LEMNOS_TEXT("How long the size of past gradients is remembered; closer to 1 is longer."),
                .defaultValue = 0.999,
                .minimum = 0,
                .maximum = 0.999999,
                .advanced = true},
               {.key = "epsilon",
                .label = LEMNOS_TEXT("Epsilon"),
                .help = LEMNOS_TEXT("Keeps steps finite where gradients vanish; larger is more careful."),
                .defaultValue = 1e-8,
                .minimum = 1e-12,
                .maximum = 1,
                .advanced = true}},
    .state = {"m", "v"},
    .defaultLearningRate = 1e-3,
    .update = update,
    .scalars = scalars,
};

}  // namespace lemnos::optimizers
