#include "model/together/follow.h"

#include <memory>

#include "model/data/batch_loader.h"
#include "model/together/share_state.h"
#include "model/train/prepared_run.h"

namespace lemnos {
namespace {

/// The batches that the leader speaks of, loaded ahead as it loads them itself.
class Batches {
  public:
    explicit Batches(const FollowerParts& parts) : m_parts(parts), m_samples(parts.index.indices(Split::train)) {}

    Result<Batch> batch(const Order& order) {
        const bool next = m_loader && order.scalars.epoch == m_epoch && order.batch == m_next;
        if (!next) begin(order);
        auto batch = m_loader->next();
        if (!batch || batch->number != order.batch)
            return Error{"The PC that leads asks for a batch that these pictures don't have."};
        m_next = order.batch + 1;
        return *std::move(batch);
    }

  private:
    void begin(const Order& order) {
        m_loader.reset();
        m_epoch = order.scalars.epoch;
        LoaderOptions options;
        options.batch = intParam(m_parts.spec.settings, "batch");
        options.seed = static_cast<std::uint64_t>(intParam(m_parts.spec.settings, "seed"));
        options.epoch = m_epoch;
        options.training = true;
        options.mixing = mixingOf(m_parts.spec);
        options.firstBatch = order.batch;
        m_loader =
            std::make_unique<BatchLoader>(m_parts.index, m_samples, *m_parts.spec.preprocess, options, &m_parts.cache);
    }

    const FollowerParts& m_parts;
    std::vector<std::uint32_t> m_samples;
    std::unique_ptr<BatchLoader> m_loader;
    std::uint32_t m_epoch = 0;
    std::int64_t m_next = 0;
};

Status obey(const FollowerParts& parts, Collective& collective, int leader) {
    ShardedReplica sharded(parts.replica, collective, parts.sharding);
    Batches batches(parts);
    Collective::Tag tag = orderTags;
    while (true) {
        std::array<std::byte, orderBytes> bytes{};
        TRY_OK(collective.broadcast(bytes, leader, tag++));
        TRY(const Order order, orderFromBytes(bytes));
        switch (order.kind) {
            case Order::Kind::step: {
                TRY(const Batch batch, batches.batch(order));
                TRY_OK(sharded.train(batch, order.scalars, order.step, order.place));
                break;
            }
            case Order::Kind::takeOver:
                TRY_OK(shareState(parts.replica, collective, leader, tag));
                tag += takeOverTags;
                break;
            case Order::Kind::end:
                return {};
        }
    }
}

}  // namespace

Status follow(const FollowerParts& parts, Collective& collective, int leader) {
    const Status status = obey(parts, collective, leader);
    // The others would wait for this one.
    if (!status) collective.abort(status.error().message);
    return status;
}

}  // namespace lemnos
