#include "model/lan/lan_operation.h"

#include <algorithm>

#include "compute/collective/add_to.h"
#include "compute/collective/slices.h"

namespace lemnos {

std::optional<LanOperation::Outgoing> LanOperation::next(std::size_t rank) {
    if (!std::exchange(m_others[rank].told, true)) return Outgoing{{.type = FrameType::call}, m_callBytes};
    return nextData(rank);
}

Result<std::span<std::byte>> LanOperation::where(std::size_t rank, const FrameHeader& header) {
    if (!m_others[rank].called) {
        if (header.type != FrameType::call || header.length != callBytes) return outOfStep();
        return std::span<std::byte>(m_heard[rank]);
    }
    const std::span<std::byte> place = placeOf(rank, header);
    if (header.step != m_call.tag || place.size() != header.length || place.empty()) return outOfStep();
    return place;
}

Status LanOperation::take(std::size_t rank, const FrameHeader& header) {
    if (m_others[rank].called) {
        arrived(rank, header);
        return {};
    }
    TRY(const Call call, callFromBytes(m_heard[rank]));
    if (!(call == m_call)) return outOfStep();
    m_others[rank].called = true;
    return {};
}

LanOperation::Outgoing LanOperation::outgoing(FrameType type, std::span<const std::byte> data,
                                              std::size_t piece) const {
    Outgoing next{{.type = type, .step = m_call.tag}, pieceOf(data, piece)};
    next.header.bucket = static_cast<std::uint16_t>(piece);
    return next;
}

std::optional<LanOperation::Outgoing> LanBroadcast::nextData(std::size_t rank) {
    if (m_place.rank != m_call.root || m_sent[rank] >= piecesOf(m_data.size())) return std::nullopt;
    return outgoing(FrameType::bytes, m_data, m_sent[rank]++);
}

std::span<std::byte> LanBroadcast::placeOf(std::size_t rank, const FrameHeader& header) {
    if (rank != m_call.root || header.type != FrameType::bytes || header.bucket != m_next) return {};
    return pieceOf(m_data, m_next);
}

std::span<std::byte> LanSpread::slice(std::size_t rank) const {
    const auto [begin, end] = sliceOf(m_data.size(), rank, m_place.ranks);
    return m_data.subspan(begin, end - begin);
}

std::optional<LanOperation::Outgoing> LanSpread::nextData(std::size_t rank) {
    std::size_t& sent = m_sent[rank];
    if (!isRoot()) {
        if (rank == m_root || sent >= m_nextOwn) return std::nullopt;
        return outgoing(FrameType::sums, slice(m_place.rank), sent++);
    }
    const std::size_t parts = piecesOf(slice(rank).size());
    if (sent < parts) return outgoing(FrameType::part, slice(rank), sent++);
    if (sent - parts >= piecesOf(slice(m_root).size())) return std::nullopt;
    return outgoing(FrameType::sums, slice(m_root), sent++ - parts);
}

bool LanSpread::awaitsData(std::size_t rank) const {
    if (isRoot()) return false;
    return m_next[rank] < piecesOf(slice(rank).size()) || (rank == m_root && m_nextOwn < ownPieces());
}

std::span<std::byte> LanSpread::placeOf(std::size_t rank, const FrameHeader& header) {
    if (isRoot()) return {};
    if (header.type == FrameType::part && rank == m_root && header.bucket == m_nextOwn)
        return pieceOf(slice(m_place.rank), m_nextOwn);
    if (header.type == FrameType::sums && header.bucket == m_next[rank]) return pieceOf(slice(rank), m_next[rank]);
    return {};
}

void LanSpread::arrived(std::size_t rank, const FrameHeader& header) {
    ++(header.type == FrameType::sums ? m_next[rank] : m_nextOwn);
}

std::optional<LanOperation::Outgoing> LanExchange::nextData(std::size_t rank) {
    if (m_sent[rank] >= piecesOf(m_out[rank].size())) return std::nullopt;
    m_work.beforeSending(rank, std::min((m_sent[rank] + 1) * pieceBytes, m_out[rank].size()));
    return outgoing(FrameType::part, m_out[rank], m_sent[rank]++);
}

std::span<std::byte> LanExchange::placeOf(std::size_t rank, const FrameHeader& header) {
    if (header.type != FrameType::part || header.bucket != m_next[rank]) return {};
    return pieceOf(m_in[rank], m_next[rank]);
}

void LanExchange::arrived(std::size_t rank, const FrameHeader&) {
    ++m_next[rank];
    m_work.afterReceiving(rank, std::min(m_next[rank] * pieceBytes, m_in[rank].size()));
}

template <class T>
LanSum<T>::LanSum(RankPlace place, const Call& call, std::span<T> values, std::vector<std::byte>& parts,
                  PartNorms* norms)
    : LanOperation(place, call),
      m_values(values),
      m_own(slice(place.rank)),
      m_norms(norms),
      m_sent(place.ranks, 0),
      m_nextPart(place.ranks, 0),
      m_nextSum(place.ranks, 0),
      m_arrived(piecesOf(m_own.size()), 0) {
    parts.resize(m_own.size() * place.ranks);
    m_parts = parts;
    if (m_norms && place.ranks == 1) m_norms->add(0, std::span<const T>(values));
}

template <class T>
std::span<std::byte> LanSum<T>::slice(std::size_t rank) const {
    const auto [begin, end] = sliceOf(m_values.size(), rank, m_place.ranks);
    return std::as_writable_bytes(m_values.subspan(begin, end - begin));
}

template <class T>
std::optional<LanOperation::Outgoing> LanSum<T>::nextData(std::size_t rank) {
    const std::size_t parts = piecesOf(slice(rank).size()), sent = m_sent[rank];
    if (sent >= parts + m_summed) return std::nullopt;
    ++m_sent[rank];
    return sent < parts ? outgoing(FrameType::part, slice(rank), sent) : outgoing(FrameType::sums, m_own, sent - parts);
}

template <class T>
std::span<std::byte> LanSum<T>::placeOf(std::size_t rank, const FrameHeader& header) {
    if (header.type == FrameType::part && header.bucket == m_nextPart[rank])
        return pieceOf(partOf(rank), m_nextPart[rank]);
    if (header.type == FrameType::sums && header.bucket == m_nextSum[rank])
        return pieceOf(slice(rank), m_nextSum[rank]);
    return {};
}

template <class T>
void LanSum<T>::arrived(std::size_t rank, const FrameHeader& header) {
    if (header.type == FrameType::sums) {
        ++m_nextSum[rank];
        return;
    }
    const std::size_t piece = m_nextPart[rank]++;
    if (++m_arrived[piece] + 1 < m_place.ranks) return;
    addUp(piece);
    ++m_summed;
}

/// In the order of the ranks.
template <class T>
void LanSum<T>::addUp(std::size_t piece) {
    const auto numbers = [&](std::size_t rank) {
        const std::span<std::byte> bytes = pieceOf(rank == m_place.rank ? m_own : partOf(rank), piece);
        return std::span(reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T));
    };
    constexpr std::size_t block = 4096;  // stays in the cache
    const std::span<T> own = numbers(m_place.rank);
    std::array<T, block> memory;
    for (std::size_t first = 0; first < own.size(); first += block) {
        const std::span<T> sums = std::span(memory).first(std::min(block, own.size() - first));
        for (std::size_t rank = 0; m_norms && rank < m_place.ranks; ++rank)
            m_norms->add(rank, std::span<const T>(numbers(rank).subspan(first, sums.size())));
        std::ranges::copy(numbers(0).subspan(first, sums.size()), sums.begin());
        for (std::size_t rank = 1; rank < m_place.ranks; ++rank) addTo(sums, numbers(rank).subspan(first, sums.size()));
        std::ranges::copy(sums, own.begin() + static_cast<std::ptrdiff_t>(first));
    }
}

template class LanSum<float>;
template class LanSum<std::int64_t>;

}  // namespace lemnos
