// Settings and curves that several schedules have.
#pragma once

#include <cmath>
#include <numbers>

#include "model/schedules/schedule.h"

namespace lemnos {

/// From `start` (share 0) to `end` (share 1) along half a cosine.
inline double alongCosine(double start, double end, double share) {
    return end + (start - end) * (1 + std::cos(std::numbers::pi * share)) / 2;
}

inline Param gammaParam(double defaultValue, const char* help) {
    return {.key = "gamma",
            .label = LEMNOS_TEXT("Gamma"),
            .help = help,
            .defaultValue = defaultValue,
            .minimum = 0,
            .maximum = 1};
}

inline Param floorParam() {
    return {.key = "floor",
            .label = LEMNOS_TEXT("Floor"),
            .help = LEMNOS_TEXT("Part of the learning rate that it never falls below."),
            .defaultValue = 0.0,
            .minimum = 0,
            .maximum = 1,
            .advanced = true};
}

}  // namespace lemnos
