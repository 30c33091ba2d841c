// Adam (Kingma & Ba 2015): a step of its own size for every weight.
#include "compute/ops/adam.h"

#include "model/optimizers/adam_support.h"

namespace lemnos::optimizers {
namespace {

void update(OptimizerRecording& r) {
    r.recorder.add(Adam{r.weights, r.gradients, r.state[0], r.state[1], realParam(r.params, "beta1"),
                        realParam(r.params, "beta2"), realParam(r.params, "epsilon"), r.decay, false, r.rateFactor,
                        r.stepScalars});
}

}  // namespace

extern const OptimizerType adam{
    .name = "adam",
    .label = LEMNOS_TEXT("Adam"),
    .summary = LEMNOS_TEXT("A step of its own size for every weight; works well almost everywhere."),
    .params = momentParams(1e-8, 0),
    .state = {"m", "v"},
    .defaultLearningRate = 1e-3,
    .update = update,
    .scalars = biasCorrections,
};

}  // namespace lemnos::optimizers
