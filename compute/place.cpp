#include "compute/place.h"

#include "compute/vulkan/pci_address.h"

namespace lemnos {

std::string placeOf(const DeviceInfo& device) {
    switch (device.kind) {
        case DeviceKind::processor:
        case DeviceKind::softwareGpu:
            return "processor";
        default:
            return device.uuid.empty() ? std::string() : pciAddressOf(device.uuid);
    }
}

}  // namespace lemnos
