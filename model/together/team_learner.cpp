#include "model/together/team_learner.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <utility>

#include "compute/collective/slices.h"
#include "model/param.h"
#include "model/together/share_state.h"

namespace lemnos {

TeamLearner::TeamLearner(const MemberParts& parts, Team& team)
    : m_replica(parts.replica),
      m_team(team),
      m_options(parts.options),
      m_check(parts.replica.plan().request.mixed()),
      m_local(parts.replica, parts.options.rates, parts.options.sharding),
      m_batches(parts.spec, parts.index, parts.cache) {
    m_local.setInspector([this](std::span<const double> norms) { return inspect(norms); });
    m_thread = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

TeamLearner::~TeamLearner() {
    m_thread.request_stop();
    {
        // Who is in the middle of a step waits for the others.
        const std::scoped_lock lock(m_groupMutex);
        if (m_collective && m_underway > 0) m_collective->abort("The training has ended.");
    }
    m_thread.join();
    m_team.end();
    if (m_collective && m_underway == 0) (void)say({.kind = Order::Kind::end});
}

Status TeamLearner::train(const Batch& batch, StepScalars scalars, std::int64_t step, const StepPlace& place) {
    assert(m_underway < slotCount);
    Step next{batch, {Order::Kind::step, batch.number, step, place, scalars}};
    const std::scoped_lock lock(m_mutex);
    m_steps.push_back(std::move(next));
    ++m_underway;
    m_changed.notify_all();
    return {};
}

Result<StepResult> TeamLearner::collect() {
    assert(m_underway > 0);
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return !m_results.empty(); });
    Result<StepResult> result = std::move(m_results.front());
    m_results.pop_front();
    --m_underway;
    return result;
}

void TeamLearner::work(std::stop_token stop) {
    bool failed = false;
    while (true) {
        std::optional<Step> step;
        {
            std::unique_lock lock(m_mutex);
            if (!m_changed.wait(lock, stop, [&] { return !m_steps.empty(); })) return;
            step.emplace(std::move(m_steps.front()));
            m_steps.pop_front();
        }
        // Steps that were ordered before anybody knew that an earlier one would fail.
        Result<StepResult> result = failed                     ? Error{"The training has failed at an earlier step."}
                                    : m_options.localSteps > 0 ? put(*std::move(step), stop)
                                                               : take(*std::move(step), stop);
        failed = !result.ok();
        const std::scoped_lock lock(m_mutex);
        m_results.push_back(std::move(result));
        m_changed.notify_all();
    }
}

/// What is spent on others counts as time of synchronisation, also where it comes to nothing.
template <class Call>
auto TeamLearner::waiting(const Call& call) {
    const auto started = std::chrono::steady_clock::now();
    auto result = call();
    addSync(std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
    return result;
}

/// One step, in as many groups as it takes.
Result<StepResult> TeamLearner::take(Step step, const std::stop_token& stop) {
    const bool last = step.order.place.last;
    std::size_t next = 0;  // of the steps since the update, the first that this group has not taken
    if (step.order.place.first) {
        m_sinceUpdate.clear();
        if (m_team.someoneWaits()) m_gathered = false;
    } else {
        next = m_sinceUpdate.size();
    }
    m_sinceUpdate.push_back(std::move(step));
    while (true) {
        if (!m_gathered) {
            TRY_OK(gather(stop));
            next = 0;
        }
        Result<StepResult> result = trainWithAll(m_sinceUpdate[next]);
        if (result) {
            if (++next < m_sinceUpdate.size()) continue;
            if (last) m_sinceUpdate.clear();
            return result;
        }
        if (result.error().kind != Error::Kind::groupBroken) return result;
        m_gathered = false;
    }
}

/// Puts a step off until there are enough for a round.
Result<StepResult> TeamLearner::put(Step step, const std::stop_token& stop) {
    if (m_sinceUpdate.empty() && m_team.someoneWaits()) m_gathered = false;
    m_sinceUpdate.push_back(std::move(step));
    if (!m_gathered) TRY_OK(gather(stop));
    const auto full = static_cast<std::size_t>(m_collective->size() * m_options.localSteps);
    return m_sinceUpdate.size() < full ? Result<StepResult>(StepResult{}) : takeRound(stop);
}

Result<StepResult> TeamLearner::finish() {
    assert(m_underway == 0);
    return m_sinceUpdate.empty() || m_options.localSteps == 0 ? Result<StepResult>(StepResult{})
                                                              : takeRound(m_thread.get_stop_token());
}

RowRange TeamLearner::rowsWanted(std::int64_t listed) const {
    if (m_options.localSteps > 0) return {};
    const std::scoped_lock lock(m_groupMutex);
    return m_sharded ? m_sharded->rowsWanted(listed) : RowRange{0, listed};
}

/// The steps that were put off, in as many groups as it takes.
Result<StepResult> TeamLearner::takeRound(const std::stop_token& stop) {
    while (true) {
        if (!m_gathered) TRY_OK(gather(stop));
        Result<StepResult> result = trainRound();
        if (result) m_sinceUpdate.clear();
        if (result || result.error().kind != Error::Kind::groupBroken) return result;
        m_gathered = false;
    }
}

Result<StepResult> TeamLearner::trainRound() {
    const auto count = static_cast<std::int64_t>(m_sinceUpdate.size());
    TRY_OK(say({.kind = Order::Kind::round, .batch = count}));
    std::vector<std::byte> orders;
    std::vector<Order> own;
    const int ranks = m_collective->size();
    for (std::int64_t i = 0; i < count; ++i) {
        const Order& order = m_sinceUpdate[static_cast<std::size_t>(i)].order;
        std::ranges::copy(toBytes(order), std::back_inserter(orders));
        if (i % ranks == m_collective->rank()) own.push_back(order);
    }
    TRY_OK(m_collective->broadcast(orders, m_collective->rank(), m_tag++));
    const auto load = [&](const Order& step) { return m_batches.load(step, ranks); };
    auto result = m_local.round(own, count, load, *m_collective, m_tag);
    addSync(m_local.takeSyncSeconds());
    if (result) tellWork(m_local.lastWork());
    m_tag += roundTags;
    return result;
}

Result<StepResult> TeamLearner::trainWithAll(const Step& step) {
    TRY_OK(say(step.order));
    auto result = m_sharded->train(step.batch, step.order.scalars, step.order.step, step.order.place);
    addSync(m_sharded->takeSyncSeconds());
    if (result) tellWork(m_sharded->lastWork());
    return result;
}

void TeamLearner::tellWork(std::span<const RankWork> work) {
    std::vector<RankWork> named(work.begin(), work.end());
    for (std::size_t rank = 0; rank < named.size(); ++rank) named[rank].name = m_names[rank];
    const std::scoped_lock lock(m_mutex);
    addWork(m_work, named);
}

std::vector<RankWork> TeamLearner::takeWork() {
    const std::scoped_lock lock(m_mutex);
    return lemnos::takeWork(m_work);
}

/// A new group, all of it with what this process has.
Status TeamLearner::gather(const std::stop_token& stop) {
    while (true) {
        {
            const std::scoped_lock lock(m_groupMutex);
            m_sharded.reset();
            m_local.changeGroup();
            m_collective.reset();
        }
        TRY(auto collective, waiting([&] { return m_team.gather(stop); }));
        {
            const std::scoped_lock lock(m_groupMutex);
            m_collective = std::move(collective);
            m_names = m_team.names();
            if (stop.stop_requested()) return Error{"Cancelled."};
            if (m_options.localSteps == 0) {
                m_sharded.emplace(m_replica, *m_collective, m_options.sharding);
                m_sharded->setInspector([this](std::span<const double> norms) { return inspect(norms); });
            }
        }
        m_tag = orderTags;
        m_check.changeGroup();
        const Status shared = shareAll();
        m_gathered = shared.ok();
        if (shared) return {};
        if (shared.error().kind != Error::Kind::groupBroken) return shared;
    }
}

Status TeamLearner::shareAll() {
    TRY_OK(say({.kind = Order::Kind::takeOver}));
    const Status shared = waiting([&]() -> Status {
        TRY_OK(shareState(m_replica, *m_collective, m_collective->rank(), m_tag));
        return m_local.shareMomentum(*m_collective, m_collective->rank(), m_tag + takeOverTags - shareTags);
    });
    m_tag += takeOverTags;
    return shared;
}

/// Before an update: somebody's part of it may be wrong. Then the same batches are trained without it. If they look
/// alike from others, it is the pictures or the weights, and not who had them.
Status TeamLearner::inspect(std::span<const double> norms) {
    if (!m_suspicion.empty()) {
        const std::string suspicion = std::exchange(m_suspicion, {});
        m_team.decide(m_check.anyUnusual(norms) ? std::nullopt : std::optional(suspicion));
    } else if (const auto rank = m_check.suspect(norms); rank && static_cast<int>(*rank) != m_collective->rank()) {
        m_suspicion = std::isfinite(norms[*rank])
                          ? LEMNOS_TEXT(
                                "What it has computed is over a thousand times too large; something is wrong "
                                "with its device, its driver or its memory. This run goes on without it.")
                          : LEMNOS_TEXT(
                                "What it has computed are no numbers; something is wrong with its device, its "
                                "driver or its memory. This run goes on without it.");
        m_team.suspend(static_cast<int>(*rank));
        return groupBroken("A member is left out.");
    }
    m_check.learn(norms);
    return {};
}

Status TeamLearner::say(const Order& order) {
    auto bytes = toBytes(order);
    return waiting([&] { return m_collective->broadcast(bytes, m_collective->rank(), m_tag++); });
}

/// A group that breaks here is made anew, and aligned, at the next step.
Status TeamLearner::align() {
    assert(m_underway == 0);
    if (!m_gathered) return {};
    const Status status = shareAll();
    if (status || status.error().kind != Error::Kind::groupBroken) return status;
    m_gathered = false;
    return {};
}

}  // namespace lemnos
