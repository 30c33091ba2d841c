// What was found out about the devices of this PC, kept in the cache folder: how fast each is, and whether it computes
// right. Facts belong to a device with its driver; a new driver is a new device.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compute/device.h"
#include "compute/device_speed.h"

namespace lemnos {

struct DeviceFacts {
    std::optional<DeviceSpeed> speed;
    std::optional<Tuning> tuning;       ///< see compute/tuning.h
    std::optional<bool> computesRight;  ///< result of the self-test; nothing when it has not run
    std::string problem;                ///< why it does not, as a sentence
};

/// What is known; nothing is measured.
DeviceFacts readFacts(const DeviceInfo& device);
/// Errors when the cache folder can't be written.
Status writeFacts(const DeviceInfo& device, const DeviceFacts& facts);

/// readFacts(), but a speed that is not known is measured (under a second) and kept.
Result<DeviceFacts> measuredFacts(const DeviceInfo& device);

/// The device that trains fastest by measurement, of those that compute right; software Vulkan only when it is the only
/// one. Devices whose speed is not known are measured, unless there is no choice.
Result<DeviceInfo> fastestDevice();

/// Opens a device by its id, tuned; "auto" (or nothing) is fastestDevice(). Tuning takes a few seconds at the first use
/// of a device and driver. A device that failed its self-test is refused, with the reason.
Result<std::unique_ptr<Device>> openForTraining(const std::string& id, const DeviceOptions& options = {});

}  // namespace lemnos
