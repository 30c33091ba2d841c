// The learning rate falls along half a cosine over the whole run (Loshchilov & Hutter 2017, equation 5).
#include "model/schedules/schedule_support.h"

namespace lemnos::schedules {
namespace {

double factor(const ParamMap& params, const SchedulePoint& point) {
    return alongCosine(1, realParam(params, "floor"),
                       static_cast<double>(point.step) / static_cast<double>(point.totalSteps));
}

}  // namespace

extern const ScheduleType cosine{
    .name = "cosine",
    .label = LEMNOS_TEXT("Cosine"),
    .summary = LEMNOS_TEXT("Lets the learning rate fall gently to nothing over the run; good for most networks."),
    .params = withWarmup({floorParam()}),
    .factor = factor,
};

}  // namespace lemnos::schedules
