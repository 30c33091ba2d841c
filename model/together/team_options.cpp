#include "model/together/team_options.h"

namespace lemnos {

TeamOptions teamOptionsFrom(const ParamMap& settings, bool watched) {
    const SumFormat format = sumFormatFrom(textParam(settings, "wire")).value_or(SumFormat::float32);
    return {
        {.exact = boolParam(settings, "exact"), .format = format, .watched = watched},
        intParam(settings, "local_steps"),
        {realParam(settings, "local_rate"), realParam(settings, "outer_rate"), realParam(settings, "outer_momentum")}};
}

Status checkTeamSettings(const ParamMap& settings) {
    if (boolParam(settings, "exact") && textParam(settings, "wire") != "float32")
        return Error{
            LEMNOS_TEXT("An exact run rounds nothing on its way between PCs; set wire to float32, or train without "
                        "\"exact\"."),
            "wire"};
    if (intParam(settings, "local_steps") == 0) return {};
    if (boolParam(settings, "exact"))
        return Error{
            LEMNOS_TEXT("An exact run takes every step together; set local_steps to 0, or train without \"exact\"."),
            "local_steps"};
    if (realParam(settings, "ema") > 0)
        return Error{
            LEMNOS_TEXT(
                "A moving average of the weights does not go together with local steps; set one of the two to 0."),
            "ema"};
    if (intParam(settings, "accumulate") > 1)
        return Error{
            LEMNOS_TEXT("Local steps make accumulated batches needless; set accumulate to 1, or local_steps to 0."),
            "accumulate"};
    return {};
}

}  // namespace lemnos
