#include "compute/vulkan/pci_address.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "compute/vulkan/instance.h"

namespace lemnos {

std::string pciAddressOf(const std::string& uuid) {
    const auto instance = Instance::create(false);
    if (!instance) return {};
    const auto devices = (*instance)->physicalDevices();
    if (!devices) return {};
    const auto found = std::ranges::find(*devices, uuid, [](const PhysicalDevice& device) { return device.info.uuid; });
    if (found == devices->end()) return {};
    // A driver without VK_EXT_pci_bus_info has to pass over the structure.
    constexpr std::uint32_t untold = UINT32_MAX;
    VkPhysicalDevicePCIBusInfoPropertiesEXT bus{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PCI_BUS_INFO_PROPERTIES_EXT};
    bus.pciBus = untold;
    VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &bus};
    vkGetPhysicalDeviceProperties2(found->handle, &properties);
    if (bus.pciBus == untold) return {};
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%04x:%02x:%02x.%x", bus.pciDomain, bus.pciBus, bus.pciDevice,
                  bus.pciFunction);
    return text.data();
}

}  // namespace lemnos
