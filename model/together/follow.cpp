#include "model/together/follow.h"

#include <memory>
#include <optional>

#include "model/data/batch_loader.h"
#include "model/together/measure_team.h"
#include "model/together/share_state.h"
#include "model/train/prepared_run.h"

namespace lemnos {
namespace {

/// The batches that the leader speaks of, loaded ahead as it loads them itself.
class Batches {
  public:
    explicit Batches(const FollowerParts& parts) : m_parts(parts), m_samples(parts.index.indices(Split::train)) {}

    /// The next one is expected `stride` batches later.
    Result<Batch> batch(const Order& order, std::int64_t stride) {
        const bool next = m_loader && order.scalars.epoch == m_epoch && order.batch == m_next && stride == m_stride;
        if (!next) begin(order, stride);
        auto batch = m_loader->next();
        if (!batch || batch->number != order.batch)
            return Error{"The PC that leads asks for a batch that these pictures don't have."};
        m_next = order.batch + stride;
        return *std::move(batch);
    }

  private:
    void begin(const Order& order, std::int64_t stride) {
        m_loader.reset();
        m_epoch = order.scalars.epoch;
        m_stride = stride;
        LoaderOptions options;
        options.batch = intParam(m_parts.spec.settings, "batch");
        options.seed = static_cast<std::uint64_t>(intParam(m_parts.spec.settings, "seed"));
        options.epoch = m_epoch;
        options.training = true;
        options.mixing = mixingOf(m_parts.spec);
        options.firstBatch = order.batch;
        options.stride = stride;
        m_loader =
            std::make_unique<BatchLoader>(m_parts.index, m_samples, *m_parts.spec.preprocess, options, &m_parts.cache);
    }

    const FollowerParts& m_parts;
    std::vector<std::uint32_t> m_samples;
    std::unique_ptr<BatchLoader> m_loader;
    std::uint32_t m_epoch = 0;
    std::int64_t m_next = 0, m_stride = 1;
};

/// In one group, until it ends.
class Follower {
  public:
    Follower(const FollowerParts& parts, Collective& collective, int leader)
        : m_parts(parts),
          m_collective(collective),
          m_leader(leader),
          m_batches(parts),
          m_local(parts.replica, parts.options.rates, parts.options.sharding) {
        if (parts.options.localSteps == 0) m_sharded.emplace(parts.replica, collective, parts.options.sharding);
    }

    Status obey() {
        while (true) {
            TRY(const Order order, hear());
            switch (order.kind) {
                case Order::Kind::step: {
                    if (!m_sharded) return Error{"The PC that leads asks for steps in a run of rounds."};
                    TRY(const Batch batch, m_batches.batch(order, 1));
                    TRY_OK(m_sharded->train(batch, order.scalars, order.step, order.place));
                    tell(m_sharded->lastWork());
                    break;
                }
                case Order::Kind::round:
                    if (m_sharded) return Error{"The PC that leads asks for rounds in a run of steps."};
                    TRY_OK(takeRound(order.batch));
                    break;
                case Order::Kind::takeOver:
                    TRY_OK(shareState(m_parts.replica, m_collective, m_leader, m_tag));
                    TRY_OK(m_local.shareMomentum(m_collective, m_leader, m_tag + takeOverTags - shareTags));
                    m_tag += takeOverTags;
                    break;
                case Order::Kind::measure: {
                    TRY_OK(measureTeam(m_parts.replica, m_parts.options, m_collective, m_leader, m_tag));
                    m_tag += measureTags;
                    break;
                }
                case Order::Kind::end:
                    return {};
            }
        }
    }

  private:
    void tell(std::span<const RankWork> work) const {
        if (m_parts.tell) m_parts.tell(work[static_cast<std::size_t>(m_collective.rank())]);
    }

    Result<Order> hear() {
        std::array<std::byte, orderBytes> bytes{};
        TRY_OK(m_collective.broadcast(bytes, m_leader, m_tag++));
        return orderFromBytes(bytes);
    }

    /// Every rank knows all steps, and takes those whose place is its own.
    Status takeRound(std::int64_t count) {
        constexpr std::int64_t most = 1'000'000;
        if (count > most) return Error{"The PC that leads asks for a round without end."};
        std::vector<std::byte> orders(static_cast<std::size_t>(count) * orderBytes);
        TRY_OK(m_collective.broadcast(orders, m_leader, m_tag++));
        std::vector<Batch> batches;
        std::vector<LocalStep> own;
        for (std::int64_t i = 0; i < count; ++i) {
            const auto bytes = std::span<const std::byte>(orders).subspan(static_cast<std::size_t>(i) * orderBytes);
            TRY(const Order order, orderFromBytes(bytes.first<orderBytes>()));
            if (i % m_collective.size() != m_collective.rank()) continue;
            TRY(Batch batch, m_batches.batch(order, m_collective.size()));
            batches.push_back(std::move(batch));
            own.push_back({nullptr, order.scalars, order.step});
        }
        for (std::size_t i = 0; i < own.size(); ++i) own[i].batch = &batches[i];
        TRY_OK(m_local.round(own, count, m_collective, m_tag));
        tell(m_local.lastWork());
        m_tag += roundTags;
        return {};
    }

    const FollowerParts& m_parts;
    Collective& m_collective;
    int m_leader;
    Batches m_batches;
    LocalTraining m_local;
    std::optional<ShardedReplica> m_sharded;
    Collective::Tag m_tag = orderTags;
};

}  // namespace

Status follow(const FollowerParts& parts, Collective& collective, int leader) {
    const Status status = Follower(parts, collective, leader).obey();
    // The others would wait for this one.
    if (!status) collective.abort(status.error().message);
    return status;
}

}  // namespace lemnos
