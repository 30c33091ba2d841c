// The learning rate falls along half a cosine and starts anew, again and again: SGDR (Loshchilov & Hutter 2017).
#include "model/schedules/schedule_support.h"

namespace lemnos::schedules {
namespace {

double factor(const ParamMap& params, const SchedulePoint& point) {
    const double growth = realParam(params, "cycle_growth");
    double length = static_cast<double>(intParam(params, "cycle_epochs")), since = point.epochs();
    while (since >= length) {
        since -= length;
        length *= growth;
    }
    return alongCosine(1, realParam(params, "floor"), since / length);
}

}  // namespace

extern const ScheduleType cosine_restarts{
    .name = "cosine_restarts",
    .label = LEMNOS_TEXT("Cosine with restarts"),
    .summary = LEMNOS_TEXT("Falls like a cosine and jumps back up, again and again, to leave poor solutions behind."),
    .params = withWarmup({{.key = "cycle_epochs",
                           .label = LEMNOS_TEXT("Cycle"),
                           .help = LEMNOS_TEXT("Epochs from the start to the first restart."),
                           .defaultValue = std::int64_t{10},
                           .minimum = 1,
                           .maximum = 1'000'000,
                           .unit = LEMNOS_TEXT("epochs")},
                          {.key = "cycle_growth",
                           .label = LEMNOS_TEXT("Growth"),
                           .help = LEMNOS_TEXT("How much longer each cycle is than the one before it."),
                           .defaultValue = 2.0,
                           .minimum = 1,
                           .maximum = 100},
                          floorParam()}),
    .factor = factor,
};

}  // namespace lemnos::schedules
