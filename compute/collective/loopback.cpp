#include "compute/collective/loopback.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "compute/collective/slices.h"

namespace lemnos {
namespace {

/// What a rank brings to a call; all ranks must bring the same, but for the data.
struct Call {
    enum class Kind : std::uint8_t { sumFloats, sumIntegers, broadcast, exchange, barrier } kind = Kind::barrier;
    Collective::Tag tag = 0;
    std::size_t size = 0;  ///< of the data, in elements
    int root = 0;
    void* data = nullptr;
    std::span<const std::span<const std::byte>> out{};  ///< of an exchange

    bool fits(const Call& other) const {
        return kind == other.kind && tag == other.tag && size == other.size && root == other.root;
    }
};

}  // namespace

struct LoopbackCollective::Group {
    explicit Group(int size) : calls(static_cast<std::size_t>(size)) {}

    std::mutex mutex;
    std::condition_variable changed;
    std::vector<Call> calls;  // of the ranks that are here
    std::size_t here = 0;     // ranks that wait at the gate
    std::uint64_t round = 0;  // how often the gate has opened
    std::string failure;      // why the group is broken; empty: it isn't

    void fail(const std::string& reason) {
        const std::scoped_lock lock(mutex);
        if (failure.empty()) failure = reason;
        changed.notify_all();
    }

    /// Waits until all ranks are here. The last one looks whether they all want the same.
    Status meet(int rank, const Call& call) {
        std::unique_lock lock(mutex);
        if (!failure.empty()) return groupBroken(failure);
        calls[static_cast<std::size_t>(rank)] = call;
        const std::uint64_t mine = round;
        if (++here == calls.size()) {
            if (std::ranges::all_of(calls, [&](const Call& other) { return other.fits(calls[0]); }))
                open();
            else
                failure = outOfStep().message;
            changed.notify_all();
        }
        changed.wait(lock, [&] { return round != mine || !failure.empty(); });
        // A failure after the gate has opened is one for the next call.
        if (round == mine) return groupBroken(failure);
        return {};
    }

    /// After meet(): waits until nobody is at work on the others' data. Everybody who met comes here without waiting
    /// for anything, so a failure is no reason to leave early, and leave others at work on data that is gone.
    void part() {
        std::unique_lock lock(mutex);
        const std::uint64_t mine = round;
        if (++here == calls.size()) {
            open();
            changed.notify_all();
        }
        changed.wait(lock, [&] { return round != mine; });
    }

    void open() {
        here = 0;
        ++round;
    }
};

std::vector<std::unique_ptr<LoopbackCollective>> LoopbackCollective::create(int size) {
    assert(size > 0);
    const auto group = std::make_shared<Group>(size);
    std::vector<std::unique_ptr<LoopbackCollective>> ranks;
    for (int rank = 0; rank < size; ++rank)
        ranks.push_back(std::unique_ptr<LoopbackCollective>(new LoopbackCollective(group, rank)));
    return ranks;
}

LoopbackCollective::~LoopbackCollective() {
    m_group->fail("One of those who train together has ended.");
}

int LoopbackCollective::size() const {
    return static_cast<int>(m_group->calls.size());
}

template <class T>
Status LoopbackCollective::sum(std::span<T> values, Tag tag) {
    constexpr auto kind = std::is_same_v<T, float> ? Call::Kind::sumFloats : Call::Kind::sumIntegers;
    TRY_OK(m_group->meet(m_rank, {kind, tag, values.size(), 0, values.data(), {}}));
    // Each rank adds up a slice of everybody's numbers and writes it to everybody.
    const auto [begin, end] =
        sliceOf(values.size(), static_cast<std::size_t>(m_rank), static_cast<std::size_t>(size()));
    const auto of = [&](std::size_t rank) { return static_cast<T*>(m_group->calls[rank].data); };
    constexpr std::size_t block = 4096;  // stays in the cache
    for (std::size_t first = begin; first < end; first += block) {
        const std::size_t last = std::min(first + block, end);
        for (std::size_t rank = 0; m_norms && rank < m_group->calls.size(); ++rank)
            m_norms->add(rank, std::span<const T>(of(rank) + first, last - first));
        T* const sums = of(0);
        for (std::size_t rank = 1; rank < m_group->calls.size(); ++rank) {
            const T* const more = of(rank);
            for (std::size_t i = first; i < last; ++i) sums[i] += more[i];
        }
        for (std::size_t rank = 1; rank < m_group->calls.size(); ++rank)
            std::memcpy(of(rank) + first, sums + first, (last - first) * sizeof(T));
    }
    m_group->part();
    return {};
}

Status LoopbackCollective::allReduce(std::span<float> values, Tag tag) {
    return sum(values, tag);
}

Status LoopbackCollective::allReduce(std::span<std::int64_t> values, Tag tag) {
    return sum(values, tag);
}

Status LoopbackCollective::broadcast(std::span<std::byte> bytes, int root, Tag tag) {
    TRY_OK(m_group->meet(m_rank, {Call::Kind::broadcast, tag, bytes.size(), root, bytes.data(), {}}));
    if (m_rank != root && !bytes.empty())
        std::memcpy(bytes.data(), m_group->calls[static_cast<std::size_t>(root)].data, bytes.size());
    m_group->part();
    return {};
}

Status LoopbackCollective::exchange(std::span<const std::span<const std::byte>> out,
                                    std::span<const std::span<std::byte>> in, Tag tag, ExchangeWork& work) {
    beforeSendingAll(work, out, m_rank);
    TRY_OK(m_group->meet(m_rank, {Call::Kind::exchange, tag, 0, 0, nullptr, out}));
    bool fits = true;
    for (std::size_t rank = 0; rank < in.size(); ++rank) {
        if (static_cast<int>(rank) == m_rank) continue;
        const std::span<const std::byte> from = m_group->calls[rank].out[static_cast<std::size_t>(m_rank)];
        fits = fits && from.size() == in[rank].size();
        if (fits) std::ranges::copy(from, in[rank].begin());
    }
    m_group->part();
    if (!fits) {
        m_group->fail(outOfStep().message);
        return outOfStep();
    }
    afterReceivingAll(work, in, m_rank);
    return {};
}

Status LoopbackCollective::barrier(Tag tag) {
    return m_group->meet(m_rank, {Call::Kind::barrier, tag, 0, 0, nullptr, {}});
}

void LoopbackCollective::abort(const std::string& reason) {
    m_group->fail(reason);
}

}  // namespace lemnos
