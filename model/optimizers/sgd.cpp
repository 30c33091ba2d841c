// Stochastic gradient descent with momentum (Sutskever et al. 2013).
#include "compute/ops/sgd.h"

#include "model/optimizers/optimizer.h"

namespace lemnos::optimizers {
namespace {

void update(OptimizerRecording& r) {
    r.recorder.add(Sgd{r.weights, r.gradients, r.state[0], realParam(r.params, "momentum"),
                       boolParam(r.params, "nesterov"), r.decay, r.rateFactor, r.stepScalars});
}

}  // namespace

extern const OptimizerType sgd{
    .name = "sgd",
    .label = LEMNOS_TEXT("SGD with momentum"),
    .summary = LEMNOS_TEXT("Steps straight down the gradient; with a well chosen rate often the best in the end."),
    .params = {{.key = "momentum",
                .label = LEMNOS_TEXT("Momentum"),
                .help = LEMNOS_TEXT("How much of the last step is added to the next; 0 switches it off."),
                .defaultValue = 0.9,
                .minimum = 0,
                .maximum = 0.9999},
               {.key = "nesterov",
                .label = LEMNOS_TEXT("Nesterov"),
                .help = LEMNOS_TEXT("Looks ahead along the momentum before each step."),
                .defaultValue = false,
                .advanced = true},
               weightDecayParam(0)},
    .state = {"velocity"},
    .defaultLearningRate = 1e-2,
    .update = update,
};

}  // namespace lemnos::optimizers
