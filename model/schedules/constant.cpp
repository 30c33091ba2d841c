// The learning rate stays as it is.
#include "model/schedules/schedule.h"

namespace lemnos::schedules {
namespace {

double factor(const ParamMap&, const SchedulePoint&) {
    return 1;
}

}  // namespace

extern const ScheduleType constant{
    .name = "constant",
    .label = LEMNOS_TEXT("Constant"),
    .summary = LEMNOS_TEXT("The learning rate stays as it is."),
    .params = withWarmup({}),
    .factor = factor,
};

}  // namespace lemnos::schedules
