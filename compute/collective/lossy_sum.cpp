#include "compute/collective/lossy_sum.h"

#include <algorithm>

#include "compute/collective/slices.h"

namespace lemnos {
namespace {

/// `bytes` cut into pieces of the given sizes.
template <class Byte>
std::vector<std::span<Byte>> cut(std::span<Byte> bytes, const std::vector<std::size_t>& sizes) {
    std::vector<std::span<Byte>> pieces;
    for (const std::size_t size : sizes) {
        pieces.push_back(bytes.first(size));
        bytes = bytes.subspan(size);
    }
    return pieces;
}

void addTo(std::span<float> sums, std::span<const float> values) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += values[i];
}

}  // namespace

/// Nothing is left out within a PC.
Status LossySum::allReduce(std::span<float> values, Collective::Tag tag) {
    Collective* const within = m_collective.within();
    const bool isOnePc = m_collective.size() == (within ? within->size() : 1);
    if (m_format == SumFormat::float32 || isOnePc) {
        m_collective.watch(m_norms);
        Status status = m_collective.allReduce(values, tag);
        m_collective.watch(nullptr);
        return status;
    }
    if (!within) return sumRounded(m_collective, values, tag);
    TRY_OK(within->allReduce(values, tag));
    if (Collective* const between = m_collective.between(); between) {
        const Status status = sumRounded(*between, values, tag);
        if (!status) m_collective.abort(status.error().message);
        TRY_OK(status);
    }
    return within->broadcast(std::as_writable_bytes(values), 0, tag);
}

Status LossySum::sumRounded(Collective& collective, std::span<float> values, Collective::Tag tag) {
    const auto ranks = static_cast<std::size_t>(collective.size()), own = static_cast<std::size_t>(collective.rank());
    const auto slice = [&](std::span<float> of, std::size_t rank) {
        const auto [begin, end] = sliceOf(values.size(), rank, ranks);
        return of.subspan(begin, end - begin);
    };
    std::vector<std::size_t> sizes;  // of the slices on the wire
    for (std::size_t rank = 0; rank < ranks; ++rank)
        sizes.push_back(encodedBytes(m_format, slice(values, rank).size()));
    m_rest.resize(values.size(), 0.0f);
    m_restOfSum.resize(slice(values, own).size(), 0.0f);
    m_part.resize(m_restOfSum.size());

    // To whoever adds up.
    std::size_t all = 0;
    for (const std::size_t size : sizes) all += size;
    m_out.resize(all);
    m_in.resize(sizes[own] * ranks);
    const auto out = cut(std::span(m_out), sizes);
    const auto in = cut(std::span(m_in), std::vector<std::size_t>(ranks, sizes[own]));
    for (std::size_t rank = 0; rank < ranks; ++rank) {
        if (rank == own) continue;
        addTo(slice(values, rank), slice(m_rest, rank));
        encode(m_format, slice(values, rank), out[rank], slice(m_rest, rank));
    }
    const std::vector<std::span<const std::byte>> toOwners(out.begin(), out.end());
    TRY_OK(collective.exchange(toOwners, in, tag));

    // In the order of the ranks.
    m_sums = m_restOfSum;
    for (std::size_t rank = 0; rank < ranks; ++rank) {
        if (rank != own) decode(m_format, in[rank], m_part);
        const std::span<const float> part = rank == own ? slice(values, own) : std::span(m_part);
        if (m_norms) m_norms->add(static_cast<std::size_t>(m_collective.firstRank(static_cast<int>(rank))), part);
        addTo(m_sums, part);
    }
    encode(m_format, m_sums, out[own], m_restOfSum);

    // And back to all.
    const std::vector<std::span<const std::byte>> sums(ranks, out[own]);
    TRY_OK(collective.exchange(sums, out, tag + 1));
    for (std::size_t rank = 0; rank < ranks; ++rank) decode(m_format, out[rank], slice(values, rank));
    return {};
}

}  // namespace lemnos
