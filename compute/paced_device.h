// PacedDevice: a device that computes nothing and takes the time that another one would need, so that a test can see
// what many of them do together on a computer that has none.
#pragma once

#include <memory>
#include <string>

#include "compute/device.h"
#include "compute/device_speed.h"

namespace lemnos {

/// Copies are made, so that weights and pictures come and go; of the other ops only the time passes: that of their
/// OpCost at the given speed, one after another. Memory that nothing is written to is not taken.
std::unique_ptr<Device> makePacedDevice(const DeviceSpeed& speed);

/// "7600,290": billions of operations (two for each multiply-add) and of bytes per second.
Result<DeviceSpeed> paceFromText(const std::string& text);

}  // namespace lemnos
