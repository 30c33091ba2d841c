// How long a training step will take, from what a device was measured to do at best.
#pragma once

#include <cstdint>
#include <span>

#include "compute/device_speed.h"
#include "model/graph/plan.h"

namespace lemnos {

/// Seconds of a step of the plan's batch on one device. Each layer takes the longer of its arithmetic and its traffic
/// (the roofline of Williams, Waterman and Patterson 2009), forward once and backward twice; then the update.
double expectedStepSeconds(const Plan& plan, const DeviceSpeed& speed);

/// Seconds that so many samples take on devices that share out each step by their speed; 0 where there is no device.
double expectedEpochSeconds(const Plan& plan, std::int64_t samples, std::span<const DeviceSpeed> devices);

}  // namespace lemnos
