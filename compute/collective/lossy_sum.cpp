#include "compute/collective/lossy_sum.h"

#include <algorithm>
#include <numeric>

#include "compute/collective/add_to.h"
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

}  // namespace

/// The numbers of one call, by the rank that adds them up. Parts of them begin with a whole block.
class LossySum::Slices {
  public:
    Slices(SumFormat format, const Collective& collective, std::span<float> values)
        : m_format(format),
          m_ranks(static_cast<std::size_t>(collective.size())),
          m_own(static_cast<std::size_t>(collective.rank())),
          m_values(values) {}

    std::size_t ranks() const { return m_ranks; }
    std::size_t own() const { return m_own; }
    SumFormat format() const { return m_format; }
    std::span<float> of(std::size_t rank) const { return of(rank, m_values); }
    std::span<float> of(std::size_t rank, std::span<float> all) const {
        const auto [begin, end] = sliceOf(m_values.size(), rank, m_ranks);
        return all.subspan(begin, end - begin);
    }
    std::size_t bytesOf(std::size_t rank) const { return encodedBytes(m_format, of(rank).size()); }
    /// How many numbers of a rank's slice are whole in its first `bytes`.
    std::size_t wholeIn(std::size_t rank, std::size_t bytes) const {
        return bytes == bytesOf(rank) ? of(rank).size() : numbersIn(m_format, bytes);
    }
    /// The bytes of the numbers from `begin` to `end` of a slice.
    template <class Byte>
    std::span<Byte> bytesOf(std::span<Byte> slice, std::size_t begin, std::size_t end) const {
        const std::size_t first = encodedBytes(m_format, begin);
        return slice.subspan(first, encodedBytes(m_format, end) - first);
    }

  private:
    SumFormat m_format;
    std::size_t m_ranks, m_own;
    std::span<float> m_values;
};

/// Every rank's numbers go to those who add them up.
class LossySum::ToOwners final : public ExchangeWork {
  public:
    ToOwners(LossySum& sum, const Slices& slices, std::span<const std::span<std::byte>> out,
             std::span<const std::span<std::byte>> in)
        : m_sum(sum), m_slices(slices), m_out(out), m_in(in), m_encoded(out.size(), 0), m_there(out.size(), 0) {}

    void beforeSending(std::size_t rank, std::size_t bytes) override {
        const std::size_t begin = m_encoded[rank], all = m_slices.of(rank).size(),
                          end = std::min(all, numbersIn(m_slices.format(), bytes) + sumBlock);
        if (end <= begin) return;
        const auto part = [&](std::span<float> slice) { return slice.subspan(begin, end - begin); };
        const auto values = part(m_slices.of(rank)), rest = part(m_slices.of(rank, m_sum.m_rest));
        encode(m_slices.format(), values, m_slices.bytesOf(m_out[rank], begin, end), rest);
        m_encoded[rank] = end;
    }

    void afterReceiving(std::size_t rank, std::size_t bytes) override {
        m_there[rank] = m_slices.wholeIn(m_slices.own(), bytes);
        std::size_t end = m_slices.of(m_slices.own()).size();
        for (std::size_t other = 0; other < m_there.size(); ++other)
            if (other != m_slices.own()) end = std::min(end, m_there[other]);
        constexpr std::size_t most = 16 * sumBlock;  // stays in the cache
        for (; m_summed < end; m_summed = std::min(m_summed + most, end))
            addUp(m_summed, std::min(m_summed + most, end));
    }

  private:
    /// In the order of the ranks.
    void addUp(std::size_t begin, std::size_t end) {
        const std::size_t own = m_slices.own(), count = end - begin;
        const std::span<float> rest = std::span(m_sum.m_restOfSum).subspan(begin, count),
                               values = m_slices.of(own).subspan(begin, count);
        m_sums.assign(count, 0.0f);
        m_part.resize(count);
        for (std::size_t rank = 0; rank < m_slices.ranks(); ++rank) {
            if (rank != own) decode(m_slices.format(), m_slices.bytesOf(m_in[rank], begin, end), m_part);
            const std::span<const float> part = rank == own ? values : std::span(m_part);
            if (m_sum.m_norms) m_sum.m_norms->add(m_sum.placeOf(rank), part);
            addTo(m_sums, part);
        }
        const auto bytes = m_slices.bytesOf(m_out[own], begin, end);
        encode(m_slices.format(), m_sums, bytes, rest);
        decode(m_slices.format(), bytes, values);
    }

    LossySum& m_sum;
    const Slices& m_slices;
    std::span<const std::span<std::byte>> m_out, m_in;
    std::vector<std::size_t> m_encoded, m_there;  ///< numbers, by rank
    std::size_t m_summed = 0;
    std::vector<float> m_sums, m_part;
};

/// And the sums back to all.
class LossySum::ToAll final : public ExchangeWork {
  public:
    ToAll(const Slices& slices, std::span<const std::span<std::byte>> sums)
        : m_slices(slices), m_sums(sums), m_decoded(sums.size(), 0) {}

    void afterReceiving(std::size_t rank, std::size_t bytes) override {
        const std::size_t begin = m_decoded[rank], end = m_slices.wholeIn(rank, bytes);
        decode(m_slices.format(), m_slices.bytesOf(std::span<const std::byte>(m_sums[rank]), begin, end),
               m_slices.of(rank).subspan(begin, end - begin));
        m_decoded[rank] = end;
    }

  private:
    const Slices& m_slices;
    std::span<const std::span<std::byte>> m_sums;
    std::vector<std::size_t> m_decoded;  ///< numbers, by rank
};

/// Of a PC among all ranks.
std::size_t LossySum::placeOf(std::size_t pc) const {
    return static_cast<std::size_t>(m_collective.firstRank(static_cast<int>(pc)));
}

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
    if (Collective* const between = m_collective.between()) {
        const Status status = sumRounded(*between, values, tag);
        if (!status) m_collective.abort(status.error().message);
        TRY_OK(status);
    }
    return within->broadcast(std::as_writable_bytes(values), 0, tag);
}

Status LossySum::sumRounded(Collective& collective, std::span<float> values, Collective::Tag tag) {
    const Slices slices(m_format, collective, values);
    std::vector<std::size_t> sizes;
    for (std::size_t rank = 0; rank < slices.ranks(); ++rank) sizes.push_back(slices.bytesOf(rank));
    const std::size_t own = slices.own();
    m_rest.resize(values.size(), 0.0f);
    m_restOfSum.resize(slices.of(own).size(), 0.0f);
    m_out.resize(std::reduce(sizes.begin(), sizes.end()));
    m_in.resize(sizes[own] * slices.ranks());
    const auto out = cut(std::span(m_out), sizes);
    const auto in = cut(std::span(m_in), std::vector<std::size_t>(slices.ranks(), sizes[own]));

    const std::vector<std::span<const std::byte>> parts(out.begin(), out.end());
    ToOwners toOwners(*this, slices, out, in);
    TRY_OK(collective.exchange(parts, in, tag, toOwners));
    const std::vector<std::span<const std::byte>> sums(slices.ranks(), out[own]);
    ToAll toAll(slices, out);
    return collective.exchange(sums, out, tag + 1, toAll);
}

}  // namespace lemnos
