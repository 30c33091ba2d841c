// Where in the PC a device is, so that others who know of it (sensors, for one) can be asked about the same thing.
#pragma once

#include <string>

#include "compute/device.h"

namespace lemnos {

/// "processor", also for software Vulkan; the PCI address of a card as Linux writes it, "0000:01:00.0"; empty where the
/// driver does not tell. Asks the driver anew: not for every step.
std::string placeOf(const DeviceInfo& device);

}  // namespace lemnos
