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

/// Everybody gets everything, and takes what is its own. What is much is exchanged between the PCs alone (between()).
Status HierarchicalCollective::exchange(std::span<const std::span<const std::byte>> out,
                                        std::span<const std::span<std::byte>> in, Tag tag, ExchangeWork& work) {
    beforeSendingAll(work, out, rank());
    const auto ranks = static_cast<std::size_t>(size()), own = static_cast<std::size_t>(rank());
    std::vector<std::int64_t> sizes(ranks * ranks, 0);  // from each rank to each
    for (std::size_t to = 0; to < ranks; ++to) sizes[own * ranks + to] = std::ssize(out[to]);
    TRY_OK(allReduce(std::span(sizes), tag));
    for (std::size_t from = 0; from < ranks; ++from) {
        const auto ofRank = std::span(sizes).subspan(from * ranks, ranks);
        std::vector<std::byte> bytes;
        if (from == own)
            for (const auto& part : out) bytes.insert(bytes.end(), part.begin(), part.end());
        bytes.resize(static_cast<std::size_t>(std::reduce(ofRank.begin(), ofRank.end())));
        TRY_OK(broadcast(bytes, static_cast<int>(from), tag));
        if (from == own) continue;
        if (ofRank[own] != std::ssize(in[from])) return told(outOfStep());
        const auto mine = bytes.begin() + std::reduce(ofRank.begin(), ofRank.begin() + rank());
        std::copy_n(mine, ofRank[own], in[from].begin());
    }
    afterReceivingAll(work, in, rank());
    return {};
}

}  // namespace lemnos
