// The Vulkan API with the two things every file needs: owned handles, and VkResult as Status.
#pragma once

#include <vulkan/vulkan.h>

#include <string>
#include <utility>

#include "compute/result.h"

namespace lemnos {

/// The one place where a VkResult becomes an Error. `doing` completes "Vulkan failed while ...".
Status vulkanStatus(VkResult result, const std::string& doing);

/// Owns a Vulkan object that is destroyed with vkDestroyX(device, object, nullptr).
template <class T, void(VKAPI_PTR* Destroy)(VkDevice, T, const VkAllocationCallbacks*)>
class Handle {
  public:
    Handle() = default;
    Handle(VkDevice device, T object) : m_device(device), m_object(object) {}
    Handle(Handle&& other) noexcept
        : m_device(other.m_device), m_object(std::exchange(other.m_object, VK_NULL_HANDLE)) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(m_device, other.m_device);
        std::swap(m_object, other.m_object);
        return *this;
    }
    ~Handle() {
        if (m_object != VK_NULL_HANDLE) Destroy(m_device, m_object, nullptr);
    }

    T get() const { return m_object; }
    explicit operator bool() const { return m_object != VK_NULL_HANDLE; }

  private:
    VkDevice m_device = VK_NULL_HANDLE;
    T m_object = VK_NULL_HANDLE;
};

using BufferHandle = Handle<VkBuffer, vkDestroyBuffer>;
using BufferViewHandle = Handle<VkBufferView, vkDestroyBufferView>;
using MemoryHandle = Handle<VkDeviceMemory, vkFreeMemory>;
using SetLayoutHandle = Handle<VkDescriptorSetLayout, vkDestroyDescriptorSetLayout>;
using DescriptorPoolHandle = Handle<VkDescriptorPool, vkDestroyDescriptorPool>;
using PipelineLayoutHandle = Handle<VkPipelineLayout, vkDestroyPipelineLayout>;
using PipelineHandle = Handle<VkPipeline, vkDestroyPipeline>;
using ShaderModuleHandle = Handle<VkShaderModule, vkDestroyShaderModule>;
using CommandPoolHandle = Handle<VkCommandPool, vkDestroyCommandPool>;
using QueryPoolHandle = Handle<VkQueryPool, vkDestroyQueryPool>;
using SemaphoreHandle = Handle<VkSemaphore, vkDestroySemaphore>;

}  // namespace lemnos
