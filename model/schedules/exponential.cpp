// The learning rate falls by the same share every epoch.
#include "model/schedules/schedule_support.h"

namespace lemnos::schedules {
namespace {

double factor(const ParamMap& params, const SchedulePoint& point) {
    return std::pow(realParam(params, "gamma"), static_cast<double>(point.epoch));
}

}  // namespace

extern const ScheduleType exponential{
    .name = "exponential",
    .label = LEMNOS_TEXT("Exponential"),
    .summary = LEMNOS_TEXT("Multiplies the learning rate with gamma after every epoch."),
    .params =
        withWarmup({gammaParam(0.95, LEMNOS_TEXT("What the learning rate is multiplied with after every epoch."))}),
    .factor = factor,
};

}  // namespace lemnos::schedules
