#include "model/together/team_devices.h"

#include "compute/collective/hierarchical.h"

namespace lemnos {
namespace {

/// Before any other call of a group.
constexpr Collective::Tag devicesTag = ~Collective::Tag{0};

using Ranks = std::vector<std::unique_ptr<HierarchicalCollective>>;

/// The devices behind the first each train in a thread; `ends` gets what comes of it, when the thread has ended.
std::vector<std::jthread> followBehindFirst(std::span<const MemberParts> others, Ranks& ranks, int leader,
                                            std::vector<Status>& ends) {
    ends.assign(others.size(), Status());
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < others.size(); ++i)
        threads.emplace_back([&parts = others[i], rank = std::move(ranks[i + 1]), leader, &end = ends[i]] {
            end = follow(parts, *rank, leader);
        });
    return threads;
}

/// What is wrong with a device itself, if anything; that a group has broken is not.
Status faultOf(std::span<const Status> ends) {
    for (const Status& end : ends)
        if (!end && end.error().kind != Error::Kind::groupBroken) return end;
    return {};
}

}  // namespace

std::vector<MemberParts> membersOn(const PreparedRun& prepared, const RunSpec& spec, const DatasetIndex& index,
                                   PixelCache& cache, const TeamOptions& options) {
    std::vector<MemberParts> parts;
    for (const auto& replica : prepared.replicas) parts.push_back({spec, index, cache, *replica, options, {}});
    return parts;
}

Status followOnDevices(std::span<const MemberParts> devices, std::shared_ptr<Collective> pcs, int leader) {
    TRY(Ranks ranks, HierarchicalCollective::create(std::move(pcs), static_cast<int>(devices.size()), devicesTag));
    const int leadingRank = ranks.front()->firstRank(leader);
    std::vector<Status> ends;
    Status first;
    {
        const auto threads = followBehindFirst(devices.subspan(1), ranks, leadingRank, ends);
        first = follow(devices.front(), *ranks.front(), leadingRank);
        ranks.clear();
    }
    TRY_OK(faultOf(ends));
    return first;
}

TeamOfDevices::TeamOfDevices(std::unique_ptr<Team> pcs, std::span<const MemberParts> devices)
    : m_pcs(std::move(pcs)), m_others(devices.begin() + 1, devices.end()) {}

TeamOfDevices::~TeamOfDevices() = default;

void TeamOfDevices::suspend(int rank) {
    m_pcs->suspend(m_pcOf[static_cast<std::size_t>(rank)]);
}

Status TeamOfDevices::endGroup() {
    m_threads.clear();
    return faultOf(m_ends);
}

Result<std::shared_ptr<Collective>> TeamOfDevices::gather(std::stop_token stop) {
    TRY_OK(endGroup());
    while (true) {
        TRY(const std::shared_ptr<Collective> pcs, m_pcs->gather(stop));
        auto made = HierarchicalCollective::create(pcs, static_cast<int>(m_others.size()) + 1, devicesTag);
        if (!made && made.error().kind == Error::Kind::groupBroken) continue;
        TRY(Ranks ranks, std::move(made));
        const std::vector<std::string> names = m_pcs->names();
        m_names.clear();
        m_pcOf.clear();
        for (int pc = 0; pc < pcs->size(); ++pc)
            for (int rank = ranks.front()->firstRank(pc); rank < ranks.front()->firstRank(pc + 1); ++rank) {
                m_names.push_back(names[static_cast<std::size_t>(pc)]);
                m_pcOf.push_back(pc);
            }
        m_threads = followBehindFirst(m_others, ranks, ranks.front()->rank(), m_ends);
        return std::shared_ptr<Collective>(std::move(ranks.front()));
    }
}

}  // namespace lemnos
