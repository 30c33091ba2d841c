#include "compute/vulkan/instance.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

namespace lemnos {
namespace {

VKAPI_ATTR VkBool32 VKAPI_CALL onMessage(VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT,
                                         const VkDebugUtilsMessengerCallbackDataEXT* data, void* messages) {
    std::fprintf(stderr, "%s\n", data->pMessage);
    static_cast<std::vector<std::string>*>(messages)->emplace_back(data->pMessage);
    return VK_FALSE;
}

bool hasLayer(const char* name) {
    std::uint32_t count = 0;
    vkEnumerateInstanceLayerProperties(&count, nullptr);
    std::vector<VkLayerProperties> layers(count);
    vkEnumerateInstanceLayerProperties(&count, layers.data());
    return std::any_of(layers.begin(), layers.end(),
                       [&](const VkLayerProperties& layer) { return std::strcmp(layer.layerName, name) == 0; });
}

DeviceKind kindOf(VkPhysicalDeviceType type) {
    switch (type) {
        case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
            return DeviceKind::discreteGpu;
        case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
            return DeviceKind::integratedGpu;
        case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
            return DeviceKind::virtualGpu;
        case VK_PHYSICAL_DEVICE_TYPE_CPU:
            return DeviceKind::softwareGpu;
        default:
            return DeviceKind::other;
    }
}

/// A queue family for compute; one without graphics where there is a choice, so that training doesn't queue behind a
/// desktop.
std::optional<std::uint32_t> computeQueueFamily(VkPhysicalDevice device) {
    std::uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(device, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(device, &count, families.data());
    std::optional<std::uint32_t> found;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (!(families[i].queueFlags & VK_QUEUE_COMPUTE_BIT)) continue;
        if (!(families[i].queueFlags & VK_QUEUE_GRAPHICS_BIT)) return i;
        if (!found) found = i;
    }
    return found;
}

bool hasExtension(VkPhysicalDevice device, std::string_view name) {
    std::uint32_t count = 0;
    vkEnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> extensions(count);
    vkEnumerateDeviceExtensionProperties(device, nullptr, &count, extensions.data());
    return std::ranges::any_of(extensions,
                               [&](const VkExtensionProperties& extension) { return extension.extensionName == name; });
}

/// Whether it multiplies matrices of half precision as shaders/include/nvidia_matrices.glsl asks.
bool hasCooperativeMatrices(VkInstance instance, VkPhysicalDevice device) {
    if (!hasExtension(device, VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME)) return false;
    VkPhysicalDeviceCooperativeMatrixFeaturesNV matrices{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_NV};
    VkPhysicalDeviceVulkan12Features features12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES, &matrices};
    VkPhysicalDeviceFeatures2 features{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &features12};
    vkGetPhysicalDeviceFeatures2(device, &features);
    VkPhysicalDeviceSubgroupProperties subgroup{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES};
    VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &subgroup};
    vkGetPhysicalDeviceProperties2(device, &properties);
    if (!matrices.cooperativeMatrix || !features12.shaderFloat16 || !features12.vulkanMemoryModel ||
        subgroup.subgroupSize != 32)
        return false;

    const auto kinds = reinterpret_cast<PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesNV>(
        vkGetInstanceProcAddr(instance, "vkGetPhysicalDeviceCooperativeMatrixPropertiesNV"));
    std::uint32_t count = 0;
    if (!kinds || kinds(device, &count, nullptr) != VK_SUCCESS) return false;
    std::vector<VkCooperativeMatrixPropertiesNV> list(count, {VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_NV});
    if (kinds(device, &count, list.data()) != VK_SUCCESS) return false;
    return std::ranges::any_of(list, [](const VkCooperativeMatrixPropertiesNV& kind) {
        return kind.MSize == 16 && kind.NSize == 16 && kind.KSize == 16 && kind.scope == VK_SCOPE_SUBGROUP_NV &&
               kind.AType == VK_COMPONENT_TYPE_FLOAT16_NV && kind.BType == VK_COMPONENT_TYPE_FLOAT16_NV &&
               kind.CType == VK_COMPONENT_TYPE_FLOAT32_NV && kind.DType == VK_COMPONENT_TYPE_FLOAT32_NV;
    });
}

/// Empty where the driver does not tell; one without VK_EXT_pci_bus_info passes over the structure.
std::string pciAddressOf(VkPhysicalDevice device) {
    constexpr std::uint32_t untold = UINT32_MAX;
    VkPhysicalDevicePCIBusInfoPropertiesEXT bus{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PCI_BUS_INFO_PROPERTIES_EXT};
    bus.pciBus = untold;
    VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &bus};
    vkGetPhysicalDeviceProperties2(device, &properties);
    if (bus.pciBus == untold) return {};
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%04x:%02x:%02x.%x", bus.pciDomain, bus.pciBus, bus.pciDevice,
                  bus.pciFunction);
    return text.data();
}

std::optional<PhysicalDevice> describe(VkInstance instance, VkPhysicalDevice handle) {
    VkPhysicalDeviceIDProperties identity{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES};
    VkPhysicalDeviceVulkan12Properties properties12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES, &identity};
    VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &properties12};
    vkGetPhysicalDeviceProperties2(handle, &properties);
    if (properties.properties.apiVersion < VK_API_VERSION_1_2) return std::nullopt;
    const auto family = computeQueueFamily(handle);
    if (!family) return std::nullopt;

    PhysicalDevice device{handle, *family, {}};
    device.info.name = properties.properties.deviceName;
    device.info.driver = std::string(properties12.driverName) + ", " + properties12.driverInfo;
    for (const std::uint8_t byte : identity.deviceUUID) {
        constexpr const char* digits = "0123456789abcdef";
        device.info.uuid += {digits[byte >> 4], digits[byte & 15]};
    }
    device.info.kind = kindOf(properties.properties.deviceType);
    device.info.place = device.info.kind == DeviceKind::softwareGpu ? "processor" : pciAddressOf(handle);
    VkPhysicalDevice16BitStorageFeatures storage{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES};
    VkPhysicalDeviceVulkan12Features features12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES, &storage};
    VkPhysicalDeviceFeatures2 features{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &features12};
    vkGetPhysicalDeviceFeatures2(handle, &features);
    device.info.float16 = features12.shaderFloat16 && storage.storageBuffer16BitAccess;
    device.info.cooperativeMatrix = hasCooperativeMatrices(instance, handle);
    VkPhysicalDeviceMemoryProperties memory;
    vkGetPhysicalDeviceMemoryProperties(handle, &memory);
    for (std::uint32_t i = 0; i < memory.memoryHeapCount; ++i) {
        if (memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
            device.info.memoryBytes = std::max(device.info.memoryBytes, std::int64_t(memory.memoryHeaps[i].size));
    }
    return device;
}

#ifdef __x86_64__
/// Lavapipe's registers are as wide as this variable says; wider pays for our kernels where the processor has AVX-512.
/// Set before main(): a thread that reads the environment while another one changes it may crash.
[[maybe_unused]] const bool softwareVulkanIsWide = [] {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && setenv("LP_NATIVE_VECTOR_WIDTH", "512", 0) == 0;
}();
#endif

}  // namespace

Result<std::unique_ptr<Instance>> Instance::create(bool validate) {
    constexpr const char* validationLayer = "VK_LAYER_KHRONOS_validation";
    if (validate && !hasLayer(validationLayer))
        return Error{
            "The Vulkan validation layer is asked for but not installed (Debian package vulkan-validationlayers)."};

    std::unique_ptr<Instance> instance(new Instance);
    VkApplicationInfo application{VK_STRUCTURE_TYPE_APPLICATION_INFO};
    application.pApplicationName = "Lemnos";
    application.apiVersion = VK_API_VERSION_1_2;

    VkDebugUtilsMessengerCreateInfoEXT messenger{VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT};
    messenger.messageSeverity =
        VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
    messenger.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT;
    messenger.pfnUserCallback = onMessage;
    messenger.pUserData = &instance->m_messages;

    const char* extension = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;
    VkInstanceCreateInfo info{VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
    info.pApplicationInfo = &application;
    if (validate) {
        info.pNext = &messenger;
        info.enabledLayerCount = 1;
        info.ppEnabledLayerNames = &validationLayer;
        info.enabledExtensionCount = 1;
        info.ppEnabledExtensionNames = &extension;
    }
    const VkResult result = vkCreateInstance(&info, nullptr, &instance->m_instance);
    if (result == VK_ERROR_INCOMPATIBLE_DRIVER)
        return Error{"No Vulkan driver was found; install the driver of your graphics card, or mesa-vulkan-drivers."};
    TRY_OK(vulkanStatus(result, "starting Vulkan"));
    if (validate) {
        const auto create = reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(
            vkGetInstanceProcAddr(instance->m_instance, "vkCreateDebugUtilsMessengerEXT"));
        TRY_OK(vulkanStatus(create(instance->m_instance, &messenger, nullptr, &instance->m_messenger),
                            "listening to the validation layer"));
    }
    return instance;
}

Instance::~Instance() {
    if (m_messenger != VK_NULL_HANDLE) {
        const auto destroy = reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(
            vkGetInstanceProcAddr(m_instance, "vkDestroyDebugUtilsMessengerEXT"));
        destroy(m_instance, m_messenger, nullptr);
    }
    if (m_instance != VK_NULL_HANDLE) vkDestroyInstance(m_instance, nullptr);
    // Nobody is left to be told of a message that comes with the end of a device, and it must not go unseen.
    if (!m_messages.empty()) std::abort();
}

Result<std::vector<PhysicalDevice>> Instance::physicalDevices() const {
    std::uint32_t count = 0;
    TRY_OK(vulkanStatus(vkEnumeratePhysicalDevices(m_instance, &count, nullptr), "listing devices"));
    std::vector<VkPhysicalDevice> handles(count);
    TRY_OK(vulkanStatus(vkEnumeratePhysicalDevices(m_instance, &count, handles.data()), "listing devices"));

    std::vector<PhysicalDevice> devices;
    for (const VkPhysicalDevice handle : handles) {
        if (auto device = describe(m_instance, handle)) {
            device->info.id = "vulkan:" + std::to_string(devices.size());
            devices.push_back(std::move(*device));
        }
    }
    std::stable_sort(devices.begin(), devices.end(),
                     [](const PhysicalDevice& a, const PhysicalDevice& b) { return a.info.kind < b.info.kind; });
    return devices;
}

Status Instance::validationStatus() const {
    if (m_messages.empty()) return {};
    return Error{"The Vulkan validation layer says: " + m_messages.front()};
}

}  // namespace lemnos
