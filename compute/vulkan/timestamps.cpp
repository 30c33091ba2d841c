#include "compute/vulkan/timestamps.h"

#include <algorithm>

namespace lemnos {

void Timestamps::writeFirst(VkCommandBuffer commands) const {
    vkCmdResetQueryPool(commands, pool.get(), 0, count());
    vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, pool.get(), 0);
}

void Timestamps::writeBehind(VkCommandBuffer commands, std::size_t op) const {
    vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, pool.get(), static_cast<std::uint32_t>(op) + 1);
}

std::unique_ptr<TimestampCollector> TimestampCollector::create(VkPhysicalDevice physical, VkDevice device,
                                                               std::uint32_t queueFamily) {
    VkPhysicalDeviceProperties properties;
    vkGetPhysicalDeviceProperties(physical, &properties);
    std::uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, families.data());
    const std::uint32_t bits = families[queueFamily].timestampValidBits;
    if (bits == 0) return nullptr;
    std::unique_ptr<TimestampCollector> collector(new TimestampCollector);
    collector->m_device = device;
    collector->m_secondsPerTick = 1e-9 * double(properties.limits.timestampPeriod);
    collector->m_validBits = ~std::uint64_t{0} >> (64 - bits);
    return collector;
}

Result<std::shared_ptr<Timestamps>> TimestampCollector::timestamps(std::vector<RecordedOp> ops) const {
    auto result = std::make_shared<Timestamps>();
    result->ops = std::move(ops);
    VkQueryPoolCreateInfo info{VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO};
    info.queryType = VK_QUERY_TYPE_TIMESTAMP;
    info.queryCount = result->count();
    VkQueryPool pool = VK_NULL_HANDLE;
    TRY_OK(vulkanStatus(vkCreateQueryPool(m_device, &info, nullptr, &pool), "preparing to measure"));
    result->pool = {m_device, pool};
    return result;
}

Ticket TimestampCollector::pendingTicket(const std::shared_ptr<Timestamps>& timestamps) const {
    for (const Pending& pending : m_pending) {
        if (pending.timestamps == timestamps) return pending.ticket;
    }
    return 0;
}

void TimestampCollector::submitted(Ticket ticket, const std::shared_ptr<Timestamps>& timestamps) {
    m_pending.push_back({ticket, timestamps});
}

Status TimestampCollector::collect(Ticket done) {
    const auto first =
        std::find_if(m_pending.begin(), m_pending.end(), [&](const Pending& pending) { return pending.ticket > done; });
    for (auto pending = m_pending.begin(); pending != first; ++pending) TRY_OK(add(*pending->timestamps));
    m_pending.erase(m_pending.begin(), first);
    return {};
}

Status TimestampCollector::add(const Timestamps& timestamps) {
    std::vector<std::uint64_t> ticks(timestamps.count());
    TRY_OK(vulkanStatus(
        vkGetQueryPoolResults(m_device, timestamps.pool.get(), 0, timestamps.count(), ticks.size() * sizeof ticks[0],
                              ticks.data(), sizeof ticks[0], VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT),
        "reading what was measured"));
    for (std::size_t i = 0; i < timestamps.ops.size(); ++i) {
        const RecordedOp& op = timestamps.ops[i];
        // The clock may begin anew in between: the difference is right in the bits that there are.
        const std::uint64_t passed = (ticks[i + 1] - ticks[i]) & m_validBits;
        m_times[op.name].add(op.name.c_str(), double(passed) * m_secondsPerTick, op.cost);
    }
    return {};
}

std::vector<OpTime> TimestampCollector::take() {
    std::vector<OpTime> times;
    for (auto& [name, time] : m_times) times.push_back(time);
    m_times.clear();
    return times;
}

}  // namespace lemnos
