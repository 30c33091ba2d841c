// LAMB (You et al. 2020): Adam's direction, as long as the weight it changes.
#include "compute/ops/lamb.h"

#include "model/optimizers/adam_support.h"

namespace lemnos::optimizers {
namespace {

void update(OptimizerRecording& r) {
    r.recorder.add(Lamb{r.weights, r.gradients, r.state[0], r.state[1], realParam(r.params, "beta1"),
                        realParam(r.params, "beta2"), realParam(r.params, "epsilon"), r.decay, r.rateFactor,
                        r.stepScalars});
}

}  // namespace

extern const OptimizerType lamb{
    .name = "lamb",
    .label = LEMNOS_TEXT("LAMB"),
    .summary = LEMNOS_TEXT("Steps in proportion to the size of each layer's weights; made for very large batches."),
    .params = momentParams(1e-6, 0.01),
    .state = {"m", "v"},
    .defaultLearningRate = 1e-3,
    .perWeight = true,
    .update = update,
    .scalars = biasCorrections,
};

}  // namespace lemnos::optimizers
