// TeamLearner: takes the steps of a run together with the other members of a team.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "model/graph/learner.h"
#include "model/together/contribution_check.h"
#include "model/together/follow.h"
#include "model/together/local_training.h"
#include "model/together/own_batches.h"
#include "model/together/team.h"

namespace lemnos {

/// Where a group breaks, a new one is made of those who are left, which takes over what this process has and trains the
/// batches since the last update again: no sample is lost, none counts twice. The replica is this class's own while
/// anything is under way, and outlives it like the team.
class TeamLearner final : public Learner {
  public:
    /// With TeamOptions::localSteps the replica is an ordinary one, otherwise made with ReplicaOptions::shared.
    TeamLearner(const MemberParts& parts, Team& team);
    /// Tells the others that it is over.
    ~TeamLearner() override;

    /// With local steps the batches may be empty: who takes them loads them.
    Status train(const Batch& batch, StepScalars scalars, std::int64_t step, const StepPlace& place = {}) override;
    int underway() const override { return m_underway; }
    /// With local steps, the results of a round come with its last batch, or by finish().
    Result<StepResult> collect() override;
    Result<StepResult> finish() override;
    Status align() override;
    double takeSyncSeconds() override { return static_cast<double>(m_syncNanoseconds.exchange(0)) * 1e-9; }
    std::vector<RankWork> takeWork() override;
    RowRange rowsWanted(std::int64_t listed) const override;

  private:
    struct Step {
        Batch batch;
        Order order;
    };
    void work(std::stop_token stop);
    Result<StepResult> take(Step step, const std::stop_token& stop);
    Result<StepResult> put(Step step, const std::stop_token& stop);
    Result<StepResult> takeRound(const std::stop_token& stop);
    Result<StepResult> trainWithAll(const Step& step);
    Result<StepResult> trainRound();
    void tellWork(std::span<const RankWork> work);
    Status gather(const std::stop_token& stop);
    Status shareAll();
    Status say(const Order& order);
    Status inspect(std::span<const double> norms);
    template <class Call>
    auto waiting(const Call& call);
    void addSync(double seconds) { m_syncNanoseconds += static_cast<std::int64_t>(seconds * 1e9); }

    Replica& m_replica;
    Team& m_team;
    TeamOptions m_options;

    // Of the group at hand; the thread's while anything is under way, otherwise the caller's.
    std::shared_ptr<Collective> m_collective;
    bool m_gathered = false;  ///< the group is whole, as far as is known
    std::vector<std::string> m_names;
    std::optional<ShardedReplica> m_sharded;
    ContributionCheck m_check;
    std::string m_suspicion;  ///< why somebody is suspended, while the same batches are trained without it
    LocalTraining m_local;
    OwnBatches m_batches;  ///< of local steps
    Collective::Tag m_tag = 0;
    std::atomic<std::int64_t> m_syncNanoseconds = 0;
    std::vector<Step> m_sinceUpdate;  ///< or since the last round

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Step> m_steps;                  // under the mutex
    std::deque<Result<StepResult>> m_results;  // under the mutex
    std::vector<RankWork> m_work;              // under the mutex
    int m_underway = 0;
    mutable std::mutex m_groupMutex;  ///< m_collective and m_sharded change under it
    std::jthread m_thread;            // last: it uses all of the above
};

}  // namespace lemnos
