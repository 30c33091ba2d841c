#include "model/graph/sharded_replica.h"

#include <algorithm>
#include <chrono>
#include <deque>

#include "model/graph/batch_rows.h"
#include "model/graph/fixed_point.h"
#include "model/graph/rank_report.h"
#include "model/phrased_error.h"

namespace lemnos {
/// One rank's part of one batch.
struct ShardedReplica::Work {
    const Batch& batch;
    const StepScalars& scalars;
    std::int64_t step;
    StepPlace place;
    std::int64_t parts = 0;                     // at most so many shards are added up before the update
    std::vector<std::int64_t> shards{};         // first rows of this rank's
    std::vector<std::int64_t> samples{};        // of each rank's shards
    std::deque<std::int64_t> underwayCounts{};  // samples of the shards under way
    bool byBuckets = false;                     // the last shard's gradients come by and by
    RankReport report{};
};

ShardedReplica::ShardedReplica(Replica& replica, Collective& collective, const ShardingOptions& options)
    : m_replica(replica),
      m_collective(collective),
      m_exact(options.exact),
      m_measured(options.measured),
      m_speeds(static_cast<std::size_t>(collective.size())),
      m_sums(static_cast<std::size_t>(replica.plan().parameterFloats)),
      m_fixedSums(options.exact ? m_sums.size() : 0) {
    if (options.watched) m_norms.emplace(static_cast<std::size_t>(collective.size()));
    for (std::size_t i = 0; i < replica.buckets().size(); ++i) {
        m_bucketSums.emplace_back(collective, options.format);
        if (m_norms) m_bucketSums.back().watch(&*m_norms);
    }
}

Result<StepResult> ShardedReplica::train(const Batch& batch, const StepScalars& scalars, std::int64_t step,
                                         const StepPlace& place) {
    Result<StepResult> result = trainPart(batch, scalars, step, place);
    if (result) return result;
    m_collective.abort(result.error().message);
    stopWork();
    return result;
}

/// After an Error, a shard may still be at work: the replica may be another group's next.
void ShardedReplica::stopWork() {
    while (m_replica.underway() > 0) {
        if (!m_replica.collect()) return;
    }
}

Result<StepResult> ShardedReplica::trainPart(const Batch& batch, const StepScalars& scalars, std::int64_t step,
                                             const StepPlace& place) {
    // Steps that were ordered before anybody knew that an earlier one would fail.
    if (m_replica.underway() > 0) return Error{"The training has failed at an earlier step."};
    const auto started = std::chrono::steady_clock::now();
    const std::int64_t shard = m_replica.plan().request.batch, shards = (batch.rows + shard - 1) / shard;
    Work work{batch, scalars, step, place};
    work.parts = place.groupCount > 0 ? 2 * (place.groupCount / shard + 1) : shards;
    if (place.groupCount == 0) work.place.groupCount = batch.listed;
    if (place.first) clearSums();

    const auto rows = rowsOfRanks(batch.listed);
    for (const RowRange& own : rows) work.samples.push_back(own.count());
    const RowRange& own = rows[static_cast<std::size_t>(m_collective.rank())];
    for (std::int64_t first = own.first; first < own.end; first += shard) work.shards.push_back(first);

    TRY_OK(takeShards(work));
    const auto secondsSince = [](std::chrono::steady_clock::time_point since) {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
    };
    work.report.seconds = secondsSince(started);
    const auto taken = std::chrono::steady_clock::now();
    // From here on the clock would measure the others too, so the rest of the last shard is reckoned.
    const double early = work.byBuckets ? m_replica.shareBeforeBuckets() : 1;
    const auto done = static_cast<double>(work.shards.size());
    const double rest = work.byBuckets ? work.report.seconds * (1 - early) / (done - 1 + early) : 0;
    work.report.seconds += rest;
    if (place.last && !m_exact) TRY_OK(sumByBuckets(work));
    while (m_replica.underway() > 0) TRY_OK(collectShard(work));
    if (place.last && m_exact) TRY_OK(sumExactly());
    TRY(const StepResult result, exchange(work));
    if (place.last) TRY_OK(update(work));
    m_syncNanoseconds += static_cast<std::int64_t>(std::max(0.0, secondsSince(taken) - rest) * 1e9);
    return result;
}

std::vector<RowRange> ShardedReplica::rowsOfRanks(std::int64_t listed) const {
    const std::int64_t shard = m_replica.plan().request.batch;
    std::vector<RowRange> rows;
    std::int64_t first = 0;
    const std::scoped_lock lock(m_mutex);
    for (const std::int64_t share : sharesFor((listed + shard - 1) / shard, m_speeds.speeds())) {
        rows.push_back({first, std::min(first + share * shard, listed)});
        first = rows.back().end;
    }
    return rows;
}

RowRange ShardedReplica::rowsWanted(std::int64_t listed) const {
    return rowsOfRanks(listed)[static_cast<std::size_t>(m_collective.rank())];
}

void ShardedReplica::clearSums() {
    std::ranges::fill(m_sums, 0.0f);
    std::ranges::fill(m_fixedSums, 0);
    m_fresh = true;
}

Status ShardedReplica::takeShards(Work& work) {
    const std::int64_t rows = m_replica.plan().request.batch;
    for (const std::int64_t first : work.shards) {
        const bool lastShard = first == work.shards.back();
        const Batch part = rowsOf(work.batch, first, rows);
        if (m_replica.underway() == Replica::slotCount) TRY_OK(collectShard(work));
        StepPlace place = work.place;
        place.first = m_fresh || m_exact;
        place.last = work.place.last && lastShard && !m_exact;
        work.byBuckets = place.last;
        TRY_OK(m_replica.train(part, work.scalars, work.step, place));
        work.underwayCounts.push_back(part.count);
        m_fresh = false;
        if (!m_exact) continue;
        TRY_OK(collectShard(work));
        TRY_OK(addGradients(work));
    }
    if (work.byBuckets) {
        while (m_replica.underway() > 1) TRY_OK(collectShard(work));
        const auto first = m_replica.gradients(0);
        return first ? Status() : first.error();
    }
    while (m_replica.underway() > 0) TRY_OK(collectShard(work));
    // Those of earlier batches, which the device has added up.
    if (!m_exact && work.place.last && !m_fresh) TRY_OK(addGradients(work));
    return {};
}

Status ShardedReplica::collectShard(Work& work) {
    TRY(const StepResult result, m_replica.collect());
    const std::int64_t count = work.underwayCounts.front();
    work.underwayCounts.pop_front();
    work.report.add({result.lossSum, result.correct, count});

    const auto after = m_replica.statistics(), before = m_replica.keptStatistics();
    const auto learnt = static_cast<std::size_t>(m_replica.plan().learntFloats);
    const double share = static_cast<double>(count) / static_cast<double>(work.place.groupCount);
    std::vector<float> change(after.size());
    for (std::size_t i = 0; i < change.size(); ++i) change[i] = after[i] - before[i];
    if (!m_exact) {
        for (std::size_t i = 0; i < change.size(); ++i)
            m_sums[learnt + i] += static_cast<float>(share * double(change[i]));
    } else if (!addFixed(change, share, work.parts, std::span(m_fixedSums).subspan(learnt))) {
        work.report.finite = false;
    }
    return {};
}

Status ShardedReplica::addGradients(const Work& work) {
    TRY(const auto gradients, m_replica.gradients());
    if (!m_exact) {
        std::ranges::copy(gradients, m_sums.begin());
        return {};
    }
    if (!addFixed(gradients, 1, work.parts, std::span(m_fixedSums).first(gradients.size())) && work.report.finite)
        return phrasedError(
            {LEMNOS_TEXT("A gradient became too large for an exact run at step %1; lower the learning rate, "
                         "or train without --exact."),
             {Phrase::name(std::to_string(work.step))}});
    return {};
}

/// Tells the others what this rank's shards have given, and how long they took.
Result<StepResult> ShardedReplica::exchange(Work& work) {
    work.report.amount = static_cast<std::int64_t>(work.shards.size());
    const bool watched = m_norms && work.place.last;
    TRY(const GroupReport all, shareReport(work.report, m_collective, nextTag(), watched ? &*m_norms : nullptr));
    if (watched && m_inspect) TRY_OK(m_inspect(all.norms));
    if (m_measured) {
        const std::scoped_lock lock(m_mutex);
        m_speeds.observe(all.amounts, all.seconds);
    }
    m_lastWork.clear();
    for (std::size_t i = 0; i < all.seconds.size(); ++i) m_lastWork.push_back({{}, work.samples[i], all.seconds[i]});
    return all.result;
}

/// The gradients of m_sums become those of all ranks. A rank that had no shard of the last batch has them in m_sums.
Status ShardedReplica::sumByBuckets(const Work& work) {
    const auto buckets = m_replica.buckets();
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        std::span<const float> gradients(m_sums);
        if (work.byBuckets) {
            TRY(gradients, m_replica.gradients(i));
        }
        m_bucket.clear();
        for (const auto& [offset, count] : buckets[i].parts)
            m_bucket.insert(m_bucket.end(), gradients.begin() + offset, gradients.begin() + offset + count);
        const Collective::Tag tag = nextTag();
        (void)nextTag();
        TRY_OK(m_bucketSums[i].allReduce(m_bucket, tag));
        auto sum = m_bucket.begin();
        for (const auto& [offset, count] : buckets[i].parts) {
            std::copy_n(sum, count, m_sums.begin() + offset);
            sum += count;
        }
    }
    return {};
}

Status ShardedReplica::sumExactly() {
    m_collective.watch(m_norms ? &*m_norms : nullptr);
    const Status summed = m_collective.allReduce(std::span(m_fixedSums), nextTag());
    m_collective.watch(nullptr);
    if (!summed) return summed;
    fromFixed(m_fixedSums, m_sums);
    return {};
}

Status ShardedReplica::update(const Work& work) {
    const auto learnt = static_cast<std::size_t>(m_replica.plan().learntFloats);
    if (!m_exact && learnt < m_sums.size())
        TRY_OK(m_collective.allReduce(std::span(m_sums).subspan(learnt), nextTag()));
    const std::span<float> gradients = std::span(m_sums).first(learnt), statistics = std::span(m_sums).subspan(learnt);
    const auto kept = m_replica.keptStatistics();
    for (std::size_t i = 0; i < statistics.size(); ++i) statistics[i] += kept[i];
    return m_replica.update(gradients, statistics, work.scalars, work.step);
}

}  // namespace lemnos
