// LanOperation: a call of LanCollective as one rank sees it, without sockets: what goes to each other rank, and where
// that goes which comes from them.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "compute/collective/collective.h"
#include "model/lan/wire.h"

namespace lemnos {

/// Whose place in which group.
struct RankPlace {
    std::size_t rank = 0, ranks = 1;
};

class LanOperation {
  public:
    LanOperation(RankPlace place, const Call& call)
        : m_place(place), m_call(call), m_callBytes(toBytes(call)), m_heard(place.ranks), m_others(place.ranks) {}
    virtual ~LanOperation() = default;

    struct Outgoing {
        FrameHeader header;
        std::span<const std::byte> payload;  ///< stays as it is until the next one for this rank is asked for
    };
    /// What is to be sent to a rank next, if there is anything by now.
    std::optional<Outgoing> next(std::size_t rank);

    /// Whether more is to come from a rank.
    bool awaits(std::size_t rank) const { return !m_others[rank].called || awaitsData(rank); }
    /// Where the payload of a frame from a rank goes; an Error where it is not what has to come now.
    Result<std::span<std::byte>> where(std::size_t rank, const FrameHeader& header);
    /// It is there.
    Status take(std::size_t rank, const FrameHeader& header);

  protected:
    static constexpr std::size_t pieceBytes = 128 * 1024;

    virtual std::optional<Outgoing> nextData(std::size_t) { return std::nullopt; }
    virtual bool awaitsData(std::size_t) const { return false; }
    /// Nothing where none is to come.
    virtual std::span<std::byte> placeOf(std::size_t, const FrameHeader&) { return {}; }
    virtual void arrived(std::size_t, const FrameHeader&) {}

    static std::size_t piecesOf(std::size_t bytes) { return (bytes + pieceBytes - 1) / pieceBytes; }
    template <class Byte>
    static std::span<Byte> pieceOf(std::span<Byte> data, std::size_t piece) {
        if (piece * pieceBytes >= data.size()) return {};
        return data.subspan(piece * pieceBytes, std::min(pieceBytes, data.size() - piece * pieceBytes));
    }
    Outgoing outgoing(FrameType type, std::span<const std::byte> data, std::size_t piece) const;

    RankPlace m_place;
    Call m_call;

  private:
    struct Other {
        bool told = false, called = false;  ///< what this rank calls, and what that one does
    };
    std::vector<std::byte> m_callBytes;
    std::vector<std::array<std::byte, callBytes>> m_heard;
    std::vector<Other> m_others;
};

class LanBarrier final : public LanOperation {
    using LanOperation::LanOperation;
};

/// The root sends to all.
class LanBroadcast final : public LanOperation {
  public:
    LanBroadcast(RankPlace place, const Call& call, std::span<std::byte> data)
        : LanOperation(place, call), m_data(data), m_sent(place.ranks, 0) {}

  private:
    std::optional<Outgoing> nextData(std::size_t rank) override;
    bool awaitsData(std::size_t rank) const override { return rank == m_call.root && m_next < piecesOf(m_data.size()); }
    std::span<std::byte> placeOf(std::size_t rank, const FrameHeader& header) override;
    void arrived(std::size_t, const FrameHeader&) override { ++m_next; }

    std::span<std::byte> m_data;
    std::vector<std::size_t> m_sent;  ///< pieces, by rank
    std::size_t m_next = 0;
};

/// Much data: the root sends each rank a slice, and each rank sends its slice on to the others, so that the root's link
/// carries the data about twice, however many ranks there are.
class LanSpread final : public LanOperation {
  public:
    LanSpread(RankPlace place, const Call& call, std::span<std::byte> data)
        : LanOperation(place, call), m_data(data), m_root(call.root), m_sent(place.ranks, 0), m_next(place.ranks, 0) {}

  private:
    bool isRoot() const { return m_place.rank == m_root; }
    std::span<std::byte> slice(std::size_t rank) const;
    /// Of this rank's own slice, which comes from the root.
    std::size_t ownPieces() const { return isRoot() ? 0 : piecesOf(slice(m_place.rank).size()); }
    std::optional<Outgoing> nextData(std::size_t rank) override;
    bool awaitsData(std::size_t rank) const override;
    std::span<std::byte> placeOf(std::size_t rank, const FrameHeader& header) override;
    void arrived(std::size_t rank, const FrameHeader& header) override;

    std::span<std::byte> m_data;
    std::size_t m_root;
    std::vector<std::size_t> m_sent;  ///< pieces, by rank
    std::vector<std::size_t> m_next;  ///< piece of each rank's slice
    std::size_t m_nextOwn = 0;
};

class LanExchange final : public LanOperation {
  public:
    LanExchange(RankPlace place, const Call& call, std::span<const std::span<const std::byte>> out,
                std::span<const std::span<std::byte>> in, ExchangeWork& work)
        : LanOperation(place, call),
          m_out(out),
          m_in(in),
          m_work(work),
          m_sent(place.ranks, 0),
          m_next(place.ranks, 0) {}

  private:
    std::optional<Outgoing> nextData(std::size_t rank) override;
    bool awaitsData(std::size_t rank) const override { return m_next[rank] < piecesOf(m_in[rank].size()); }
    std::span<std::byte> placeOf(std::size_t rank, const FrameHeader& header) override;
    void arrived(std::size_t rank, const FrameHeader& header) override;

    std::span<const std::span<const std::byte>> m_out;
    std::span<const std::span<std::byte>> m_in;
    ExchangeWork& m_work;
    std::vector<std::size_t> m_sent, m_next;  ///< pieces, by rank
};

/// Each rank adds up a slice: first the others' parts of it come, then the sums go to all, piece by piece.
template <class T>
class LanSum final : public LanOperation {
  public:
    /// `parts` is memory that it may use. `norms`: see Collective::watch(); may be none.
    LanSum(RankPlace place, const Call& call, std::span<T> values, std::vector<std::byte>& parts, PartNorms* norms);

  private:
    std::span<std::byte> slice(std::size_t rank) const;
    /// What another rank brings for the slice of this one.
    std::span<std::byte> partOf(std::size_t rank) const { return m_parts.subspan(rank * m_own.size(), m_own.size()); }
    std::optional<Outgoing> nextData(std::size_t rank) override;
    bool awaitsData(std::size_t rank) const override {
        return m_nextPart[rank] < piecesOf(m_own.size()) || m_nextSum[rank] < piecesOf(slice(rank).size());
    }
    std::span<std::byte> placeOf(std::size_t rank, const FrameHeader& header) override;
    void arrived(std::size_t rank, const FrameHeader& header) override;
    void addUp(std::size_t piece);

    std::span<T> m_values;
    std::span<std::byte> m_own;  ///< the slice of this rank
    std::span<std::byte> m_parts;
    PartNorms* m_norms;
    std::vector<std::size_t> m_sent;                 ///< parts and sums, by rank
    std::vector<std::size_t> m_nextPart, m_nextSum;  ///< by rank
    std::vector<std::size_t> m_arrived;              ///< parts, by piece
    std::size_t m_summed = 0;                        ///< pieces
};

}  // namespace lemnos
