#include "compute/collective/hierarchical.h"

#include <algorithm>
#include <numeric>

#include "compute/collective/loopback.h"
#include "compute/collective/slices.h"

namespace lemnos {

Result<std::vector<std::unique_ptr<HierarchicalCollective>>> HierarchicalCollective::create(
    std::shared_ptr<Collective> pcs, int devices, Tag tag) {
    constexpr std::int64_t mostDevices = 1024;
    std::vector<std::int64_t> counts(static_cast<std::size_t>(pcs->size()), 0);
    counts[static_cast<std::size_t>(pcs->rank())] = devices;
    TRY_OK(pcs->allReduce(std::span(counts), tag));
    std::vector<int> firstRanks{0};
    for (const std::int64_t count : counts) {
        if (count < 1 || count > mostDevices) return groupBroken("A PC has told a number of devices that can't be.");
        firstRanks.push_back(firstRanks.back() + static_cast<int>(count));
    }
    std::vector<std::unique_ptr<HierarchicalCollective>> ranks;
    for (auto& device : LoopbackCollective::create(devices))
        ranks.push_back(
            std::unique_ptr<HierarchicalCollective>(new HierarchicalCollective(pcs, std::move(device), firstRanks)));
    return ranks;
}

void HierarchicalCollective::abort(const std::string& reason) {
    // The devices first: whoever waits among them is not to make a call to the others any more.
    m_devices->abort(reason);
    m_pcs->abort(reason);
}

int HierarchicalCollective::pcOf(int rank) const {
    return static_cast<int>(std::ranges::upper_bound(m_firstRanks, rank) - m_firstRanks.begin()) - 1;
}

/// What fails here fails for all, also for those who wait elsewhere.
Status HierarchicalCollective::told(Status status) {
    if (!status) abort(status.error().message);
    return status;
}

template <class T>
Status HierarchicalCollective::sum(std::span<T> values, Tag tag) {
    if (m_devices->size() > 1) TRY_OK(m_devices->allReduce(values, tag));
    if (isFirst()) TRY_OK(m_pcs->allReduce(values, tag));
    return m_devices->broadcast(std::as_writable_bytes(values), 0, tag);
}

Status HierarchicalCollective::allReduce(std::span<float> values, Tag tag) {
    return told(sum(values, tag));
}

Status HierarchicalCollective::allReduce(std::span<std::int64_t> values, Tag tag) {
    return told(sum(values, tag));
}

Status HierarchicalCollective::spread(std::span<std::byte> bytes, int root, Tag tag) {
    const int pc = pcOf(root);
    const bool isHere = pc == m_pcs->rank();
    if (isHere) TRY_OK(m_devices->broadcast(bytes, root - firstRank(pc), tag));
    if (isFirst()) TRY_OK(m_pcs->broadcast(bytes, pc, tag));
    // The devices of the root's PC wait too: a failure is one for all.
    return m_devices->broadcast(isHere ? std::span<std::byte>() : bytes, 0, tag);
}

Status HierarchicalCollective::broadcast(std::span<std::byte> bytes, int root, Tag tag) {
    return told(spread(bytes, root, tag));
}

Status HierarchicalCollective::meet(Tag tag) {
    TRY_OK(m_devices->barrier(tag));
    if (isFirst()) TRY_OK(m_pcs->barrier(tag));
    return m_devices->barrier(tag);
}

Status HierarchicalCollective::barrier(Tag tag) {
    return told(meet(tag));
}

void HierarchicalCollective::watch(PartNorms* norms) {
    if (!isFirst()) return;
    if (m_norms) m_normsOfPcs.moveTo(*m_norms, m_firstRanks);
    m_norms = norms;
    m_pcs->watch(norms ? &m_normsOfPcs : nullptr);
}

/// One exchange. Every device gives its PC's first one what is for other PCs, in the order of the ranks that it is for.
/// A bundle from PC to PC has that of each device of the one for each device of the other, in this order.
class HierarchicalCollective::Exchange {
  public:
    Exchange(HierarchicalCollective& ranks, std::span<const std::span<const std::byte>> out,
             std::span<const std::span<std::byte>> in, Tag tag)
        : m_ranks(ranks), m_within(*ranks.m_devices), m_out(out), m_in(in), m_tag(tag) {}

    Status run() {
        TRY_OK(tellSizes());
        TRY_OK(exchangeHere());
        TRY_OK(collect());
        if (isFirst()) TRY_OK(exchangeBetween());
        return deal();
    }

  private:
    using Bytes = std::vector<std::byte>;

    int devices() const { return m_within.size(); }
    int pcs() const { return m_ranks.m_pcs->size(); }
    int ownPc() const { return m_ranks.m_pcs->rank(); }
    bool isFirst() const { return m_ranks.isFirst(); }
    template <class Work>
    void forRanksOf(int pc, const Work& work) const {
        for (int rank = m_ranks.firstRank(pc); rank < m_ranks.firstRank(pc + 1); ++rank) work(rank);
    }
    template <class Work>
    void forRanksAway(const Work& work) const {
        for (int pc = 0; pc < pcs(); ++pc)
            if (pc != ownPc()) forRanksOf(pc, work);
    }
    static void add(Bytes& bytes, std::span<const std::byte> more) {
        bytes.insert(bytes.end(), more.begin(), more.end());
    }

    // How much each device of this PC has for a rank, and gets from it.
    std::int64_t& size(int device, int rank, int way) {
        return m_sizes[static_cast<std::size_t>((device * m_ranks.size() + rank) * 2 + way)];
    }
    std::size_t outSize(int device, int rank) { return static_cast<std::size_t>(size(device, rank, 0)); }
    std::size_t inSize(int device, int rank) { return static_cast<std::size_t>(size(device, rank, 1)); }

    Status tellSizes() {
        m_sizes.assign(static_cast<std::size_t>(devices() * m_ranks.size() * 2), 0);
        for (int rank = 0; rank < m_ranks.size(); ++rank) {
            size(m_within.rank(), rank, 0) = std::ssize(m_out[static_cast<std::size_t>(rank)]);
            size(m_within.rank(), rank, 1) = std::ssize(m_in[static_cast<std::size_t>(rank)]);
        }
        return m_within.allReduce(std::span(m_sizes), m_tag);
    }

    Status exchangeHere() {
        const auto first = static_cast<std::size_t>(m_ranks.firstRank(ownPc())),
                   count = static_cast<std::size_t>(devices());
        return m_within.exchange(m_out.subspan(first, count), m_in.subspan(first, count), m_tag, m_nothing);
    }

    /// The first device gets what each has for other PCs.
    Status collect() {
        Bytes away;
        forRanksAway([&](int rank) { add(away, m_out[static_cast<std::size_t>(rank)]); });
        m_collected.resize(static_cast<std::size_t>(devices()));
        std::vector<std::span<const std::byte>> give(m_collected.size());
        std::vector<std::span<std::byte>> get(m_collected.size());
        if (isFirst()) {
            for (int device = 1; device < devices(); ++device) {
                std::size_t bytes = 0;
                forRanksAway([&](int rank) { bytes += outSize(device, rank); });
                m_collected[static_cast<std::size_t>(device)].resize(bytes);
                get[static_cast<std::size_t>(device)] = m_collected[static_cast<std::size_t>(device)];
            }
        } else {
            give[0] = away;
        }
        TRY_OK(m_within.exchange(give, get, m_tag, m_nothing));
        if (isFirst()) m_collected[0] = std::move(away);
        return {};
    }

    Status exchangeBetween() {
        std::vector<Bytes> out(static_cast<std::size_t>(pcs())), in(out.size());
        std::vector<std::span<const std::byte>> rest(m_collected.begin(), m_collected.end());
        for (int pc = 0; pc < pcs(); ++pc) {
            if (pc == ownPc()) continue;
            std::size_t coming = 0;
            for (int device = 0; device < devices(); ++device)
                forRanksOf(pc, [&](int rank) {
                    auto& mine = rest[static_cast<std::size_t>(device)];
                    add(out[static_cast<std::size_t>(pc)], mine.first(outSize(device, rank)));
                    mine = mine.subspan(outSize(device, rank));
                    coming += inSize(device, rank);
                });
            in[static_cast<std::size_t>(pc)].resize(coming);
        }
        TRY_OK(m_ranks.m_pcs->exchange(std::vector<std::span<const std::byte>>(out.begin(), out.end()),
                                       std::vector<std::span<std::byte>>(in.begin(), in.end()), m_tag, m_nothing));
        m_dealt.resize(m_collected.size());
        for (int pc = 0; pc < pcs(); ++pc) {
            std::span<const std::byte> bundle(in[static_cast<std::size_t>(pc)]);
            if (pc == ownPc()) continue;
            forRanksOf(pc, [&](int rank) {
                for (int device = 0; device < devices(); ++device) {
                    add(m_dealt[static_cast<std::size_t>(device)], bundle.first(inSize(device, rank)));
                    bundle = bundle.subspan(inSize(device, rank));
                }
            });
        }
        return {};
    }

    /// Each device gets what other PCs have for it.
    Status deal() {
        Bytes came;
        forRanksAway([&](int rank) { came.resize(came.size() + inSize(m_within.rank(), rank)); });
        m_dealt.resize(m_collected.size());
        const std::vector<std::span<const std::byte>> give(m_dealt.begin(), m_dealt.end());
        std::vector<std::span<std::byte>> get(m_dealt.size());
        if (!isFirst()) get[0] = came;
        TRY_OK(m_within.exchange(give, get, m_tag, m_nothing));
        std::span<const std::byte> rest(isFirst() ? m_dealt[0] : came);
        forRanksAway([&](int rank) {
            const std::span<std::byte> place = m_in[static_cast<std::size_t>(rank)];
            std::ranges::copy(rest.first(place.size()), place.begin());
            rest = rest.subspan(place.size());
        });
        return {};
    }

    HierarchicalCollective& m_ranks;
    Collective& m_within;
    std::span<const std::span<const std::byte>> m_out;
    std::span<const std::span<std::byte>> m_in;
    Tag m_tag;
    ExchangeWork m_nothing;
    std::vector<std::int64_t> m_sizes;
    std::vector<Bytes> m_collected, m_dealt;  ///< by device of this PC; the first one's
};

/// Nothing that is worth doing on the way goes through here: rounded sums are exchanged between the PCs alone.
Status HierarchicalCollective::exchange(std::span<const std::span<const std::byte>> out,
                                        std::span<const std::span<std::byte>> in, Tag tag, ExchangeWork& work) {
    beforeSendingAll(work, out, rank());
    TRY_OK(told(Exchange(*this, out, in, tag).run()));
    afterReceivingAll(work, in, rank());
    return {};
}

}  // namespace lemnos
