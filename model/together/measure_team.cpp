#include "model/together/measure_team.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "compute/collective/loopback.h"
#include "compute/collective/lossy_sum.h"
#include "model/graph/initialise.h"

namespace lemnos {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int mostSteps = 20;
constexpr std::int64_t severalShards = 4;
constexpr int repeats = 3;
constexpr double longEnough = 2;  // seconds of steps
constexpr double longestSum = 2;  // seconds that a sum may be expected to take
constexpr std::int64_t firstSum = std::int64_t{1} << 16;
constexpr std::size_t linkBytes = std::size_t{1} << 20;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

template <class Call>
Result<double> timed(const Call& call) {
    const auto start = Clock::now();
    TRY_OK(call());
    return secondsSince(start);
}

/// Pixels and labels of no meaning.
Batch madeUpBatch(const PlanRequest& request, std::int64_t rows) {
    Batch batch;
    batch.rows = batch.listed = rows;
    batch.count = static_cast<std::uint32_t>(rows);
    batch.pixels.resize(static_cast<std::size_t>(rows * request.input.size()));
    std::uint32_t noise = 1;
    for (std::uint8_t& pixel : batch.pixels) {
        noise = noise * 1664525u + 1013904223u;
        pixel = static_cast<std::uint8_t>(noise >> 24);
    }
    for (std::int64_t row = 0; row < rows; ++row) {
        batch.labels.push_back(static_cast<std::uint32_t>(row % request.classes));
        batch.sampleIndices.push_back(static_cast<std::uint32_t>(row));
    }
    return batch;
}

/// What one rank takes by itself.
struct OwnTimes {
    double work = 0, rest = 0;
};

Status takeSteps(Replica& replica, const Batch& batch, const StepScalars& scalars, int count) {
    for (int i = 0; i < count; ++i) {
        if (replica.underway() == Replica::slotCount) {
            TRY(const StepResult result, replica.collect());
            (void)result;
        }
        TRY_OK(replica.train(batch, scalars, 1));
    }
    while (replica.underway() > 0) {
        TRY(const StepResult result, replica.collect());
        (void)result;
    }
    return {};
}

Result<OwnTimes> timesOfRounds(Replica& replica, const TeamOptions& options, const StepScalars& scalars) {
    const Batch batch = madeUpBatch(replica.plan().request, replica.plan().request.batch);
    const auto steps = [&](int count) { return timed([&] { return takeSteps(replica, batch, scalars, count); }); };
    TRY_OK(steps(2));  // memory is taken
    TRY(const double two, steps(2));
    const int count = std::clamp(static_cast<int>(2 * longEnough / std::max(two, 1e-9)), 2, mostSteps);
    TRY(const double all, steps(count));
    OwnTimes times{.work = all / count};

    const auto alone = LoopbackCollective::create(1);
    LocalTraining training(replica, options.rates, options.sharding);
    const std::vector<Order> one{{.kind = Order::Kind::step, .step = 1, .scalars = scalars}};
    const LoadBatch load = [&](const Order&) { return batch; };
    std::vector<double> rounds;
    Collective::Tag tag = 0;
    for (int i = 0; i <= repeats; ++i) {
        TRY(const double seconds, timed([&]() -> Status {
                TRY_OK(training.round(one, 1, load, *alone.front(), tag));
                return {};
            }));
        tag += roundTags;
        if (i > 0) rounds.push_back(seconds);  // memory is taken in the first one
    }
    times.rest = std::max(0.0, median(rounds) - times.work);
    return times;
}

/// Steps of one shard, and of several.
Result<OwnTimes> timesOfShards(Replica& replica, const TeamOptions& options, const StepScalars& scalars) {
    const PlanRequest& request = replica.plan().request;
    const Batch one = madeUpBatch(request, request.batch),
                several = madeUpBatch(request, severalShards * request.batch);
    const auto alone = LoopbackCollective::create(1);
    ShardingOptions sharding = options.sharding;
    sharding.measured = false;
    ShardedReplica sharded(replica, *alone.front(), sharding);
    const auto step = [&](const Batch& batch) {
        return timed([&]() -> Status {
            TRY_OK(sharded.train(batch, scalars, 1, {}));
            return {};
        });
    };
    TRY_OK(step(several));  // memory is taken
    std::vector<double> ones, severals;
    const auto started = Clock::now();
    for (int i = 0; i < mostSteps / 2 && (i < repeats || secondsSince(started) < longEnough); ++i) {
        TRY(const double first, step(one));
        TRY(const double second, step(several));
        ones.push_back(first);
        severals.push_back(second);
    }
    // What disturbs makes it longer, and by more than a small shard takes.
    const double least = std::ranges::min(ones),
                 shard = std::max(0.0, std::ranges::min(severals) - least) / (severalShards - 1);
    return OwnTimes{shard, std::max(0.0, median(ones) - shard)};
}

/// Together.
class Measuring {
  public:
    Measuring(Collective& collective, int leader, Collective::Tag tag)
        : m_collective(collective), m_leader(leader), m_tag(tag) {}

    Result<TeamMeasurement> measure(Replica& replica, const TeamOptions& options) {
        TeamMeasurement measurement;
        TRY_OK(replica.writeWeights(initialWeights(replica.plan(), 1)));
        const StepScalars scalars{.learningRate = 1e-6f};
        // All at the same time, as they will train.
        TRY_OK(m_collective.barrier(m_tag++));
        TRY(const OwnTimes own, options.localSteps > 0 ? timesOfRounds(replica, options, scalars)
                                                       : timesOfShards(replica, options, scalars));
        TRY(measurement.workSeconds, ofAll(own.work));
        TRY(measurement.restSeconds, ofAll(own.rest));
        if (options.localSteps > 0) return measurement;  // the rest is no other than where steps are shared out
        TRY(measurement.hopSeconds, hop());
        TRY(measurement.bytesPerSecond, links());
        const std::int64_t numbers = replica.plan().learntFloats;
        for (const SumFormat format : {SumFormat::float32, SumFormat::float16, SumFormat::int8}) {
            TRY(measurement.secondsPerNumber[static_cast<std::size_t>(format)],
                sum(format, numbers, 2 * measurement.hopSeconds));
        }
        return measurement;
    }

  private:
    Result<std::vector<double>> ofAll(double own) {
        std::vector<std::int64_t> numbers(static_cast<std::size_t>(m_collective.size()), 0);
        numbers[static_cast<std::size_t>(m_collective.rank())] = std::llround(own * 1e9);
        TRY_OK(m_collective.allReduce(std::span(numbers), m_tag++));
        std::vector<double> values;
        for (const std::int64_t number : numbers) values.push_back(static_cast<double>(number) * 1e-9);
        return values;
    }

    Result<double> hop() {
        std::vector<double> times;
        for (int i = 0; i < 3 * repeats; ++i) {
            TRY(const double seconds, timed([&] { return m_collective.barrier(m_tag++); }));
            times.push_back(seconds);
        }
        TRY(const auto all, ofAll(median(times)));
        return std::ranges::max(all);
    }

    /// Each other PC in turn exchanges bytes with the leader's. The rate is that of its first rank.
    Result<std::vector<double>> links() {
        std::vector<double> rates(static_cast<std::size_t>(m_collective.size()), 0);
        if (Collective* const pcs = m_collective.between()) TRY_OK(measureLinks(*pcs, rates));
        m_tag += 2 * static_cast<Collective::Tag>(m_collective.size());
        TRY_OK(m_collective.broadcast(std::as_writable_bytes(std::span(rates)), m_leader, m_tag++));
        return rates;
    }

    Status measureLinks(Collective& pcs, std::span<double> rates) {
        const auto count = static_cast<std::size_t>(pcs.size());
        std::vector<std::byte> out(linkBytes), in(linkBytes);
        int leader = 0;  // its PC
        while (leader + 1 < pcs.size() && m_collective.firstRank(leader) != m_leader) ++leader;
        Collective::Tag tag = m_tag;
        for (int other = 0; other < pcs.size(); ++other) {
            if (other == leader) continue;
            std::vector<std::span<const std::byte>> from(count);
            std::vector<std::span<std::byte>> to(count);
            if (pcs.rank() == other || pcs.rank() == leader) {
                const auto peer = static_cast<std::size_t>(pcs.rank() == other ? leader : other);
                from[peer] = out;
                to[peer] = in;
            }
            ExchangeWork none;
            TRY_OK(pcs.barrier(tag++));
            TRY(const double seconds, timed([&] { return pcs.exchange(from, to, tag++, none); }));
            if (pcs.rank() == leader)
                rates[static_cast<std::size_t>(m_collective.firstRank(other))] =
                    static_cast<double>(linkBytes) / seconds;
        }
        return {};
    }

    /// Seconds per number, beside the hops, of a sum of `most` numbers. Small sums say little of large ones: they
    /// profit from what buffers and caches take at once. Where all numbers would take too long, it is what further ones
    /// take.
    Result<double> sum(SumFormat format, std::int64_t most, double hops) {
        double before = hops;
        std::int64_t numbersBefore = 0;
        for (std::int64_t numbers = std::min(firstSum, most); numbers > 0;) {
            TRY(const double seconds, timeOfSum(format, numbers));
            const std::int64_t larger = std::min(4 * numbers, most);
            const double expected = seconds * static_cast<double>(larger) / static_cast<double>(numbers);
            std::array<std::int64_t, 1> next{larger > numbers && expected < longestSum ? larger : 0};
            TRY_OK(m_collective.broadcast(std::as_writable_bytes(std::span(next)), m_leader, m_tag++));
            if (next[0] < 0 || next[0] > most) return Error{"The PC that leads asks for a sum of too many numbers."};
            if (next[0] == 0) {
                if (numbers == most) return std::max(0.0, seconds - hops) / static_cast<double>(numbers);
                return std::max(0.0, seconds - before) / static_cast<double>(numbers - numbersBefore);
            }
            before = seconds;
            numbersBefore = std::exchange(numbers, next[0]);
        }
        return 0.0;
    }

    Result<double> timeOfSum(SumFormat format, std::int64_t numbers) {
        LossySum lossy(m_collective, format);
        std::vector<float> values(static_cast<std::size_t>(numbers), 1.0f);
        std::vector<double> times;
        for (int i = 0; i <= repeats; ++i) {
            TRY_OK(m_collective.barrier(m_tag++));
            TRY(const double seconds, timed([&] { return lossy.allReduce(values, m_tag); }));
            m_tag += 2;
            if (i > 0) times.push_back(seconds);  // memory is taken in the first one
        }
        return median(std::move(times));
    }

    Collective& m_collective;
    int m_leader;
    Collective::Tag m_tag;
};

}  // namespace

Result<TeamMeasurement> measureTeam(Replica& replica, const TeamOptions& options, Collective& collective, int leader,
                                    Collective::Tag tag) {
    return Measuring(collective, leader, tag).measure(replica, options);
}

}  // namespace lemnos
