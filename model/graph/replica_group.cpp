#include "model/graph/replica_group.h"

#include "compute/collective/loopback.h"

namespace lemnos {

ReplicaGroup::ReplicaGroup(const std::vector<Replica*>& replicas, const ShardingOptions& options) {
    auto ranks = LoopbackCollective::create(static_cast<int>(replicas.size()));
    for (std::size_t i = 0; i < replicas.size(); ++i)
        m_members.push_back(std::make_unique<Member>(*replicas[i], std::move(ranks[i]), options));
    for (auto& member : m_members)
        member->thread = std::jthread([this, &member = *member](std::stop_token stop) { work(member, stop); });
}

ReplicaGroup::~ReplicaGroup() {
    // All at once: who is in a step waits for the others.
    for (auto& member : m_members) {
        member->thread.request_stop();
        member->collective->abort("The training has ended.");
    }
    for (auto& member : m_members) member->thread.join();
}

void ReplicaGroup::work(Member& member, std::stop_token stop) {
    while (true) {
        Order order;
        {
            std::unique_lock lock(m_mutex);
            if (!m_changed.wait(lock, stop, [&] { return !member.orders.empty(); })) return;
            order = std::move(member.orders.front());
            member.orders.pop_front();
        }
        Result<StepResult> result = member.sharded.train(*order.batch, order.scalars, order.step, order.place);
        const std::scoped_lock lock(m_mutex);
        // All of them know what all have done; one is enough to ask.
        if (result && &member == m_members.front().get()) addWork(m_work, member.sharded.lastWork());
        member.results.push_back(std::move(result));
        m_changed.notify_all();
    }
}

Status ReplicaGroup::train(const Batch& batch, StepScalars scalars, std::int64_t step, const StepPlace& place) {
    assert(underway() < slotCount);
    const auto shared = std::make_shared<const Batch>(batch);
    const std::scoped_lock lock(m_mutex);
    for (auto& member : m_members) member->orders.push_back({shared, scalars, step, place});
    ++m_started;
    m_changed.notify_all();
    return {};
}

Result<StepResult> ReplicaGroup::collect() {
    assert(underway() > 0);
    std::unique_lock lock(m_mutex);
    std::optional<Error> error;
    StepResult result;
    for (auto& member : m_members) {
        m_changed.wait(lock, [&] { return !member->results.empty(); });
        const Result<StepResult> own = std::move(member->results.front());
        member->results.pop_front();
        // All results are the same. An error that is not only that the group is broken is the cause of the others.
        if (own)
            result = *own;
        else if (!error || error->kind == Error::Kind::groupBroken)
            error = own.error();
    }
    ++m_collected;
    if (error) return *error;
    return result;
}

Status ReplicaGroup::align() {
    assert(underway() == 0);
    Replica& first = m_members.front()->sharded.replica();
    for (std::size_t i = 1; i < m_members.size(); ++i) TRY_OK(m_members[i]->sharded.replica().takeOver(first));
    return {};
}

std::vector<RankWork> ReplicaGroup::takeWork() {
    const std::scoped_lock lock(m_mutex);
    return lemnos::takeWork(m_work);
}

}  // namespace lemnos
