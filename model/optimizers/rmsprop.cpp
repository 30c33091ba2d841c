// RMSprop (Tieleman & Hinton 2012): gradients divided by their recent size.
#include "compute/ops/rms_prop.h"

#include "model/optimizers/optimizer.h"

namespace lemnos::optimizers {
namespace {

void update(OptimizerRecording& r) {
    r.recorder.add(RmsProp{r.weights, r.gradients, r.state[0], r.state[1], realParam(r.params, "rho"),
                           realParam(r.params, "momentum"), realParam(r.params, "epsilon"), r.decay, r.rateFactor,
                           r.stepScalars});
}

}  // namespace

extern const OptimizerType rmsprop{
    .name = "rmsprop",
    .label = LEMNOS_TEXT("RMSprop"),
    .summary = LEMNOS_TEXT("Divides every gradient by its recent size; the choice of many mobile networks."),
    .params = {{.key = "rho",
                .label = LEMNOS_TEXT("Rho"),
                .help = LEMNOS_TEXT("How long the size of past gradients is remembered; closer to 1 is longer."),
                .defaultValue = 0.99,
                .minimum = 0,
                .maximum = 0.999999,
                .advanced = true},
               {.key = "momentum",
                .label = LEMNOS_TEXT("Momentum"),
                .help = LEMNOS_TEXT("How much of the last step is added to the next; 0 switches it off."),
                .defaultValue = 0.0,
                .minimum = 0,
                .maximum = 0.9999},
               {.key = "epsilon",
                .label = LEMNOS_TEXT("Epsilon"),
                .help = LEMNOS_TEXT("Keeps steps finite where gradients vanish; larger is more careful."),
                .defaultValue = 1e-8,
                .minimum = 1e-12,
                .maximum = 1,
                .advanced = true},
               weightDecayParam(0)},
    .state = {"v", "velocity"},
    .defaultLearningRate = 1e-2,
    .update = update,
};

}  // namespace lemnos::optimizers
