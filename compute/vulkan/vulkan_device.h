// VulkanDevice: a Device that is a GPU, or lavapipe, driven by compute shaders.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "compute/device.h"
#include "compute/vulkan/api.h"
#include "compute/vulkan/instance.h"
#include "compute/vulkan/kernel.h"
#include "compute/vulkan/tiling.h"
#include "compute/vulkan/timestamps.h"

namespace lemnos {

/// One memory block with one VkBuffer over all of it.
class VulkanBuffer final : public Buffer {
  public:
    VulkanBuffer(std::int64_t sizeBytes, BufferHandle buffer, MemoryHandle memory, std::byte* mapped)
        : Buffer(sizeBytes), m_memory(std::move(memory)), m_buffer(std::move(buffer)), m_mapped(mapped) {}

    std::byte* mapped() const override { return m_mapped; }
    VkBuffer handle() const { return m_buffer.get(); }

  private:
    MemoryHandle m_memory;
    BufferHandle m_buffer;
    std::byte* m_mapped;
};

/// A compiled shader with its constants.
struct Pipeline {
    const KernelInterface* interface = nullptr;
    SetLayoutHandle setLayout;
    PipelineLayoutHandle layout;
    PipelineHandle pipeline;
};

/// Whether products of half precision may go by cooperative matrices, and how.
enum class Matrices : std::uint8_t { none, emulated, hardware };

/// What kernels choose by. Measured or asked of the driver, never guessed from a vendor's name.
struct KernelTraits {
    bool texelLoads = false;  ///< the _texel form of shaders is faster
    bool laneGemm = false;    ///< gemm_lane rather than gemm_tiled
    std::uint32_t subgroupSize = 32;
    std::uint32_t flatGroupSize = 256;  ///< invocations per workgroup of elementwise kernels
    std::uint32_t rowGroupSize = 64;    ///< invocations per row of row kernels
    std::int64_t busyGroups = 1;        ///< workgroups of a matrix product that keep the device busy
    TilingChoice tilings = startTable;  ///< of the tiled bodies
    Matrices matrices = Matrices::none;
    double multiplyAddsPerCall = 2e10;  ///< of one dispatch: no display has to wait longer than some 50 ms
    std::int64_t maxBindingBytes = 0;   ///< longest range of one storage buffer binding
    std::int64_t maxTexelBytes = 0;     ///< longest range of one texel buffer binding, of the smallest texels
};

class VulkanDevice final : public Device {
  public:
    static Result<std::unique_ptr<Device>> open(const std::string& id, const DeviceOptions& options);
    ~VulkanDevice() override;

    const DeviceInfo& info() const override { return m_info; }
    Result<std::unique_ptr<Buffer>> allocate(std::int64_t sizeBytes, Memory memory) override;
    std::unique_ptr<Recorder> record() override;
    Result<Ticket> submit(std::span<const Recording* const> recordings) override;
    Status wait(Ticket ticket) override;
    std::vector<OpTime> takeProfile() override;

    // For the recorder and the ops:
    VkDevice handle() const { return m_device; }
    VkCommandPool commandPool() const { return m_commandPool.get(); }
    const KernelTraits& traits() const { return m_traits; }
    /// From now on, bindings as short as on a lesser device: large tensors are slow to test with.
    void limitBindings(std::int64_t bytes) { m_traits.maxBindingBytes = std::min(m_traits.maxBindingBytes, bytes); }
    /// From now on, dispatches that do no more than this: long ones are slow to test with.
    void limitCalls(double multiplyAdds) { m_traits.multiplyAddsPerCall = multiplyAdds; }
    /// Measures the tilings of the tiled bodies and keeps the fastest; see compute/tuning.h.
    Result<Tuning> tune(double seconds);
    /// Null when nothing is to be measured.
    const TimestampCollector* timestamps() const { return m_timestamps.get(); }
    /// The shader with these specialisation constants (by id, from 0); compiled at the first call. Bit i of `halves`:
    /// binding i is an array of half precision, see shaders/include/vectors.glsl.
    Result<const Pipeline*> pipeline(const std::string& shader, const std::vector<std::uint32_t>& constants,
                                     std::uint32_t halves = 0);

  private:
    VulkanDevice() = default;
    Status createDevice();
    void chooseTraits(const DeviceOptions& options);
    Result<std::uint32_t> memoryType(std::uint32_t allowed, Memory memory) const;
    Status clear(const VulkanBuffer& buffer);
    Result<Ticket> submitCommands(std::span<const VkCommandBuffer> commands);
    Result<std::unique_ptr<Pipeline>> compile(const EmbeddedShader& shader, const std::vector<std::uint32_t>& constants,
                                              std::uint32_t halves);

    std::unique_ptr<Instance> m_instance;
    VkPhysicalDevice m_physical = VK_NULL_HANDLE;
    std::uint32_t m_queueFamily = 0;
    DeviceInfo m_info;
    KernelTraits m_traits;
    VkDevice m_device = VK_NULL_HANDLE;
    VkQueue m_queue = VK_NULL_HANDLE;
    CommandPoolHandle m_commandPool;
    SemaphoreHandle m_timeline;
    Ticket m_lastTicket = 0;
    std::unique_ptr<TimestampCollector> m_timestamps;
    std::map<std::string, KernelInterface, std::less<>> m_interfaces;
    std::map<std::tuple<std::string, std::vector<std::uint32_t>, std::uint32_t>, std::unique_ptr<Pipeline>> m_pipelines;
};

/// VulkanDevice's part of listDevices().
Result<std::vector<DeviceInfo>> listVulkanDevices();

}  // namespace lemnos
