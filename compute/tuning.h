// Tuning: which of its kernel variants a device is fastest with, found out by trying.
#pragma once

#include <string>
#include <vector>

#include "compute/result.h"

namespace lemnos {

/// Numbers of variants, for the device that they were measured on. Empty: the device's start table.
using Tuning = std::vector<int>;

/// Tries the variants of each class of product on a typical size, and gives up what is not tried yet after about
/// `seconds`. Empty for devices that have nothing to choose. Nothing else should be at work on the device.
Result<Tuning> measureTuning(const std::string& deviceId, double seconds = 3);

}  // namespace lemnos
