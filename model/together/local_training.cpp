#include "model/together/local_training.h"

#include <chrono>
#include <cmath>

#include "model/graph/rank_report.h"
#include "model/together/share_state.h"

namespace lemnos {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

Result<StepResult> LocalTraining::round(std::span<const Order> own, std::int64_t batches, const LoadBatch& load,
                                        Collective& collective, Collective::Tag tag) {
    TRY(const std::vector<float> start, m_replica.readWeights());
    const auto result = [&]() -> Result<StepResult> {
        const auto began = Clock::now();
        TRY(const StepResult trained, train(own, load, collective.size()));
        m_trainSeconds = secondsSince(began);
        const auto done = Clock::now();
        auto met = meet(trained, own.size(), batches, start, collective, tag);
        m_syncSeconds += secondsSince(done);
        return met;
    }();
    if (!result) TRY_OK(m_replica.writeWeights(start));
    return result;
}

Status LocalTraining::shareMomentum(Collective& collective, int leader, Collective::Tag tag) {
    if (m_rates.momentum <= 0) return {};
    m_velocity.resize(static_cast<std::size_t>(m_replica.plan().learntFloats), 0.0f);
    const auto shared = shareBytes(collective, std::as_writable_bytes(std::span(m_velocity)), leader, tag);
    return shared ? Status() : shared.error();
}

/// While the device takes steps, the batches of the next ones are loaded.
Result<StepResult> LocalTraining::train(std::span<const Order> own, const LoadBatch& load, std::int64_t ranks) {
    StepResult sum;
    const auto collect = [&]() -> Status {
        TRY(const StepResult part, m_replica.collect());
        sum.add(part);
        return {};
    };
    // The mean of several ranks' steps is steadier than each, by the root of their number (decision 87).
    const double rate = m_rates.local > 0 ? m_rates.local : std::sqrt(static_cast<double>(ranks));
    const auto begin = [&](const Order& step) -> Status {
        TRY(const Batch batch, load(step));
        if (m_replica.underway() == Replica::slotCount) TRY_OK(collect());
        StepScalars scalars = step.scalars;
        scalars.learningRate *= static_cast<float>(rate);
        // An optimizer is as old as the steps that it has taken, which are one of so many.
        return m_replica.train(batch, scalars, (step.step - 1) / ranks + 1);
    };
    Status begun;
    for (auto step = own.begin(); begun && step != own.end(); ++step) begun = begin(*step);
    while (m_replica.underway() > 0) TRY_OK(collect());
    if (!begun) return begun.error();
    return sum;
}

Result<StepResult> LocalTraining::meet(const StepResult& own, std::size_t ownBatches, std::int64_t batches,
                                       std::span<const float> start, Collective& collective, Collective::Tag tag) {
    TRY(std::vector<float> change, m_replica.readWeights());
    const auto share = static_cast<float>(static_cast<double>(ownBatches) / static_cast<double>(batches));
    for (std::size_t i = 0; i < change.size(); ++i) change[i] = (change[i] - start[i]) * share;
    // What does not learn, running means and variances, is averaged and nothing else.
    const auto learnt = static_cast<std::size_t>(m_replica.plan().learntFloats);
    if (learnt < change.size()) TRY_OK(collective.allReduce(std::span(change).subspan(learnt), tag + 1));
    if (!m_sum) {
        m_sum.emplace(collective, m_format);
        if (m_watched) m_sum->watch(&m_norms.emplace(static_cast<std::size_t>(collective.size())));
    }
    TRY_OK(m_sum->allReduce(std::span(change).first(learnt), tag + 2));
    TRY(const StepResult result, tell(own, collective, tag));

    const auto rate = static_cast<float>(m_rates.outer), momentum = static_cast<float>(m_rates.momentum);
    if (momentum > 0) {
        m_velocity.resize(learnt, 0.0f);
        for (std::size_t i = 0; i < learnt; ++i) {
            m_velocity[i] = momentum * m_velocity[i] + change[i];
            change[i] += momentum * m_velocity[i];
        }
    }
    for (std::size_t i = 0; i < change.size(); ++i) change[i] = start[i] + (i < learnt ? rate * change[i] : change[i]);
    TRY_OK(m_replica.writeWeights(change));
    return result;
}

/// What all ranks have done; an Error where their parts can't be what they should be.
Result<StepResult> LocalTraining::tell(const StepResult& own, Collective& collective, Collective::Tag tag) {
    RankReport report{.amount = own.count, .seconds = m_trainSeconds};
    report.add(own);
    TRY(const GroupReport all, shareReport(report, collective, tag, m_norms ? &*m_norms : nullptr));
    if (m_norms && m_inspect) TRY_OK(m_inspect(all.norms));
    m_lastWork.clear();
    for (std::size_t i = 0; i < all.seconds.size(); ++i) m_lastWork.push_back({{}, all.amounts[i], all.seconds[i]});
    return all.result;
}

}  // namespace lemnos
