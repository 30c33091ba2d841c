// Up to the full learning rate and down to almost nothing, once (Smith & Topin 2018), with the curve and the defaults
// of PyTorch's OneCycleLR. The momentum stays as it is.
#include "model/schedules/schedule_support.h"

namespace lemnos::schedules {
namespace {

double factor(const ParamMap& params, const SchedulePoint& point) {
    const double start = 1 / realParam(params, "start_divisor"), end = start / realParam(params, "final_divisor");
    const auto step = static_cast<double>(point.step), last = static_cast<double>(point.totalSteps) - 1;
    const double peak = realParam(params, "peak_at") * static_cast<double>(point.totalSteps) - 1;
    if (step <= peak) return peak > 0 ? alongCosine(start, 1, step / peak) : 1;
    return alongCosine(1, end, last > peak ? (step - peak) / (last - peak) : 1);
}

}  // namespace

extern const ScheduleType one_cycle{
    .name = "one_cycle",
    .label = LEMNOS_TEXT("One cycle"),
    .summary = LEMNOS_TEXT("Climbs to the full learning rate and falls to almost nothing; fast, even with high rates."),
    .params = withWarmup({{.key = "peak_at",
                           .label = LEMNOS_TEXT("Peak at"),
                           .help = LEMNOS_TEXT("Part of the run in which the learning rate climbs."),
                           .defaultValue = 0.3,
                           .minimum = 0,
                           .maximum = 1},
                          {.key = "start_divisor",
                           .label = LEMNOS_TEXT("Start divisor"),
                           .help = LEMNOS_TEXT("The run starts at the learning rate divided by this."),
                           .defaultValue = 25.0,
                           .minimum = 1,
                           .maximum = 1e9,
                           .advanced = true},
                          {.key = "final_divisor",
                           .label = LEMNOS_TEXT("Final divisor"),
                           .help = LEMNOS_TEXT("The run ends at its first learning rate divided by this."),
                           .defaultValue = 1e4,
                           .minimum = 1,
                           .maximum = 1e12,
                           .advanced = true}}),
    .factor = factor,
};

}  // namespace lemnos::schedules
