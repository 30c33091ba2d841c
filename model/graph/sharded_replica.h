// ShardedReplica: one rank's part of every step that several replicas take together.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "compute/collective/collective.h"
#include "compute/collective/lossy_sum.h"
#include "model/graph/rank_work.h"
#include "model/graph/replica.h"
#include "model/graph/shares.h"

namespace lemnos {

/// How steps are shared out.
struct ShardingOptions {
    bool exact = false;
    bool measured =
        true;  ///< shares follow measured speeds; otherwise they are equal, so that a run repeats to the bit
    SumFormat format = SumFormat::float32;  ///< of gradients on their way; not with `exact`
    bool watched = false;                   ///< all ranks tell each other how large each one's gradients were
};

/// A batch is cut into shards of Plan::request.batch rows. Every rank is given the same batch, though it need only hold
/// the rows that it trains, and takes shards according to
/// its measured speed. Gradients are means over the whole batch from the start, so that they only have to be added,
/// however uneven shares are. Batch norm takes its statistics from each shard (ghost batch norm, Hoffer et al. 2017,
/// section 4.1); running means and variances move by the average of what each shard would have moved them.
///
/// Exact: the gradients of each shard are added as whole numbers, so that the weights do not depend, to the bit, on who
/// took which shard, nor on how many ranks there are.
///
/// Otherwise gradients are summed bucket by bucket while backward of this rank's last shard is still at work.
class ShardedReplica {
  public:
    /// Both outlive this; the replica was made with ReplicaOptions::shared, with the same weights as the others'.
    ShardedReplica(Replica& replica, Collective& collective, const ShardingOptions& options);

    /// Blocks: this rank's shards, then the sums and, after the last batch of those that are added up, the update. The
    /// result is that of the whole batch. After an Error the collective is aborted.
    Result<StepResult> train(const Batch& batch, const StepScalars& scalars, std::int64_t step, const StepPlace& place);

    /// With ShardingOptions::watched: looks at the norm of each rank's part of the gradients before an update is made;
    /// an Error is that of the step. In exact runs norms are in units of 2^-40.
    using Inspect = std::function<Status(std::span<const double> norms)>;
    void setInspector(Inspect inspect) { m_inspect = std::move(inspect); }

    /// The rows of the next batches that are going to be this rank's, unless shares change before; from any thread.
    RowRange rowsWanted(std::int64_t listed) const;

    Replica& replica() { return m_replica; }
    /// How long steps have spent on the exchange with others since the last call; from any thread.
    double takeSyncSeconds() { return static_cast<double>(m_syncNanoseconds.exchange(0)) * 1e-9; }
    /// What each rank has done in the last batch that came to its end, without names.
    std::span<const RankWork> lastWork() const { return m_lastWork; }

  private:
    struct Work;

    Result<StepResult> trainPart(const Batch& batch, const StepScalars& scalars, std::int64_t step,
                                 const StepPlace& place);
    std::vector<RowRange> rowsOfRanks(std::int64_t listed) const;
    void clearSums();
    Status takeShards(Work& work);
    Status collectShard(Work& work);
    Status addGradients(const Work& work);
    Result<StepResult> exchange(Work& work);
    Status update(const Work& work);
    Status sumByBuckets(const Work& work);
    Status sumExactly();
    void stopWork();
    Collective::Tag nextTag() { return ++m_tag; }

    Replica& m_replica;
    Collective& m_collective;
    bool m_exact, m_measured;
    std::optional<PartNorms> m_norms;  ///< where they are watched
    Inspect m_inspect;
    std::vector<LossySum> m_bucketSums;  ///< one for each bucket
    std::vector<float> m_bucket;
    bool m_fresh = true;  ///< the replica holds no gradients of this update yet
    mutable std::mutex m_mutex;
    MeasuredSpeeds m_speeds;  ///< under the mutex
    std::vector<RankWork> m_lastWork;
    Collective::Tag m_tag = 0;
    std::atomic<std::int64_t> m_syncNanoseconds = 0;
    std::vector<float> m_sums;              ///< gradients, then changes of statistics
    std::vector<std::int64_t> m_fixedSums;  ///< the same, exact
};

}  // namespace lemnos
