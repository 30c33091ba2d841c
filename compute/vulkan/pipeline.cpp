// VulkanDevice's shaders: reflected once, compiled per set of specialisation constants.
#include <algorithm>

#include "compute/vulkan/vulkan_device.h"

namespace lemnos {

Result<const Pipeline*> VulkanDevice::pipeline(const std::string& shader, const std::vector<std::uint32_t>& constants,
                                               std::uint32_t halves) {
    auto& entry = m_pipelines[{shader, constants, halves}];
    if (entry) return entry.get();
    const auto shaders = embeddedShaders();
    const auto found =
        std::find_if(shaders.begin(), shaders.end(), [&](const EmbeddedShader& s) { return s.name == shader; });
    if (found == shaders.end()) return Error{"Internal error: there is no shader '" + shader + "'."};
    if (!m_interfaces.contains(shader)) {
        TRY(m_interfaces[shader], reflect(found->words));
    }
    TRY(entry, compile(*found, constants, halves));
    return entry.get();
}

Result<std::unique_ptr<Pipeline>> VulkanDevice::compile(const EmbeddedShader& shader,
                                                        const std::vector<std::uint32_t>& constants,
                                                        std::uint32_t halves) {
    const std::string doing = "preparing the shader " + std::string(shader.name);
    auto result = std::make_unique<Pipeline>();
    result->interface = &m_interfaces.find(shader.name)->second;

    std::vector<VkDescriptorSetLayoutBinding> bindings;
    for (const KernelBinding& b : result->interface->bindings)
        bindings.push_back({b.binding, b.type, 1, VK_SHADER_STAGE_COMPUTE_BIT, nullptr});
    VkDescriptorSetLayoutCreateInfo setInfo{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
    setInfo.bindingCount = static_cast<std::uint32_t>(bindings.size());
    setInfo.pBindings = bindings.data();
    VkDescriptorSetLayout setLayout = VK_NULL_HANDLE;
    TRY_OK(vulkanStatus(vkCreateDescriptorSetLayout(m_device, &setInfo, nullptr, &setLayout), doing));
    result->setLayout = {m_device, setLayout};

    const VkPushConstantRange push{VK_SHADER_STAGE_COMPUTE_BIT, 0, result->interface->pushBytes};
    VkPipelineLayoutCreateInfo layoutInfo{VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
    layoutInfo.setLayoutCount = 1;
    layoutInfo.pSetLayouts = &setLayout;
    layoutInfo.pushConstantRangeCount = push.size > 0 ? 1 : 0;
    layoutInfo.pPushConstantRanges = &push;
    VkPipelineLayout layout = VK_NULL_HANDLE;
    TRY_OK(vulkanStatus(vkCreatePipelineLayout(m_device, &layoutInfo, nullptr, &layout), doing));
    result->layout = {m_device, layout};

    VkShaderModuleCreateInfo moduleInfo{VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO};
    moduleInfo.codeSize = shader.words.size_bytes();
    moduleInfo.pCode = shader.words.data();
    VkShaderModule moduleHandle = VK_NULL_HANDLE;
    TRY_OK(vulkanStatus(vkCreateShaderModule(m_device, &moduleInfo, nullptr, &moduleHandle), doing));
    const ShaderModuleHandle module(m_device, moduleHandle);

    std::vector<VkSpecializationMapEntry> entries;
    for (std::uint32_t i = 0; i < constants.size(); ++i) entries.push_back({i, i * 4, 4});
    std::vector<std::uint32_t> values = constants;
    for (std::uint32_t slot = 0; slot < 32; ++slot) {
        if (!(halves >> slot & 1)) continue;
        entries.push_back({32 + slot, static_cast<std::uint32_t>(values.size() * 4), 4});
        values.push_back(VK_TRUE);
    }
    const VkSpecializationInfo specialization{static_cast<std::uint32_t>(entries.size()), entries.data(),
                                              values.size() * 4, values.data()};
    VkComputePipelineCreateInfo info{VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO};
    info.stage = {VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO,
                  nullptr,
                  0,
                  VK_SHADER_STAGE_COMPUTE_BIT,
                  moduleHandle,
                  "main",
                  &specialization};
    info.layout = layout;
    VkPipeline pipeline = VK_NULL_HANDLE;
    TRY_OK(vulkanStatus(vkCreateComputePipelines(m_device, VK_NULL_HANDLE, 1, &info, nullptr, &pipeline), doing));
    result->pipeline = {m_device, pipeline};
    return result;
}

}  // namespace lemnos
