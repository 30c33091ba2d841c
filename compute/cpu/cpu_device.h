// The processor as a device: oneDNN for products and convolutions, vectorised loops for the rest.
#pragma once

#include <memory>

#include "compute/device.h"

namespace lemnos {

/// The one CPU device of this computer: "cpu".
DeviceInfo cpuDeviceInfo();

std::unique_ptr<Device> openCpuDevice(const DeviceOptions& options);

}  // namespace lemnos
