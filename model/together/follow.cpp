#include "model/together/follow.h"

#include <optional>

#include "model/together/measure_team.h"
#include "model/together/own_batches.h"
#include "model/together/share_state.h"

namespace lemnos {
namespace {

/// In one group, until it ends.
class Follower {
  public:
    Follower(const MemberParts& parts, Collective& collective, int leader)
        : m_parts(parts),
          m_collective(collective),
          m_leader(leader),
          m_local(parts.replica, parts.options.rates, parts.options.sharding),
          m_batches(parts.spec, parts.index, parts.cache, [this](std::int64_t listed) {
              return m_sharded ? m_sharded->rowsWanted(listed) : RowRange{0, listed};
          }) {
        if (parts.options.localSteps == 0) m_sharded.emplace(parts.replica, collective, parts.options.sharding);
    }

    Status obey() {
        while (true) {
            TRY(const Order order, hear());
            switch (order.kind) {
                case Order::Kind::step: {
                    if (!m_sharded) return Error{"The PC that leads asks for steps in a run of rounds."};
                    TRY(const Batch batch, m_batches.load(order, 1));
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
        std::vector<Order> own;
        for (std::int64_t i = 0; i < count; ++i) {
            const auto bytes = std::span<const std::byte>(orders).subspan(static_cast<std::size_t>(i) * orderBytes);
            TRY(const Order order, orderFromBytes(bytes.first<orderBytes>()));
            if (i % m_collective.size() == m_collective.rank()) own.push_back(order);
        }
        const auto load = [this](const Order& step) { return m_batches.load(step, m_collective.size()); };
        TRY_OK(m_local.round(own, count, load, m_collective, m_tag));
        tell(m_local.lastWork());
        m_tag += roundTags;
        return {};
    }

    const MemberParts& m_parts;
    Collective& m_collective;
    int m_leader;
    LocalTraining m_local;
    std::optional<ShardedReplica> m_sharded;
    OwnBatches m_batches;  // behind what its loader asks
    Collective::Tag m_tag = orderTags;
};

}  // namespace

Status follow(const MemberParts& parts, Collective& collective, int leader) {
    const Status status = Follower(parts, collective, leader).obey();
    // The others would wait for this one.
    if (!status) collective.abort(status.error().message);
    return status;
}

}  // namespace lemnos
