#include "compute/vulkan/vulkan_device.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <thread>

#include "compute/vulkan/vulkan_recorder.h"

namespace lemnos {

Result<std::vector<DeviceInfo>> listVulkanDevices() {
    TRY(const auto instance, Instance::create(false));
    TRY(const auto devices, instance->physicalDevices());
    std::vector<DeviceInfo> infos;
    for (const PhysicalDevice& device : devices) infos.push_back(device.info);
    return infos;
}

Result<std::unique_ptr<Device>> VulkanDevice::open(const std::string& id, const DeviceOptions& options) {
    std::unique_ptr<VulkanDevice> device(new VulkanDevice);
    TRY(device->m_instance, Instance::create(options.validate));
    TRY(const auto candidates, device->m_instance->physicalDevices());
    const auto found = std::find_if(candidates.begin(), candidates.end(),
                                    [&](const PhysicalDevice& candidate) { return candidate.info.id == id; });
    if (found == candidates.end()) return Error{"The Vulkan device '" + id + "' is no longer there.", id};
    device->m_physical = found->handle;
    device->m_queueFamily = found->queueFamily;
    device->m_info = found->info;
    device->chooseTraits(options);
    TRY_OK(device->createDevice());
    if (options.profile)
        device->m_timestamps = TimestampCollector::create(device->m_physical, device->m_device, device->m_queueFamily);
    return std::unique_ptr<Device>(std::move(device));
}

void VulkanDevice::chooseTraits(const DeviceOptions& options) {
    VkPhysicalDeviceSubgroupProperties subgroup{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES};
    VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &subgroup};
    vkGetPhysicalDeviceProperties2(m_physical, &properties);
    using Kernels = DeviceOptions::Kernels;
    const bool lane =
        !options.float16 && (options.kernels == Kernels::automatic ? m_info.kind == DeviceKind::softwareGpu
                                                                   : options.kernels == Kernels::lane);
    m_info.float16 = m_info.float16 && !lane;
    m_traits.texelLoads = m_traits.laneGemm = lane;
    m_traits.subgroupSize = subgroup.subgroupSize;
    // Lavapipe pays for every workgroup, so there the fewest are best.
    m_traits.flatGroupSize = lane ? std::min(1024u, properties.properties.limits.maxComputeWorkGroupInvocations) : 256;
    m_traits.rowGroupSize = lane ? subgroup.subgroupSize : 64;
    // Vulkan does not tell how many workgroups run at once; this is enough for a large GPU.
    m_traits.busyGroups = lane ? 4 * std::max(1u, std::thread::hardware_concurrency()) : 256;
    if (m_info.cooperativeMatrix && !lane && options.kernels != Kernels::tiled)
        m_traits.matrices = Matrices::hardware;
    else if (options.kernels == Kernels::matrices)
        m_traits.matrices = Matrices::emulated;
    if (m_traits.matrices != Matrices::none) m_traits.tilings = startTableWithMatrices;
    // Numbers from another version of the program count for nothing.
    if (isUsable(options.tuning, m_traits.matrices != Matrices::none))
        std::ranges::transform(options.tuning, m_traits.tilings.begin(),
                               [](int choice) { return static_cast<std::uint8_t>(choice); });
    m_traits.maxBindingBytes =
        properties.properties.limits.maxStorageBufferRange / tensorAlignmentBytes * tensorAlignmentBytes;
    m_traits.maxTexelBytes = std::int64_t{properties.properties.limits.maxTexelBufferElements} * 4;
}

Status VulkanDevice::createDevice() {
    VkPhysicalDeviceFeatures available;
    vkGetPhysicalDeviceFeatures(m_physical, &available);
    if (m_traits.texelLoads && !available.shaderInt64)
        return Error{"'" + m_info.name + "' lacks 64-bit integers in shaders; a newer driver may help.", m_info.id};

    VkPhysicalDeviceVulkan12Features features12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
    features12.timelineSemaphore = VK_TRUE;
    VkPhysicalDeviceCooperativeMatrixFeaturesNV matrices{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_NV};
    const char* const matrixExtension = VK_NV_COOPERATIVE_MATRIX_EXTENSION_NAME;
    const bool withMatrices = m_traits.matrices == Matrices::hardware;
    if (withMatrices) {
        matrices.cooperativeMatrix = VK_TRUE;
        features12.shaderFloat16 = features12.vulkanMemoryModel = VK_TRUE;
        features12.pNext = &matrices;
    }
    VkPhysicalDeviceFeatures2 features{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &features12};
    features.features.shaderInt64 = available.shaderInt64;

    const float priority = 1;
    VkDeviceQueueCreateInfo queue{VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
    queue.queueFamilyIndex = m_queueFamily;
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;
    VkDeviceCreateInfo info{VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, &features};
    info.queueCreateInfoCount = 1;
    info.pQueueCreateInfos = &queue;
    info.enabledExtensionCount = withMatrices ? 1 : 0;
    info.ppEnabledExtensionNames = &matrixExtension;
    TRY_OK(vulkanStatus(vkCreateDevice(m_physical, &info, nullptr, &m_device), "opening '" + m_info.name + "'"));
    vkGetDeviceQueue(m_device, m_queueFamily, 0, &m_queue);

    VkCommandPoolCreateInfo pool{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
    pool.queueFamilyIndex = m_queueFamily;
    VkCommandPool commandPool = VK_NULL_HANDLE;
    TRY_OK(vulkanStatus(vkCreateCommandPool(m_device, &pool, nullptr, &commandPool), "opening '" + m_info.name + "'"));
    m_commandPool = {m_device, commandPool};

    VkSemaphoreTypeCreateInfo type{VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO};
    type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
    VkSemaphoreCreateInfo semaphoreInfo{VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO, &type};
    VkSemaphore semaphore = VK_NULL_HANDLE;
    TRY_OK(vulkanStatus(vkCreateSemaphore(m_device, &semaphoreInfo, nullptr, &semaphore),
                        "opening '" + m_info.name + "'"));
    m_timeline = {m_device, semaphore};
    return {};
}

VulkanDevice::~VulkanDevice() {
    if (m_device == VK_NULL_HANDLE) return;
    vkDeviceWaitIdle(m_device);
    m_timestamps.reset();
    m_pipelines.clear();
    m_timeline = {};
    m_commandPool = {};
    vkDestroyDevice(m_device, nullptr);
}

Result<std::uint32_t> VulkanDevice::memoryType(std::uint32_t allowed, Memory memory) const {
    VkPhysicalDeviceMemoryProperties properties;
    vkGetPhysicalDeviceMemoryProperties(m_physical, &properties);
    constexpr VkMemoryPropertyFlags shared = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    // Best first; the specification guarantees that the last one of each exists.
    const std::array<VkMemoryPropertyFlags, 2> wanted =
        memory == Memory::device ? std::array<VkMemoryPropertyFlags, 2>{VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, 0}
        : memory == Memory::upload
            ? std::array<VkMemoryPropertyFlags, 2>{shared, shared}
            : std::array<VkMemoryPropertyFlags, 2>{shared | VK_MEMORY_PROPERTY_HOST_CACHED_BIT, shared};
    for (const VkMemoryPropertyFlags flags : wanted) {
        for (std::uint32_t i = 0; i < properties.memoryTypeCount; ++i) {
            if ((allowed >> i & 1u) && (properties.memoryTypes[i].propertyFlags & flags) == flags) return i;
        }
    }
    return Error{"'" + m_info.name + "' has no suitable kind of memory; a newer driver may help.", m_info.id};
}

Result<std::unique_ptr<Buffer>> VulkanDevice::allocate(std::int64_t sizeBytes, Memory memory) {
    const std::string doing =
        "reserving " + std::to_string(sizeBytes / (1024 * 1024) + 1) + " MB on '" + m_info.name + "'";
    VkBufferCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
    info.size = static_cast<VkDeviceSize>(std::max<std::int64_t>(sizeBytes, 4));
    info.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;
    if (memory == Memory::device)
        info.usage |= VK_BUFFER_USAGE_STORAGE_BUFFER_BIT |
                      (m_traits.texelLoads || m_traits.laneGemm ? VK_BUFFER_USAGE_STORAGE_TEXEL_BUFFER_BIT
                                                                : VkBufferUsageFlagBits(0));
    VkBuffer bufferHandle = VK_NULL_HANDLE;
    TRY_OK(vulkanStatus(vkCreateBuffer(m_device, &info, nullptr, &bufferHandle), doing));
    BufferHandle buffer(m_device, bufferHandle);

    VkMemoryRequirements requirements;
    vkGetBufferMemoryRequirements(m_device, buffer.get(), &requirements);
    VkMemoryAllocateInfo allocation{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO};
    allocation.allocationSize = requirements.size;
    TRY(allocation.memoryTypeIndex, memoryType(requirements.memoryTypeBits, memory));
    VkDeviceMemory memoryHandle = VK_NULL_HANDLE;
    TRY_OK(vulkanStatus(vkAllocateMemory(m_device, &allocation, nullptr, &memoryHandle), doing));
    MemoryHandle block(m_device, memoryHandle);
    TRY_OK(vulkanStatus(vkBindBufferMemory(m_device, buffer.get(), block.get(), 0), doing));

    void* mapped = nullptr;
    if (memory != Memory::device) {
        TRY_OK(vulkanStatus(vkMapMemory(m_device, block.get(), 0, VK_WHOLE_SIZE, 0, &mapped), doing));
        std::memset(mapped, 0, static_cast<std::size_t>(sizeBytes));
    }
    auto result =
        std::make_unique<VulkanBuffer>(sizeBytes, std::move(buffer), std::move(block), static_cast<std::byte*>(mapped));
    if (memory == Memory::device) TRY_OK(clear(*result));
    return std::unique_ptr<Buffer>(std::move(result));
}

Status VulkanDevice::clear(const VulkanBuffer& buffer) {
    VulkanRecorder recorder(*this);
    recorder.fillZero(buffer);
    TRY(const auto recording, recorder.finish());
    const Recording* list[] = {recording.get()};
    TRY(const Ticket ticket, submit(list));
    return wait(ticket);
}

std::unique_ptr<Recorder> VulkanDevice::record() {
    return std::make_unique<VulkanRecorder>(*this);
}

Result<Ticket> VulkanDevice::submit(std::span<const Recording* const> recordings) {
    std::vector<VkCommandBuffer> commands;
    Ticket last = m_lastTicket;
    for (const Recording* recording : recordings) {
        const auto& own = static_cast<const VulkanRecording&>(*recording);
        commands.push_back(own.commands());
        if (!own.timestamps()) continue;
        // A recording has one set of timestamps, to be read before it runs again.
        if (const Ticket pending = m_timestamps->pendingTicket(own.timestamps())) TRY_OK(wait(pending));
        TRY(last, submitCommands(commands));
        commands.clear();
        m_timestamps->submitted(last, own.timestamps());
    }
    return commands.empty() ? last : submitCommands(commands);
}

Result<Ticket> VulkanDevice::submitCommands(std::span<const VkCommandBuffer> commands) {
    const Ticket ticket = ++m_lastTicket;
    const VkSemaphore semaphore = m_timeline.get();
    VkTimelineSemaphoreSubmitInfo timeline{VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO};
    timeline.signalSemaphoreValueCount = 1;
    timeline.pSignalSemaphoreValues = &ticket;
    VkSubmitInfo info{VK_STRUCTURE_TYPE_SUBMIT_INFO, &timeline};
    info.commandBufferCount = static_cast<std::uint32_t>(commands.size());
    info.pCommandBuffers = commands.data();
    info.signalSemaphoreCount = 1;
    info.pSignalSemaphores = &semaphore;
    TRY_OK(vulkanStatus(vkQueueSubmit(m_queue, 1, &info, VK_NULL_HANDLE), "starting work on '" + m_info.name + "'"));
    TRY_OK(m_instance->validationStatus());
    return ticket;
}

Status VulkanDevice::wait(Ticket ticket) {
    const VkSemaphore semaphore = m_timeline.get();
    VkSemaphoreWaitInfo info{VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO};
    info.semaphoreCount = 1;
    info.pSemaphores = &semaphore;
    info.pValues = &ticket;
    TRY_OK(vulkanStatus(vkWaitSemaphores(m_device, &info, UINT64_MAX), "waiting for '" + m_info.name + "'"));
    if (m_timestamps) TRY_OK(m_timestamps->collect(ticket));
    return m_instance->validationStatus();
}

std::vector<OpTime> VulkanDevice::takeProfile() {
    return m_timestamps ? m_timestamps->take() : std::vector<OpTime>();
}

}  // namespace lemnos
