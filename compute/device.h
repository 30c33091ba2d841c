// Device: what trains. Layers speak to it only in ops; nothing outside compute/ knows which kind it is.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "compute/recorder.h"
#include "compute/result.h"
#include "compute/tensor.h"
#include "compute/tuning.h"

namespace lemnos {

enum class DeviceKind : std::uint8_t { discreteGpu, integratedGpu, virtualGpu, processor, softwareGpu, other };

/// "GPU", "integrated GPU", ...: the kind as users read it.
std::string toString(DeviceKind kind);

/// What is known of a device before it is opened.
struct DeviceInfo {
    std::string id;      ///< "vulkan:0", "cpu": the name for --device
    std::string name;    ///< as the driver tells it
    std::string driver;  ///< driver name and version
    std::string uuid;    ///< of the hardware, in hexadecimal digits; empty for the processor
    /// "processor", also for software Vulkan; the PCI address of a card as Linux writes it, "0000:01:00.0"; empty where
    /// the driver does not tell. Others who know of the same thing, sensors for one, go by it.
    std::string place{};
    DeviceKind kind = DeviceKind::other;
    std::int64_t memoryBytes = 0;    ///< of its largest memory heap
    bool float16 = false;            ///< takes float16 tensors; of an opened device: as it was opened
    bool cooperativeMatrix = false;  ///< multiplies small matrices in hardware, in a way that the shaders can use
};

enum class Memory : std::uint8_t {
    device,    ///< fast for the device, not mapped
    upload,    ///< mapped; the host writes, the device copies from it
    download,  ///< mapped; the device copies to it, the host reads
};

/// Marks a point in the device's work; tickets grow.
using Ticket = std::uint64_t;

/// Where the time of one kind of op went.
struct OpTime {
    std::string name;
    std::int64_t calls = 0;
    double seconds = 0;
    OpCost cost;  ///< of all calls

    void add(const char* op, double time, const OpCost& one) {
        name = op;
        ++calls;
        seconds += time;
        cost.multiplyAdds += one.multiplyAdds;
        cost.bytes += one.bytes;
    }
};

/// One opened device. Used by one thread at a time.
class Device {
  public:
    virtual ~Device() = default;

    virtual const DeviceInfo& info() const = 0;

    /// Memory filled with zeros. Out of memory is an Error that names the size.
    virtual Result<std::unique_ptr<Buffer>> allocate(std::int64_t sizeBytes, Memory memory) = 0;

    virtual std::unique_ptr<Recorder> record() = 0;

    /// Starts the recordings one after another, behind everything submitted before, and returns at once.
    virtual Result<Ticket> submit(std::span<const Recording* const> recordings) = 0;

    /// Blocks until everything up to the ticket is done. A lost device is an Error.
    virtual Status wait(Ticket ticket) = 0;

    /// Time by op of everything that was waited for since the last call, when DeviceOptions::profile is set.
    virtual std::vector<OpTime> takeProfile() = 0;

    /// Blocking copies between the host and `buffer`, `offsetBytes` and the size being multiples of 4.
    Status upload(Buffer& buffer, std::int64_t offsetBytes, std::span<const std::byte> bytes);
    Status download(Buffer& buffer, std::int64_t offsetBytes, std::span<std::byte> bytes);
};

/// How a device is opened.
struct DeviceOptions {
    bool validate = false;  ///< Vulkan validation layer on; its messages become errors of wait() and submit()
    bool profile = false;   ///< measure every op, see Device::takeProfile(); slows small ops a little
    /// For tests: the device is lost at this submission, counted from 1; 0: never.
    std::int64_t loseAtSubmission = 0;
    /// Which bodies of the kernels: those for software Vulkan (lane), those for GPUs (tiled), or what suits the device.
    /// Matrices: as tiled, and products of half precision by cooperative matrices, emulated where there are none.
    enum class Kernels : std::uint8_t { automatic, lane, tiled, matrices } kernels = Kernels::automatic;
    /// It will be given float16 tensors, which the bodies for software Vulkan do not take.
    bool float16 = false;
    Tuning tuning{};  ///< what measureTuning() gave for it
};

/// Every usable device of this PC: real GPUs, then the processor, then software Vulkan. Never empty.
Result<std::vector<DeviceInfo>> listDevices();

/// The device with that DeviceInfo::id; "auto" is the first of listDevices(). The Error says which there are.
Result<DeviceInfo> findDevice(const std::string& id);

/// Opens the device that findDevice() gives.
Result<std::unique_ptr<Device>> openDevice(const std::string& id, const DeviceOptions& options = {});

}  // namespace lemnos
