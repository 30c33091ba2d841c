// Local SGD: each rank takes several steps by itself, and then all take the mean of what they have learnt. Where a
// network is slow, this is what several PCs are worth something by: it sends weights once a round instead of gradients
// at each step.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "compute/collective/collective.h"
#include "compute/collective/lossy_sum.h"
#include "model/graph/rank_work.h"
#include "model/graph/replica.h"
#include "model/graph/sharded_replica.h"
#include "model/together/order.h"

namespace lemnos {

/// The outer step is that of Douillard et al. 2023 (DiLoCo), algorithm 1: the mean change of the weights is taken for a
/// gradient, with Nesterov momentum. Rate 1 and no momentum are plain averaging (Stich 2018, algorithm 1).
struct RoundRates {
    double local = 0;  ///< times the learning rate, for each rank's own steps; 0: the root of the number of ranks
    double outer = 1;
    double momentum = 0;
};

/// What LocalTraining::round() takes.
constexpr Collective::Tag roundTags = 4;

/// The batch of a step, whole.
using LoadBatch = std::function<Result<Batch>(const Order& step)>;

class LocalTraining {
  public:
    /// The replica outlives this; it is an ordinary one, without a moving average of the weights.
    LocalTraining(Replica& replica, const RoundRates& rates, const ShardingOptions& options)
        : m_replica(replica), m_rates(rates), m_format(options.format), m_watched(options.watched) {}

    /// Blocks. All ranks start from the same weights, and have the same afterwards: those of all, weighted by the
    /// number of batches that each took. The result is that of all batches of the round; `batches` is their number,
    /// and `own` are this rank's. roundTags tags are used. After an Error the replica has the weights of the start
    /// again, as far as its device answers.
    Result<StepResult> round(std::span<const Order> own, std::int64_t batches, const LoadBatch& load,
                             Collective& collective, Collective::Tag tag);

    /// As ShardedReplica::setInspector(), of each rank's part of the change that the weights are going to make.
    void setInspector(ShardedReplica::Inspect inspect) { m_inspect = std::move(inspect); }

    /// Rounds from here on are with others than those before.
    void changeGroup() {
        m_sum.reset();
        m_norms.reset();
    }

    /// How long the rounds since the last call have waited for other ranks and for sums.
    double takeSyncSeconds() { return std::exchange(m_syncSeconds, 0.0); }
    /// What each rank has done in the last round, without names.
    std::span<const RankWork> lastWork() const { return m_lastWork; }
    /// Every rank then has the outer momentum of `leader`.
    Status shareMomentum(Collective& collective, int leader, Collective::Tag tag);

  private:
    Result<StepResult> train(std::span<const Order> own, const LoadBatch& load, std::int64_t ranks);
    Result<StepResult> meet(const StepResult& own, std::size_t ownBatches, std::int64_t batches,
                            std::span<const float> start, Collective& collective, Collective::Tag tag);
    Result<StepResult> tell(const StepResult& own, Collective& collective, Collective::Tag tag);

    Replica& m_replica;
    RoundRates m_rates;
    SumFormat m_format;
    bool m_watched;
    ShardedReplica::Inspect m_inspect;
    std::optional<PartNorms> m_norms;  ///< where they are watched
    std::optional<LossySum> m_sum;
    std::vector<float> m_velocity;
    double m_syncSeconds = 0;
    double m_trainSeconds = 0;  ///< of this rank's batches of the round at hand
    std::vector<RankWork> m_lastWork;
};

}  // namespace lemnos
