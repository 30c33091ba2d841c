// Lion (Chen et al. 2023): steps of one size, only their sign follows the gradients.
#include "compute/ops/lion.h"

#include "model/optimizers/optimizer.h"

namespace lemnos::optimizers {
namespace {

void update(OptimizerRecording& r) {
    r.recorder.add(Lion{r.weights, r.gradients, r.state[0], realParam(r.params, "beta1"), realParam(r.params, "beta2"),
                        r.decay, r.rateFactor, r.stepScalars});
}

}  // namespace

extern const OptimizerType lion{
    .name = "lion",
    .label = LEMNOS_TEXT("Lion"),
    .summary = LEMNOS_TEXT("Follows only the sign of the momentum; needs less memory than Adam and a smaller rate."),
    .params = {{.key = "beta1",
                .label = LEMNOS_TEXT("Beta 1"),
                .help = LEMNOS_TEXT("How much of the past the direction of a step takes; closer to 1 is smoother."),
                .defaultValue = 0.9,
                .minimum = 0,
                .maximum = 0.9999,
                .advanced = true},
               {.key = "beta2",
                .label = LEMNOS_TEXT("Beta 2"),
                .help = LEMNOS_TEXT("How long past gradients are remembered; closer to 1 is longer."),
                .defaultValue = 0.99,
                .minimum = 0,
                .maximum = 0.999999,
                .advanced = true},
               weightDecayParam(0.01)},
    .state = {"m"},
    .defaultLearningRate = 1e-4,
    .update = update,
};

}  // namespace lemnos::optimizers
