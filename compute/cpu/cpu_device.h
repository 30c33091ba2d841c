// The processor as a device: oneDNN for products and convolutions, vectorised loops for the rest.
#pragma once

#include <memory>
#include <string_view>

#include "compute/device.h"

namespace lemnos {

constexpr std::string_view cpuDeviceId = "cpu";

/// The one CPU device of this computer.
DeviceInfo cpuDeviceInfo();

std::unique_ptr<Device> openCpuDevice(const DeviceOptions& options);

}  // namespace lemnos
