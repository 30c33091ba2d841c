// Temperatures: how hot the parts of this PC are, as far as Linux knows.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace lemnos {

using Temperatures = std::map<std::string, double>;

/// In degrees Celsius, by where the part is, as DeviceInfo::place: "processor", or a PCI address. A driver that tells
/// Linux nothing, as that of NVIDIA, has none. `hwmon` is another folder only in tests.
Temperatures readTemperatures(const std::filesystem::path& hwmon = "/sys/class/hwmon");

}  // namespace lemnos
