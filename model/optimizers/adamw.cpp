// AdamW (Loshchilov & Hutter 2019): Adam with weight decay that the size of gradients does not weaken.
#include "compute/ops/adam.h"
#include "model/optimizers/adam_support.h"

namespace lemnos::optimizers {
namespace {

void update(OptimizerRecording& r) {
    r.recorder.add(Adam{r.weights, r.gradients, r.state[0], r.state[1], realParam(r.params, "beta1"),
                        realParam(r.params, "beta2"), realParam(r.params, "epsilon"), r.decay, true, r.rateFactor,
                        r.stepScalars});
}

}  // namespace

extern const OptimizerType adamw{
    .name = "adamw",
    .label = LEMNOS_TEXT("AdamW"),
    .summary = LEMNOS_TEXT("Adam with a weight decay of its own; a good choice for larger networks."),
    .params = momentParams(1e-8, 0.01),
    .state = {"m", "v"},
    .defaultLearningRate = 1e-3,
    .update = update,
    .scalars = biasCorrections,
};

}  // namespace lemnos::optimizers
