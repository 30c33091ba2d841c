#include "model/together/local_training.h"

#include <chrono>
#include <cmath>
#include <limits>

namespace lemnos {
namespace {

constexpr double lossOne = 0x1p32;  // losses are summed as whole numbers, so that all ranks tell the same

}  // namespace

Result<StepResult> LocalTraining::round(std::span<const LocalStep> own, std::int64_t batches, Collective& collective,
                                        Collective::Tag tag) {
    TRY(const std::vector<float> start, m_replica.readWeights());
    const auto result = [&]() -> Result<StepResult> {
        TRY(const StepResult trained, train(own));
        const auto began = std::chrono::steady_clock::now();
        auto met = meet(trained, own.size(), batches, start, collective, tag);
        m_syncSeconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        return met;
    }();
    if (!result) TRY_OK(m_replica.writeWeights(start));
    return result;
}

Status LocalTraining::shareMomentum(Collective& collective, int leader, Collective::Tag tag) {
    if (m_outer.momentum <= 0) return {};
    m_velocity.resize(static_cast<std::size_t>(m_replica.plan().learntFloats), 0.0f);
    return collective.broadcast(std::as_writable_bytes(std::span(m_velocity)), leader, tag);
}

Result<StepResult> LocalTraining::train(std::span<const LocalStep> own) {
    StepResult sum;
    const auto collect = [&]() -> Status {
        TRY(const StepResult part, m_replica.collect());
        sum.add(part);
        return {};
    };
    for (const LocalStep& step : own) {
        if (m_replica.underway() == Replica::slotCount) TRY_OK(collect());
        TRY_OK(m_replica.train(*step.batch, step.scalars, step.step));
    }
    while (m_replica.underway() > 0) TRY_OK(collect());
    return sum;
}

Result<StepResult> LocalTraining::meet(const StepResult& own, std::size_t ownBatches, std::int64_t batches,
                                       std::span<const float> start, Collective& collective, Collective::Tag tag) {
    std::int64_t numbers[] = {std::isfinite(own.lossSum) ? std::llround(own.lossSum * lossOne) : 0, own.correct,
                              own.count, std::isfinite(own.lossSum) ? 0 : 1};
    TRY_OK(collective.allReduce(std::span(numbers), tag));
    TRY(std::vector<float> change, m_replica.readWeights());
    const auto share = static_cast<float>(static_cast<double>(ownBatches) / static_cast<double>(batches));
    for (std::size_t i = 0; i < change.size(); ++i) change[i] = (change[i] - start[i]) * share;
    // What does not learn, running means and variances, is averaged and nothing else.
    const auto learnt = static_cast<std::size_t>(m_replica.plan().learntFloats);
    if (learnt < change.size()) TRY_OK(collective.allReduce(std::span(change).subspan(learnt), tag + 1));
    if (!m_sum) m_sum.emplace(collective, m_format);
    TRY_OK(m_sum->allReduce(std::span(change).first(learnt), tag + 2));

    const auto rate = static_cast<float>(m_outer.rate), momentum = static_cast<float>(m_outer.momentum);
    if (momentum > 0) {
        m_velocity.resize(learnt, 0.0f);
        for (std::size_t i = 0; i < learnt; ++i) {
            m_velocity[i] = momentum * m_velocity[i] + change[i];
            change[i] += momentum * m_velocity[i];
        }
    }
    for (std::size_t i = 0; i < change.size(); ++i) change[i] = start[i] + (i < learnt ? rate * change[i] : change[i]);
    TRY_OK(m_replica.writeWeights(change));

    StepResult result{static_cast<double>(numbers[0]) / lossOne, numbers[1], numbers[2]};
    if (numbers[3] > 0) result.lossSum = std::numeric_limits<double>::quiet_NaN();
    return result;
}

}  // namespace lemnos
