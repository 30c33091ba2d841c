#include "compute/vulkan/vulkan_recorder.h"

#include <algorithm>

#include "compute/vulkan/vulkan_op.h"

namespace lemnos {
namespace {

VkBuffer handleOf(const Buffer* buffer) {
    return static_cast<const VulkanBuffer*>(buffer)->handle();
}

/// Bytes that a binding may touch; sizes of byte tensors are rounded up to whole words.
VkDeviceSize rangeOf(const Tensor& tensor) {
    return static_cast<VkDeviceSize>((tensor.sizeBytes() + 3) / 4 * 4);
}

void barrier(VkCommandBuffer commands, VkPipelineStageFlags from, VkAccessFlags fromAccess, VkPipelineStageFlags to,
             VkAccessFlags toAccess) {
    VkMemoryBarrier memory{VK_STRUCTURE_TYPE_MEMORY_BARRIER, nullptr, fromAccess, toAccess};
    vkCmdPipelineBarrier(commands, from, to, 0, 1, &memory, 0, nullptr, 0, nullptr);
}

constexpr VkPipelineStageFlags workStages = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;
constexpr VkAccessFlags workWrites = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
constexpr VkAccessFlags workAccess = workWrites | VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_TRANSFER_READ_BIT;

}  // namespace

void KernelCall::setGroups(std::int64_t count) {
    constexpr std::int64_t longest = 65535;  // the smallest maxComputeWorkGroupCount that Vulkan allows
    groups[1] = static_cast<std::uint32_t>((count + longest - 1) / longest);
    groups[0] = static_cast<std::uint32_t>((count + groups[1] - 1) / std::max<std::int64_t>(groups[1], 1));
}

VulkanRecording::~VulkanRecording() {
    if (m_commands != VK_NULL_HANDLE) vkFreeCommandBuffers(m_device, m_pool, 1, &m_commands);
}

std::string VulkanRecorder::vectorShader(const char* name) const {
    return traits().texelLoads ? std::string(name) + "_texel" : name;
}

Status VulkanRecorder::addOp(const OpUse& use) {
    for (ScratchBlock& block : m_scratch) block.taken = false;
    for (const VulkanOp* entry : vulkanOps()) {
        if (entry->type != use.type) continue;
        TRY_OK(entry->record(*this, use.op));
        m_ops.push_back({use.name, use.cost});
        m_opEnds.push_back(m_steps.size());
        return {};
    }
    return Error{std::string("Internal error: Vulkan devices have no op ") + use.name + "."};
}

Status VulkanRecorder::call(KernelCall kernel) {
    std::uint32_t halves = 0;
    for (std::size_t i = 0; i < kernel.tensors.size(); ++i)
        halves |= kernel.tensors[i].type == ElementType::float16 ? 1u << i : 0u;
    if (halves != 0 && !m_device.info().float16)
        return Error{"Internal error: the shader " + kernel.shader + " is given 16-bit numbers on a device without."};
    TRY(const Pipeline* pipeline, m_device.pipeline(kernel.shader, kernel.constants, halves));
    if (kernel.tensors.size() != pipeline->interface->bindings.size() ||
        kernel.push.size() != pipeline->interface->pushBytes)
        return Error{"Internal error: the shader " + kernel.shader +
                     " is called with other bindings or constants than it has."};
    for (const KernelBinding& binding : pipeline->interface->bindings) {
        const Tensor& tensor = kernel.tensors[binding.binding];
        const bool plain = binding.type == VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
        const std::int64_t texel = binding.format == VK_FORMAT_R32G32B32A32_SFLOAT ? 4 : 1;
        if (static_cast<std::int64_t>(rangeOf(tensor)) >
            (plain ? traits().maxBindingBytes : traits().maxTexelBytes * texel))
            return Error{"A tensor of " + std::to_string(tensor.sizeBytes() >> 20) + " MB is more than '" +
                         m_device.info().name +
                         "' can address at once; lower the picture size, the batch size or the number of units."};
    }
    m_steps.push_back({pipeline, std::move(kernel), {}, {}, nullptr});
    return {};
}

void VulkanRecorder::copy(const Tensor& from, const Tensor& to) {
    m_steps.push_back({nullptr, {}, from, to, nullptr});
}

void VulkanRecorder::fillZero(const VulkanBuffer& buffer) {
    m_steps.push_back({nullptr, {}, {}, {}, &buffer});
}

Result<Tensor> VulkanRecorder::scratch(std::int64_t floats) {
    // Ops run one after another where they share memory, so one may have what an earlier one needed.
    const auto fits = [&](const ScratchBlock& block) {
        return !block.taken && block.buffer->sizeBytes() >= floats * 4;
    };
    auto found = std::find_if(m_scratch.begin(), m_scratch.end(), fits);
    if (found == m_scratch.end()) {
        TRY(auto buffer, m_device.allocate(floats * 4, Memory::device));
        found = m_scratch.insert(m_scratch.end(), {std::move(buffer), false});
    }
    found->taken = true;
    return matrix(*found->buffer, 0, 1, floats);
}

Status VulkanRecorder::createDescriptors(VulkanRecording& recording, std::vector<VkDescriptorSet>& sets) {
    std::uint32_t dispatches = 0;
    VkDescriptorPoolSize sizes[] = {{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1},
                                    {VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER, 1}};
    for (const Step& step : m_steps) {
        if (!step.pipeline) continue;
        ++dispatches;
        for (const KernelBinding& binding : step.pipeline->interface->bindings)
            ++sizes[binding.type == VK_DESCRIPTOR_TYPE_STORAGE_BUFFER ? 0 : 1].descriptorCount;
    }
    sets.assign(m_steps.size(), VK_NULL_HANDLE);
    if (dispatches == 0) return {};

    VkDescriptorPoolCreateInfo info{VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
    info.maxSets = dispatches;
    info.poolSizeCount = 2;
    info.pPoolSizes = sizes;
    VkDescriptorPool pool = VK_NULL_HANDLE;
    TRY_OK(vulkanStatus(vkCreateDescriptorPool(m_device.handle(), &info, nullptr, &pool),
                        "writing down the training step"));
    recording.m_descriptors = {m_device.handle(), pool};
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        if (!m_steps[i].pipeline) continue;
        const VkDescriptorSetLayout layout = m_steps[i].pipeline->setLayout.get();
        VkDescriptorSetAllocateInfo allocate{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO, nullptr, pool, 1, &layout};
        TRY_OK(vulkanStatus(vkAllocateDescriptorSets(m_device.handle(), &allocate, &sets[i]),
                            "writing down the training step"));
        TRY_OK(bind(recording, m_steps[i], sets[i]));
    }
    return {};
}

Status VulkanRecorder::bind(VulkanRecording& recording, const Step& step, VkDescriptorSet set) {
    for (const KernelBinding& binding : step.pipeline->interface->bindings) {
        const Tensor& tensor = step.kernel.tensors[binding.binding];
        const VkDescriptorBufferInfo range{handleOf(tensor.buffer), VkDeviceSize(tensor.offsetBytes), rangeOf(tensor)};
        VkBufferView view = VK_NULL_HANDLE;
        if (binding.type == VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER) {
            VkBufferViewCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_VIEW_CREATE_INFO,
                                        nullptr,
                                        0,
                                        range.buffer,
                                        binding.format,
                                        range.offset,
                                        range.range};
            TRY_OK(vulkanStatus(vkCreateBufferView(m_device.handle(), &info, nullptr, &view),
                                "writing down the training step"));
            recording.m_views.emplace_back(m_device.handle(), view);
        }
        VkWriteDescriptorSet write{VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
        write.dstSet = set;
        write.dstBinding = binding.binding;
        write.descriptorCount = 1;
        write.descriptorType = binding.type;
        write.pBufferInfo = &range;
        write.pTexelBufferView = &view;
        vkUpdateDescriptorSets(m_device.handle(), 1, &write, 0, nullptr);
    }
    return {};
}

std::vector<VulkanRecorder::Access> VulkanRecorder::accesses(const Step& step) const {
    const auto access = [](const Tensor& tensor, bool writes) {
        const auto begin = static_cast<VkDeviceSize>(tensor.offsetBytes);
        return Access{handleOf(tensor.buffer), begin, begin + rangeOf(tensor), writes};
    };
    if (step.fill) return {{step.fill->handle(), 0, VkDeviceSize(step.fill->sizeBytes()), true}};
    if (!step.pipeline) return {access(step.from, false), access(step.to, true)};
    std::vector<Access> list;
    for (const KernelBinding& binding : step.pipeline->interface->bindings)
        list.push_back(access(step.kernel.tensors[binding.binding], binding.writes));
    return list;
}

void VulkanRecorder::write(VkCommandBuffer commands, const Step& step, VkDescriptorSet set) const {
    if (step.fill) {
        vkCmdFillBuffer(commands, step.fill->handle(), 0, VK_WHOLE_SIZE, 0);
        return;
    }
    if (!step.pipeline) {
        const VkBufferCopy region{VkDeviceSize(step.from.offsetBytes), VkDeviceSize(step.to.offsetBytes),
                                  rangeOf(step.from)};
        vkCmdCopyBuffer(commands, handleOf(step.from.buffer), handleOf(step.to.buffer), 1, &region);
        return;
    }
    const VkPipelineLayout layout = step.pipeline->layout.get();
    vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, step.pipeline->pipeline.get());
    vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, layout, 0, 1, &set, 0, nullptr);
    if (!step.kernel.push.empty())
        vkCmdPushConstants(commands, layout, VK_SHADER_STAGE_COMPUTE_BIT, 0,
                           static_cast<std::uint32_t>(step.kernel.push.size()), step.kernel.push.data());
    vkCmdDispatch(commands, step.kernel.groups[0], step.kernel.groups[1], step.kernel.groups[2]);
}

Result<std::unique_ptr<Recording>> VulkanRecorder::finishRecording() {
    auto recording = std::make_unique<VulkanRecording>(m_device.handle(), m_device.commandPool());
    std::vector<VkDescriptorSet> sets;
    TRY_OK(createDescriptors(*recording, sets));
    if (m_device.timestamps() && !m_ops.empty()) {
        TRY(recording->m_timestamps, m_device.timestamps()->timestamps(m_ops));
    }
    TRY_OK(writeCommands(*recording, sets));
    for (ScratchBlock& block : m_scratch) recording->m_scratch.push_back(std::move(block.buffer));
    m_scratch.clear();
    m_steps.clear();
    m_ops.clear();
    m_opEnds.clear();
    return std::unique_ptr<Recording>(std::move(recording));
}

Status VulkanRecorder::writeCommands(VulkanRecording& recording, const std::vector<VkDescriptorSet>& sets) {
    VkCommandBufferAllocateInfo allocate{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO, nullptr,
                                         m_device.commandPool(), VK_COMMAND_BUFFER_LEVEL_PRIMARY, 1};
    TRY_OK(vulkanStatus(vkAllocateCommandBuffers(m_device.handle(), &allocate, &recording.m_commands),
                        "writing down the training step"));
    const VkCommandBuffer commands = recording.m_commands;
    // Simultaneous use: the next step is submitted while the one before it still runs.
    VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO, nullptr,
                                   VK_COMMAND_BUFFER_USAGE_SIMULTANEOUS_USE_BIT, nullptr};
    TRY_OK(vulkanStatus(vkBeginCommandBuffer(commands, &begin), "writing down the training step"));
    // Behind whatever was submitted before.
    barrier(commands, workStages, workAccess, workStages, workAccess);

    const Timestamps* timestamps = recording.m_timestamps.get();
    if (timestamps) timestamps->writeFirst(commands);
    std::size_t op = 0;
    std::vector<Access> pending;  // since the last barrier
    bool hostReads = false;
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        const std::vector<Access> own = accesses(m_steps[i]);
        const bool conflict = std::any_of(own.begin(), own.end(), [&](const Access& a) {
            return std::any_of(pending.begin(), pending.end(), [&](const Access& b) {
                return (a.writes || b.writes) && a.buffer == b.buffer && a.begin < b.end && b.begin < a.end;
            });
        });
        if (conflict) {
            barrier(commands, workStages, workWrites, workStages, workAccess);
            pending.clear();
        }
        write(commands, m_steps[i], sets[i]);
        pending.insert(pending.end(), own.begin(), own.end());
        hostReads = hostReads || (m_steps[i].to && m_steps[i].to.buffer->mapped());
        for (; timestamps && op < m_opEnds.size() && m_opEnds[op] <= i + 1; ++op) timestamps->writeBehind(commands, op);
    }
    for (; timestamps && op < m_ops.size(); ++op) timestamps->writeBehind(commands, op);  // of ops without steps
    if (hostReads) barrier(commands, workStages, workWrites, VK_PIPELINE_STAGE_HOST_BIT, VK_ACCESS_HOST_READ_BIT);
    return vulkanStatus(vkEndCommandBuffer(commands), "writing down the training step");
}

}  // namespace lemnos
