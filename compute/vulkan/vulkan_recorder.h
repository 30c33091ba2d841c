// VulkanRecorder: turns ops into kernel calls, and kernel calls into one command buffer.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "compute/recorder.h"
#include "compute/tensor.h"
#include "compute/vulkan/vulkan_device.h"

namespace lemnos {

/// One dispatch of a shader.
struct KernelCall {
    std::string shader;                    ///< name of the file; see KernelTraits::texelLoads for the _texel form
    std::vector<std::uint32_t> constants;  ///< specialisation constants by id; id 0 is the local size
    std::vector<std::byte> push;
    std::vector<Tensor> tensors;  ///< by binding number; the SPIR-V says how each is bound
    std::uint32_t groups[3] = {1, 1, 1};

    template <class T>
    void setPush(const T& values) {
        push.resize(sizeof(T));
        std::memcpy(push.data(), &values, sizeof(T));
    }
    /// A grid of at least `count` workgroups, folded into two dimensions where one is too short.
    void setGroups(std::int64_t count);
};

/// A command buffer with what it needs to stay alive.
class VulkanRecording final : public Recording {
  public:
    VulkanRecording(VkDevice device, VkCommandPool pool) : m_device(device), m_pool(pool) {}
    ~VulkanRecording() override;
    VkCommandBuffer commands() const { return m_commands; }
    /// Null when nothing is measured.
    const std::shared_ptr<Timestamps>& timestamps() const { return m_timestamps; }

  private:
    friend class VulkanRecorder;
    VkDevice m_device;
    VkCommandPool m_pool;
    VkCommandBuffer m_commands = VK_NULL_HANDLE;
    DescriptorPoolHandle m_descriptors;
    std::vector<BufferViewHandle> m_views;
    std::vector<std::unique_ptr<Buffer>> m_scratch;
    std::shared_ptr<Timestamps> m_timestamps;
};

class VulkanRecorder final : public Recorder {
  public:
    explicit VulkanRecorder(VulkanDevice& device) : m_device(device) {}

    VulkanDevice& device() { return m_device; }
    const KernelTraits& traits() const { return m_device.traits(); }

    // For the ops:
    Status call(KernelCall kernel);
    /// The name of a shader that includes vectors.glsl, in the form that this device runs faster.
    std::string vectorShader(const char* name) const;
    void copy(const Tensor& from, const Tensor& to);
    void fillZero(const VulkanBuffer& buffer);
    /// A row of memory that belongs to the recording, for intermediate values of the op at hand.
    Result<Tensor> scratch(std::int64_t floats);

  private:
    /// A dispatch, a copy or a fill, and the memory it touches.
    struct Step {
        const Pipeline* pipeline = nullptr;  ///< of a dispatch
        KernelCall kernel;
        Tensor from, to;  ///< of a copy
        const VulkanBuffer* fill = nullptr;
    };
    struct Access {
        VkBuffer buffer;
        VkDeviceSize begin, end;
        bool writes;
    };

    struct ScratchBlock {
        std::unique_ptr<Buffer> buffer;
        bool taken = false;  ///< by the op at hand
    };

    Status addOp(const OpUse& use) override;
    Result<std::unique_ptr<Recording>> finishRecording() override;
    Status createDescriptors(VulkanRecording& recording, std::vector<VkDescriptorSet>& sets);
    Status bind(VulkanRecording& recording, const Step& step, VkDescriptorSet set);
    Status writeCommands(VulkanRecording& recording, const std::vector<VkDescriptorSet>& sets);
    std::vector<Access> accesses(const Step& step) const;
    void write(VkCommandBuffer commands, const Step& step, VkDescriptorSet set) const;

    VulkanDevice& m_device;
    std::vector<Step> m_steps;
    std::vector<ScratchBlock> m_scratch;
    std::vector<RecordedOp> m_ops;
    std::vector<std::size_t> m_opEnds;  ///< for each of m_ops, the number of steps up to its end
};

}  // namespace lemnos
