// ReplicaGroup: several replicas of one network, each on a device and a thread of its own, that take every step
// together.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "model/graph/learner.h"
#include "model/graph/sharded_replica.h"

namespace lemnos {

/// The replicas outlive the group, and are its own while anything is under way.
class ReplicaGroup final : public Learner {
  public:
    /// Made with ReplicaOptions::shared, planned for shards of the same size, with the same weights.
    ReplicaGroup(const std::vector<Replica*>& replicas, const ShardingOptions& options);
    ~ReplicaGroup() override;

    Status train(const Batch& batch, StepScalars scalars, std::int64_t step, const StepPlace& place = {}) override;
    int underway() const override { return static_cast<int>(m_started - m_collected); }
    Result<StepResult> collect() override;
    /// Of the first replica.
    double takeSyncSeconds() override { return m_members.front()->sharded.takeSyncSeconds(); }

    Status align() override;
    std::vector<RankWork> takeWork() override;

  private:
    struct Order {
        std::shared_ptr<const Batch> batch;
        StepScalars scalars;
        std::int64_t step = 0;
        StepPlace place;
    };
    struct Member {
        Member(Replica& replica, std::unique_ptr<Collective> ranked, const ShardingOptions& options)
            : collective(std::move(ranked)), sharded(replica, *collective, options) {}

        std::unique_ptr<Collective> collective;
        ShardedReplica sharded;
        std::deque<Order> orders;                // under the mutex
        std::deque<Result<StepResult>> results;  // under the mutex
        std::jthread thread;
    };
    void work(Member& member, std::stop_token stop);

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::vector<RankWork> m_work;  // under the mutex
    std::vector<std::unique_ptr<Member>> m_members;
    std::uint64_t m_started = 0, m_collected = 0;
};

}  // namespace lemnos
