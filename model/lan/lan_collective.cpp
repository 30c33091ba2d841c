#include "model/lan/lan_collective.h"

#include <poll.h>

#include <algorithm>
#include <cstring>

#include "compute/collective/slices.h"

namespace lemnos {
namespace {

constexpr std::size_t pieceBytes = 128 * 1024;
constexpr std::size_t spreadFrom = 64 * 1024;  // less is sent by the root to all: one hop

}  // namespace

/// One call as seen by one rank: what it sends, and what it still waits for.
class LanCollective::Operation {
  public:
    Operation(LanCollective& collective, const Call& call)
        : m_collective(collective), m_call(call), m_called(collective.m_links.size(), false) {}
    virtual ~Operation() = default;

    /// Queues what can be sent at once.
    virtual void begin() {
        for (const auto& link : m_collective.m_links) {
            if (link) link->sendOwn(FrameType::call, toBytes(m_call));
        }
    }
    bool awaits(std::size_t rank) const { return !m_called[rank] || awaitsData(rank); }
    Result<std::span<std::byte>> where(std::size_t rank, LanLink& link, const FrameHeader& header) {
        if (!m_called[rank]) {
            if (header.type != FrameType::call) return outOfStep();
            return link.ownSpace(header);
        }
        const std::span<std::byte> place = placeOf(rank, header);
        if (header.step != m_call.tag || place.size() != header.length || place.empty()) return outOfStep();
        return place;
    }
    Status take(std::size_t rank, LanLink& link) {
        if (m_called[rank]) {
            arrived(rank, link.header());
            return {};
        }
        TRY(const Call call, callFromBytes(link.ownPayload()));
        if (!(call == m_call)) return outOfStep();
        m_called[rank] = true;
        return {};
    }

  protected:
    virtual bool awaitsData(std::size_t) const { return false; }
    /// Where the payload of the next frame goes; nothing where none is to come.
    virtual std::span<std::byte> placeOf(std::size_t, const FrameHeader&) { return {}; }
    virtual void arrived(std::size_t, const FrameHeader&) {}

    void sendPieces(LanLink& link, FrameType type, std::span<const std::byte> data) {
        for (std::size_t piece = 0; piece * pieceBytes < data.size(); ++piece) sendPiece(link, type, data, piece);
    }
    void sendPiece(LanLink& link, FrameType type, std::span<const std::byte> data, std::size_t piece) {
        FrameHeader header{.type = type, .step = m_call.tag};
        header.bucket = static_cast<std::uint16_t>(piece);
        link.send(header, pieceOf(data, piece));
    }
    template <class Byte>
    static std::span<Byte> pieceOf(std::span<Byte> data, std::size_t piece) {
        if (piece * pieceBytes >= data.size()) return {};
        return data.subspan(piece * pieceBytes, std::min(pieceBytes, data.size() - piece * pieceBytes));
    }
    static std::size_t piecesOf(std::size_t bytes) { return (bytes + pieceBytes - 1) / pieceBytes; }

    LanCollective& m_collective;
    Call m_call;
    std::vector<bool> m_called;
};

class LanCollective::Barrier final : public Operation {
    using Operation::Operation;
};

class LanCollective::Broadcast final : public Operation {
  public:
    Broadcast(LanCollective& collective, const Call& call, std::span<std::byte> data)
        : Operation(collective, call), m_data(data) {}

    void begin() override {
        Operation::begin();
        if (m_collective.m_rank != static_cast<int>(m_call.root)) return;
        for (const auto& link : m_collective.m_links) {
            if (link) sendPieces(*link, FrameType::bytes, m_data);
        }
    }

  private:
    bool awaitsData(std::size_t rank) const override { return rank == m_call.root && m_next < piecesOf(m_data.size()); }
    std::span<std::byte> placeOf(std::size_t rank, const FrameHeader& header) override {
        if (rank != m_call.root || header.type != FrameType::bytes || header.bucket != m_next) return {};
        return pieceOf(m_data, m_next);
    }
    void arrived(std::size_t, const FrameHeader&) override { ++m_next; }

    std::span<std::byte> m_data;
    std::size_t m_next = 0;
};

/// Much data: the root sends each rank a slice, and each rank sends its slice on to the others, so that the root's link
/// carries the data about twice, however many ranks there are.
class LanCollective::Spread final : public Operation {
  public:
    Spread(LanCollective& collective, const Call& call, std::span<std::byte> data)
        : Operation(collective, call), m_data(data), m_root(call.root), m_next(collective.m_links.size(), 0) {}

    void begin() override {
        Operation::begin();
        if (!isRoot()) return;
        for (std::size_t rank = 0; rank < m_collective.m_links.size(); ++rank) {
            LanLink* const link = m_collective.m_links[rank].get();
            if (!link) continue;
            sendPieces(*link, FrameType::part, slice(rank));
            sendPieces(*link, FrameType::sums, slice(m_root));
        }
    }

  private:
    bool isRoot() const { return own() == m_root; }
    std::size_t own() const { return static_cast<std::size_t>(m_collective.m_rank); }
    std::span<std::byte> slice(std::size_t rank) const {
        const auto [begin, end] = sliceOf(m_data.size(), rank, m_collective.m_links.size());
        return m_data.subspan(begin, end - begin);
    }
    /// Of this rank's own slice, which comes from the root.
    std::size_t ownPieces() const { return isRoot() ? 0 : piecesOf(slice(own()).size()); }
    bool awaitsData(std::size_t rank) const override {
        if (isRoot()) return false;
        return m_next[rank] < piecesOf(slice(rank).size()) || (rank == m_root && m_nextOwn < ownPieces());
    }
    std::span<std::byte> placeOf(std::size_t rank, const FrameHeader& header) override {
        if (isRoot()) return {};
        if (header.type == FrameType::part && rank == m_root && header.bucket == m_nextOwn)
            return pieceOf(slice(own()), m_nextOwn);
        if (header.type == FrameType::sums && header.bucket == m_next[rank]) return pieceOf(slice(rank), m_next[rank]);
        return {};
    }
    void arrived(std::size_t rank, const FrameHeader& header) override {
        if (header.type == FrameType::sums) {
            ++m_next[rank];
            return;
        }
        const std::size_t piece = m_nextOwn++;
        for (std::size_t other = 0; other < m_collective.m_links.size(); ++other) {
            LanLink* const link = m_collective.m_links[other].get();
            if (link && other != m_root) sendPiece(*link, FrameType::sums, slice(own()), piece);
        }
    }

    std::span<std::byte> m_data;
    std::size_t m_root;
    std::vector<std::size_t> m_next;  ///< piece of each rank's slice
    std::size_t m_nextOwn = 0;
};

class LanCollective::Exchange final : public Operation {
  public:
    Exchange(LanCollective& collective, const Call& call, std::span<const std::span<const std::byte>> out,
             std::span<const std::span<std::byte>> in)
        : Operation(collective, call), m_out(out), m_in(in), m_next(collective.m_links.size(), 0) {}

    void begin() override {
        Operation::begin();
        for (std::size_t rank = 0; rank < m_collective.m_links.size(); ++rank) {
            if (LanLink* link = m_collective.m_links[rank].get()) sendPieces(*link, FrameType::part, m_out[rank]);
        }
    }

  private:
    bool awaitsData(std::size_t rank) const override { return m_next[rank] < piecesOf(m_in[rank].size()); }
    std::span<std::byte> placeOf(std::size_t rank, const FrameHeader& header) override {
        if (header.type != FrameType::part || header.bucket != m_next[rank]) return {};
        return pieceOf(m_in[rank], m_next[rank]);
    }
    void arrived(std::size_t rank, const FrameHeader&) override { ++m_next[rank]; }

    std::span<const std::span<const std::byte>> m_out;
    std::span<const std::span<std::byte>> m_in;
    std::vector<std::size_t> m_next;
};

template <class T>
class LanCollective::Sum final : public Operation {
  public:
    Sum(LanCollective& collective, const Call& call, std::span<T> values)
        : Operation(collective, call),
          m_values(values),
          m_own(sliceBytes(static_cast<std::size_t>(collective.m_rank))),
          m_nextPart(collective.m_links.size(), 0),
          m_nextSum(collective.m_links.size(), 0),
          m_arrived(piecesOf(m_own.size()), 0) {
        collective.m_parts.resize(m_own.size() * collective.m_links.size());
    }

    void begin() override {
        Operation::begin();
        for (std::size_t rank = 0; rank < m_collective.m_links.size(); ++rank) {
            if (LanLink* link = m_collective.m_links[rank].get()) sendPieces(*link, FrameType::part, sliceBytes(rank));
        }
        if (m_collective.size() == 1 && m_collective.m_norms)
            m_collective.m_norms->add(0, std::span<const T>(m_values));
    }

  private:
    std::span<std::byte> sliceBytes(std::size_t rank) const {
        const auto [begin, end] = sliceOf(m_values.size(), rank, m_collective.m_links.size());
        return std::as_writable_bytes(m_values.subspan(begin, end - begin));
    }
    /// What another rank brings for the slice of this one.
    std::span<std::byte> partOf(std::size_t rank) const {
        return std::span(m_collective.m_parts).subspan(rank * m_own.size(), m_own.size());
    }
    bool awaitsData(std::size_t rank) const override {
        return m_nextPart[rank] < piecesOf(m_own.size()) || m_nextSum[rank] < piecesOf(sliceBytes(rank).size());
    }
    std::span<std::byte> placeOf(std::size_t rank, const FrameHeader& header) override {
        if (header.type == FrameType::part && header.bucket == m_nextPart[rank])
            return pieceOf(partOf(rank), m_nextPart[rank]);
        if (header.type == FrameType::sums && header.bucket == m_nextSum[rank])
            return pieceOf(sliceBytes(rank), m_nextSum[rank]);
        return {};
    }
    void arrived(std::size_t rank, const FrameHeader& header) override {
        if (header.type == FrameType::sums) {
            ++m_nextSum[rank];
            return;
        }
        const std::size_t piece = m_nextPart[rank]++;
        if (++m_arrived[piece] + 1 < m_collective.m_links.size()) return;
        addUp(piece);
        for (const auto& link : m_collective.m_links) {
            if (link) sendPiece(*link, FrameType::sums, m_own, piece);
        }
    }
    /// In the order of the ranks.
    void addUp(std::size_t piece) {
        const auto numbers = [&](std::span<std::byte> data) {
            const std::span<std::byte> bytes = pieceOf(data, piece);
            return std::span(reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T));
        };
        const auto own = static_cast<std::size_t>(m_collective.m_rank);
        const std::span<T> values = numbers(m_own);
        m_sums.resize(values.size());
        for (std::size_t rank = 0; rank < m_collective.m_links.size(); ++rank) {
            const std::span<T> more = rank == own ? values : numbers(partOf(rank));
            if (m_collective.m_norms) m_collective.m_norms->add(rank, std::span<const T>(more));
            if (rank == 0)
                std::ranges::copy(more, m_sums.begin());
            else
                for (std::size_t i = 0; i < more.size(); ++i) m_sums[i] += more[i];
        }
        std::ranges::copy(m_sums, values.begin());
    }

    std::span<T> m_values;
    std::span<std::byte> m_own;  ///< the slice of this rank
    std::vector<std::size_t> m_nextPart, m_nextSum;
    std::vector<std::size_t> m_arrived;  ///< parts, by piece
    std::vector<T> m_sums;
};

LanCollective::LanCollective(const LanGroup& group, std::vector<std::unique_ptr<LanLink>> links)
    : m_rank(group.rank), m_patience(group.patience), m_links(std::move(links)) {
    for (const LanMember& member : group.members) m_names.push_back(member.name);
    for (const auto& link : m_links) {
        if (link) link->setStage(WireStage::rank);
    }
}

LanCollective::~LanCollective() {
    abort("'" + m_names[static_cast<std::size_t>(m_rank)] + "' has left.");
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

Status LanCollective::perform(Operation& operation) {
    const std::scoped_lock lock(m_working);
    if (const Error before = failure(); !before.message.empty()) return before;
    const Status status = work(operation);
    if (!status) {
        breakUp(status.error().message);
        return failure();
    }
    return {};
}

Status LanCollective::work(Operation& operation) {
    operation.begin();
    while (true) {
        bool moved = false, done = true;
        for (std::size_t rank = 0; rank < m_links.size(); ++rank) {
            if (!m_links[rank]) continue;
            Result<bool> finished = progress(operation, rank, moved);
            if (!finished) return Error{"'" + m_names[rank] + "': " + finished.error().message};
            done = done && *finished;
        }
        // What has come from one rank may have put something on the way to another that seemed to be done.
        if (moved) continue;
        if (done) return {};
        TRY_OK(waitForAny(operation));
    }
}

/// Whatever can be done with one rank now; true when this call has nothing more to do with it.
Result<bool> LanCollective::progress(Operation& operation, std::size_t rank, bool& moved) {
    LanLink& link = *m_links[rank];
    const auto receive = [&] {
        return link.receive([&](const FrameHeader& header) { return operation.where(rank, link, header); });
    };
    if (const auto sent = link.flush(); !sent) {
        // Where nothing can be written any more, the other side may have said why.
        const auto last = receive();
        return last ? sent.error() : last.error();
    }
    while (operation.awaits(rank)) {
        TRY(const bool whole, receive());
        if (!whole) break;
        TRY_OK(operation.take(rank, link));
        moved = true;
    }
    TRY(const bool flushed, link.flush());
    return flushed && !operation.awaits(rank);
}

Status LanCollective::waitForAny(Operation& operation) {
    std::vector<pollfd> waits;
    for (std::size_t rank = 0; rank < m_links.size(); ++rank) {
        if (!m_links[rank]) continue;
        const bool in = operation.awaits(rank), out = !m_links[rank]->flushed();
        if (in || out)
            waits.push_back(
                {m_links[rank]->stream().descriptor(), static_cast<short>((in ? POLLIN : 0) | (out ? POLLOUT : 0)), 0});
    }
    const int ready = ::poll(waits.data(), waits.size(), static_cast<int>(m_patience.count()));
    if (ready == 0) return Error{"Nothing has been heard of the others for too long."};
    return {};
}

Status LanCollective::allReduce(std::span<float> values, Tag tag) {
    Sum<float> sum(*this, {Call::Kind::sumFloats, tag, values.size(), 0}, values);
    return perform(sum);
}

Status LanCollective::allReduce(std::span<std::int64_t> values, Tag tag) {
    Sum<std::int64_t> sum(*this, {Call::Kind::sumIntegers, tag, values.size(), 0}, values);
    return perform(sum);
}

Status LanCollective::broadcast(std::span<std::byte> bytes, int root, Tag tag) {
    const Call call{Call::Kind::broadcast, tag, bytes.size(), static_cast<std::uint32_t>(root)};
    if (bytes.size() > spreadFrom) {
        Spread spread(*this, call, bytes);
        return perform(spread);
    }
    Broadcast broadcast(*this, call, bytes);
    return perform(broadcast);
}

Status LanCollective::exchange(std::span<const std::span<const std::byte>> out,
                               std::span<const std::span<std::byte>> in, Tag tag) {
    Exchange exchange(*this, {Call::Kind::exchange, tag, 0, 0}, out, in);
    return perform(exchange);
}

Status LanCollective::barrier(Tag tag) {
    Barrier barrier(*this, {Call::Kind::barrier, tag, 0, 0});
    return perform(barrier);
}

}  // namespace lemnos
