// The PCI address of a Vulkan device.
#pragma once

#include <string>

namespace lemnos {

/// Of the device with this DeviceInfo::uuid, as Linux writes it: "0000:01:00.0". Empty where there is none, or where
/// the driver does not tell.
std::string pciAddressOf(const std::string& uuid);

}  // namespace lemnos
