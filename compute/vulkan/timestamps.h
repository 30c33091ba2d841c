// What DeviceOptions::profile asks for: how long each op of a recording took, by the device's own clock.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compute/device.h"
#include "compute/vulkan/api.h"

namespace lemnos {

/// An op that was written into a recording.
struct RecordedOp {
    std::string name;
    OpCost cost;
};

/// One timestamp before the ops of a recording and one behind each, written when all work before it is done. So the
/// times of ops that overlap add up to the time that passed.
struct Timestamps {
    QueryPoolHandle pool;
    std::vector<RecordedOp> ops;

    std::uint32_t count() const { return static_cast<std::uint32_t>(ops.size()) + 1; }
    void writeFirst(VkCommandBuffer commands) const;
    void writeBehind(VkCommandBuffer commands, std::size_t op) const;
};

/// Collects the timestamps of a device's recordings.
class TimestampCollector {
  public:
    /// Null where the queue has no timestamps.
    static std::unique_ptr<TimestampCollector> create(VkPhysicalDevice physical, VkDevice device,
                                                      std::uint32_t queueFamily);

    Result<std::shared_ptr<Timestamps>> timestamps(std::vector<RecordedOp> ops) const;

    /// The ticket to wait for before these may be written again; 0 when they may be now.
    Ticket pendingTicket(const std::shared_ptr<Timestamps>& timestamps) const;
    void submitted(Ticket ticket, const std::shared_ptr<Timestamps>& timestamps);
    /// Adds up what was submitted with tickets up to `done`.
    Status collect(Ticket done);
    std::vector<OpTime> take();

  private:
    TimestampCollector() = default;
    Status add(const Timestamps& timestamps);

    struct Pending {
        Ticket ticket;
        std::shared_ptr<Timestamps> timestamps;
    };

    VkDevice m_device = VK_NULL_HANDLE;
    double m_secondsPerTick = 0;
    std::uint64_t m_validBits = 0;  ///< ones where a timestamp has bits
    std::vector<Pending> m_pending;
    std::map<std::string, OpTime, std::less<>> m_times;
};

}  // namespace lemnos
