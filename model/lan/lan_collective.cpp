#include "model/lan/lan_collective.h"

#include <poll.h>

#include "compute/collective/slices.h"

namespace lemnos {
namespace {

constexpr std::size_t spreadFrom = 64 * 1024;  // less is sent by the root to all: one hop

}  // namespace

LanCollective::LanCollective(const LanGroup& group, std::vector<std::unique_ptr<LanLink>> links)
    : m_place{static_cast<std::size_t>(group.rank), group.members.size()},
      m_patience(group.patience),
      m_links(std::move(links)),
      m_ready(m_links.size()) {
    for (const LanMember& member : group.members) m_names.push_back(member.name);
    for (const auto& link : m_links) {
        if (link) link->setStage(WireStage::rank);
    }
}

LanCollective::~LanCollective() {
    abort("'" + m_names[m_place.rank] + "' has left.");
}

Error LanCollective::failure() const {
    const std::scoped_lock lock(m_mutex);
    return groupBroken(m_failure);
}

/// By the thread that is in a call.
void LanCollective::breakUp(const std::string& reason) {
    {
        const std::scoped_lock lock(m_mutex);
        if (m_failure.empty()) m_failure = reason;
    }
    for (const auto& link : m_links) {
        if (link) link->end(reason);
    }
}

void LanCollective::abort(const std::string& reason) {
    {
        const std::scoped_lock lock(m_mutex);
        if (m_failure.empty()) m_failure = reason;
    }
    if (m_working.try_lock()) {
        breakUp(reason);
        m_working.unlock();
        return;
    }
    // Another thread is in a call: it sees that the connections have ended.
    for (const auto& link : m_links) {
        if (link) link->stream().shutDown();
    }
}

Status LanCollective::perform(LanOperation&& operation) {
    const std::scoped_lock lock(m_working);
    if (const Error before = failure(); !before.message.empty()) return before;
    const Status status = work(operation);
    if (!status) {
        breakUp(status.error().message);
        return failure();
    }
    return {};
}

Status LanCollective::work(LanOperation& operation) {
    while (true) {
        bool moved = false, done = true;
        // Each rank begins with another one, so that not all send to the same.
        for (std::size_t i = 1; i < m_links.size(); ++i) {
            const std::size_t rank = (m_place.rank + i) % m_links.size();
            Result<bool> finished = progress(operation, rank, moved);
            if (!finished) return Error{"'" + m_names[rank] + "': " + finished.error().message};
            done = done && *finished;
        }
        // What has come from one rank may be for another that seemed to be done.
        if (moved) continue;
        if (done) return {};
        TRY_OK(waitForAny(operation));
    }
}

/// A piece to one rank, and all that has come from it; true when there is nothing more to do with it for now.
Result<bool> LanCollective::progress(LanOperation& operation, std::size_t rank, bool& moved) {
    LanLink& link = *m_links[rank];
    Ready& ready = m_ready[rank];
    const auto receive = [&] {
        return link.receive([&](const FrameHeader& header) { return operation.where(rank, header); });
    };
    if (ready.out) {
        Result<bool> flushed = link.flush();
        if (const auto next = flushed && *flushed ? operation.next(rank) : std::nullopt) {
            moved = true;
            link.send(next->header, next->payload);
            flushed = link.flush();
        }
        if (!flushed) {
            // Where nothing can be written any more, the other side may have said why.
            const auto last = receive();
            return last ? flushed.error() : last.error();
        }
        ready.out = *flushed;
    }
    while (ready.in && operation.awaits(rank)) {
        TRY(ready.in, receive());
        if (!ready.in) break;
        TRY_OK(operation.take(rank, link.header()));
        moved = true;
    }
    return ready.out && !operation.awaits(rank);
}

Status LanCollective::waitForAny(const LanOperation& operation) {
    std::vector<pollfd> waits(m_links.size(), {-1, 0, 0});
    for (std::size_t rank = 0; rank < m_links.size(); ++rank) {
        if (!m_links[rank]) continue;
        const bool in = operation.awaits(rank), out = !m_ready[rank].out;
        if (in || out)
            waits[rank] = {m_links[rank]->stream().descriptor(),
                           static_cast<short>((in ? POLLIN : 0) | (out ? POLLOUT : 0)), 0};
    }
    const int ready = ::poll(waits.data(), waits.size(), static_cast<int>(m_patience.count()));
    if (ready == 0) return Error{"Nothing has been heard of the others for too long."};
    for (std::size_t rank = 0; rank < m_links.size(); ++rank)
        if (waits[rank].revents != 0) m_ready[rank] = {};
    return {};
}

Status LanCollective::allReduce(std::span<float> values, Tag tag) {
    return perform(LanSum<float>(m_place, {Call::Kind::sumFloats, tag, values.size(), 0}, values, m_parts, m_norms));
}

Status LanCollective::allReduce(std::span<std::int64_t> values, Tag tag) {
    return perform(
        LanSum<std::int64_t>(m_place, {Call::Kind::sumIntegers, tag, values.size(), 0}, values, m_parts, m_norms));
}

Status LanCollective::broadcast(std::span<std::byte> bytes, int root, Tag tag) {
    const Call call{Call::Kind::broadcast, tag, bytes.size(), static_cast<std::uint32_t>(root)};
    return bytes.size() > spreadFrom ? perform(LanSpread(m_place, call, bytes))
                                     : perform(LanBroadcast(m_place, call, bytes));
}

Status LanCollective::exchange(std::span<const std::span<const std::byte>> out,
                               std::span<const std::span<std::byte>> in, Tag tag, ExchangeWork& work) {
    return perform(LanExchange(m_place, {Call::Kind::exchange, tag, 0, 0}, out, in, work));
}

Status LanCollective::barrier(Tag tag) {
    return perform(LanBarrier(m_place, {Call::Kind::barrier, tag, 0, 0}));
}

}  // namespace lemnos
