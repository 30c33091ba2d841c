// Instance: the Vulkan loader's handle, with the validation layer's messages when asked for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compute/device.h"
#include "compute/vulkan/api.h"

namespace lemnos {

/// A Vulkan device that has a compute queue and Vulkan 1.2, before it is opened.
struct PhysicalDevice {
    VkPhysicalDevice handle = VK_NULL_HANDLE;
    std::uint32_t queueFamily = 0;
    DeviceInfo info;
};

/// One VkInstance. Lavapipe gives each instance its own thread pool, so every opened device has an instance of its own.
class Instance {
  public:
    static Result<std::unique_ptr<Instance>> create(bool validate);
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    /// Usable devices, real GPUs before software ones.
    Result<std::vector<PhysicalDevice>> physicalDevices() const;

    /// The validation layer's messages so far; any message is a mistake of ours.
    Status validationStatus() const;

  private:
    Instance() = default;

    VkInstance m_instance = VK_NULL_HANDLE;
    VkDebugUtilsMessengerEXT m_messenger = VK_NULL_HANDLE;
    std::vector<std::string> m_messages;
};

}  // namespace lemnos
