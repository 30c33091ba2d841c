#include "model/schedules/schedule.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "model/phrased_error.h"

namespace lemnos {

std::vector<Param> withWarmup(std::vector<Param> params) {
    const Param warmup[] = {
        {.key = "warmup_epochs",
         .label = LEMNOS_TEXT("Warm-up"),
         .help = LEMNOS_TEXT("Epochs in which the learning rate climbs to its full size, so that the first steps do no "
                             "harm; 0 starts at once."),
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 1'000'000,
         .unit = LEMNOS_TEXT("epochs")},
        {.key = "warmup_from",
         .label = LEMNOS_TEXT("Warm-up from"),
         .help = LEMNOS_TEXT("Part of the learning rate that the warm-up starts at."),
         .defaultValue = 0.1,
         .minimum = 0,
         .maximum = 1,
         .advanced = true}};
    params.insert(params.end(), std::begin(warmup), std::end(warmup));
    return params;
}

double scheduleFactor(const ScheduleType& type, const ParamMap& params, const SchedulePoint& point,
                      const ScheduleState& state) {
    const double warmup = realParam(params, "warmup_epochs"), from = realParam(params, "warmup_from");
    const double climbed = warmup > 0 ? std::min(1.0, point.epochs() / warmup) : 1;
    return (from + (1 - from) * climbed) * type.factor(params, point) * state.factor;
}

const ScheduleType* findScheduleType(std::string_view name) {
    for (const ScheduleType* type : scheduleTypes()) {
        if (type->name == name) return type;
    }
    return nullptr;
}

Result<const ScheduleType*> scheduleTypeOrError(std::string_view name) {
    if (const ScheduleType* type = findScheduleType(name)) return type;
    std::string known;
    for (const ScheduleType* type : scheduleTypes()) known += (known.empty() ? "" : ", ") + std::string(type->name);
    return phrasedError({LEMNOS_TEXT("There is no schedule '%1'; use one of: %2."),
                         {Phrase::name(std::string(name)), Phrase::name(known)}},
                        "schedule");
}

}  // namespace lemnos
