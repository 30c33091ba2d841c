// The learning rate falls in steps (He et al. 2016, section 3.4).
#include "model/schedules/schedule_support.h"

namespace lemnos::schedules {
namespace {

double factor(const ParamMap& params, const SchedulePoint& point) {
    return std::pow(realParam(params, "gamma"), static_cast<double>(point.epoch / intParam(params, "step_epochs")));
}

}  // namespace

extern const ScheduleType step{
    .name = "step",
    .label = LEMNOS_TEXT("Steps"),
    .summary = LEMNOS_TEXT("Multiplies the learning rate with gamma every so many epochs."),
    .params =
        withWarmup({{.key = "step_epochs",
                     .label = LEMNOS_TEXT("Every"),
                     .help = LEMNOS_TEXT("Epochs from one step down to the next."),
                     .defaultValue = std::int64_t{30},
                     .minimum = 1,
                     .maximum = 1'000'000,
                     .unit = LEMNOS_TEXT("epochs")},
                    gammaParam(0.1, LEMNOS_TEXT("What the learning rate is multiplied with at each step down."))}),
    .factor = factor,
};

}  // namespace lemnos::schedules
