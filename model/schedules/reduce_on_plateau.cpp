// The learning rate falls when the validation loss no longer does; the rules of PyTorch's ReduceLROnPlateau.
#include "model/schedules/schedule_support.h"

#include <algorithm>

namespace lemnos::schedules {
namespace {

double factor(const ParamMap&, const SchedulePoint&) {
    return 1;
}

ScheduleState observe(const ParamMap& params, const ScheduleState& state, double loss) {
    ScheduleState next = state;
    if (!state.best || loss < *state.best * (1 - realParam(params, "plateau_threshold"))) {
        next.best = loss;
        next.wait = 0;
    } else if (++next.wait > intParam(params, "plateau_patience")) {
        next.factor = std::max(state.factor * realParam(params, "gamma"), realParam(params, "floor"));
        next.wait = 0;
    }
    return next;
}

}  // namespace

extern const ScheduleType reduce_on_plateau{
    .name = "reduce_on_plateau",
    .label = LEMNOS_TEXT("Reduce on plateau"),
    .summary = LEMNOS_TEXT("Lowers the learning rate when the validation loss no longer falls."),
    .params =
        withWarmup({{.key = "plateau_patience",
                     .label = LEMNOS_TEXT("Wait"),
                     .help = LEMNOS_TEXT("Epochs without a lower validation loss before the learning rate falls."),
                     .defaultValue = std::int64_t{5},
                     .minimum = 0,
                     .maximum = 1'000'000,
                     .unit = LEMNOS_TEXT("epochs")},
                    gammaParam(0.1, LEMNOS_TEXT("What the learning rate is multiplied with when it falls.")),
                    {.key = "plateau_threshold",
                     .label = LEMNOS_TEXT("Threshold"),
                     .help = LEMNOS_TEXT("Part by which the loss must fall to count as lower."),
                     .defaultValue = 1e-4,
                     .minimum = 0,
                     .maximum = 1,
                     .advanced = true},
                    floorParam()}),
    .factor = factor,
    .observe = observe,
};

}  // namespace lemnos::schedules
