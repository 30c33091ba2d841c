#include "compute/device.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "compute/cpu/cpu_device.h"
#include "compute/losable_device.h"
#include "compute/ops/copy.h"
#include "compute/paced_device.h"
#include "compute/vulkan/vulkan_device.h"

namespace lemnos {
namespace {

Tensor wordsAt(Buffer& buffer, std::int64_t offsetBytes, std::size_t sizeBytes) {
    const auto words = static_cast<std::int64_t>(sizeBytes / 4);
    return {&buffer, offsetBytes, 1, words, words, ElementType::uint32};
}

Status copyNow(Device& device, const Tensor& from, const Tensor& to) {
    const auto recorder = device.record();
    recorder->add(Copy{from, to});
    TRY(const auto recording, recorder->finish());
    const Recording* list[] = {recording.get()};
    TRY(const Ticket ticket, device.submit(list));
    return device.wait(ticket);
}

}  // namespace

std::string toString(DeviceKind kind) {
    switch (kind) {
        case DeviceKind::discreteGpu:
            return "GPU";
        case DeviceKind::integratedGpu:
            return "integrated GPU";
        case DeviceKind::virtualGpu:
            return "virtual GPU";
        case DeviceKind::processor:
            return "processor";
        case DeviceKind::softwareGpu:
            return "processor, through software Vulkan";
        default:
            return "other";
    }
}

Status Device::upload(Buffer& buffer, std::int64_t offsetBytes, std::span<const std::byte> bytes) {
    if (bytes.empty()) return {};
    TRY(const auto staging, allocate(static_cast<std::int64_t>(bytes.size()), Memory::upload));
    std::memcpy(staging->mapped(), bytes.data(), bytes.size());
    return copyNow(*this, wordsAt(*staging, 0, bytes.size()), wordsAt(buffer, offsetBytes, bytes.size()));
}

Status Device::download(Buffer& buffer, std::int64_t offsetBytes, std::span<std::byte> bytes) {
    if (bytes.empty()) return {};
    TRY(const auto staging, allocate(static_cast<std::int64_t>(bytes.size()), Memory::download));
    TRY_OK(copyNow(*this, wordsAt(buffer, offsetBytes, bytes.size()), wordsAt(*staging, 0, bytes.size())));
    std::memcpy(bytes.data(), staging->mapped(), bytes.size());
    return {};
}

Result<std::vector<DeviceInfo>> listDevices() {
    // Without any Vulkan there is still the processor.
    auto vulkan = listVulkanDevices();
    std::vector<DeviceInfo> devices = vulkan ? *std::move(vulkan) : std::vector<DeviceInfo>();
    devices.push_back(cpuDeviceInfo());
    std::ranges::stable_sort(devices, {}, &DeviceInfo::kind);
    return devices;
}

Result<DeviceInfo> findDevice(const std::string& id) {
    // Looking for others loads every Vulkan driver of the PC.
    if (id == cpuDeviceId) return cpuDeviceInfo();
    TRY(const auto devices, listDevices());
    const bool automatic = id.empty() || id == "auto";
    const auto found = automatic ? devices.begin() : std::ranges::find(devices, id, &DeviceInfo::id);
    if (found != devices.end()) return *found;
    std::string known;
    for (const DeviceInfo& device : devices) known += (known.empty() ? "" : ", ") + device.id;
    return Error{"There is no device '" + id + "' here; use auto or one of: " + known + ".", id};
}

Result<std::unique_ptr<Device>> openDevice(const std::string& id, const DeviceOptions& options) {
    DeviceOptions effective = options;
    // Tests switch validation on for every process they start.
    if (std::getenv("LEMNOS_VALIDATE")) effective.validate = true;
    if (const char* at = std::getenv("LEMNOS_LOSE_DEVICE_AT")) effective.loseAtSubmission = std::atoll(at);
    if (const char* pace = std::getenv("LEMNOS_PACE"); pace && id == "paced") {
        TRY(const DeviceSpeed speed, paceFromText(pace));
        return makePacedDevice(speed);
    }
    TRY(const DeviceInfo found, findDevice(id));
    std::unique_ptr<Device> device;
    if (found.kind == DeviceKind::processor) {
        device = openCpuDevice(effective);
    } else {
        TRY(device, VulkanDevice::open(found.id, effective));
    }
    if (effective.loseAtSubmission > 0)
        device = std::make_unique<LosableDevice>(std::move(device), effective.loseAtSubmission);
    return device;
}

}  // namespace lemnos
