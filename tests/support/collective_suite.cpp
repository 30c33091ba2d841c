#include "tests/support/collective_suite.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <thread>

#include "compute/collective/lossy_sum.h"
#include "compute/random.h"

namespace lemnos::test {
namespace {

/// A number that everybody can compute: element `i` of what a rank brings.
float numberOf(int rank, std::size_t i, std::uint32_t round) {
    const auto bits = philox(5, {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(rank), round, 0});
    return (static_cast<float>(bits[0]) / 4294967296.0f - 0.5f) * static_cast<float>(1u << (bits[1] % 20));
}

}  // namespace

std::vector<Status> onEveryRank(const Ranks& ranks, const std::function<Status(Collective&)>& work) {
    std::vector<Status> results(ranks.size());
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < ranks.size(); ++i) threads.emplace_back([&, i] { results[i] = work(*ranks[i]); });
    }
    return results;
}

/// What `work` has to be on every rank.
#define VERIFY_ALL(results) \
    for (const Status& status : (results)) QVERIFY2(status.ok(), status ? "" : status.error().message.c_str())

float CollectiveSuite::sumOf(int size, const std::function<float(int rank)>& number) const {
    float sum = 0;
    int rank = 0;
    for (const int devices : m_pcs(size)) {
        const int first = rank;
        float ofPc = number(rank);
        while (++rank < first + devices) ofPc += number(rank);
        sum = first == 0 ? ofPc : sum + ofPc;
    }
    return sum;
}

void CollectiveSuite::sumsAreThoseOfAllRanksAndEqualToTheBit() {
    QFETCH(int, size);
    const Ranks ranks = m_make(size);
    QCOMPARE(ranks.size(), std::size_t(size));
    std::uint32_t round = 0;
    for (const std::size_t n :
         {std::size_t(0), std::size_t(1), std::size_t(7), std::size_t(1000), std::size_t(70001)}) {
        ++round;
        std::vector<std::vector<float>> sums(ranks.size());
        const auto results = onEveryRank(ranks, [&](Collective& c) {
            auto& values = sums[static_cast<std::size_t>(c.rank())];
            for (std::size_t i = 0; i < n; ++i) values.push_back(numberOf(c.rank(), i, round));
            return c.allReduce(std::span<float>(values), round);
        });
        VERIFY_ALL(results);
        for (std::size_t i = 0; i < n; ++i) {
            const float expected = sumOf(size, [&](int rank) { return numberOf(rank, i, round); });
            for (const auto& values : sums)
                QCOMPARE(std::bit_cast<std::uint32_t>(values[i]), std::bit_cast<std::uint32_t>(expected));
        }
    }
}

void CollectiveSuite::wholeNumbersAreSummedExactly() {
    QFETCH(int, size);
    const Ranks ranks = m_make(size);
    constexpr std::size_t n = 9001;
    const auto numberOfRank = [](int rank, std::size_t i) {
        return static_cast<std::int64_t>(
                   philox(6, {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(rank), 0, 0})[0]) *
               (i % 2 == 0 ? 0x10000001 : -0x10000001);
    };
    std::vector<std::vector<std::int64_t>> sums(ranks.size());
    const auto results = onEveryRank(ranks, [&](Collective& c) {
        auto& values = sums[static_cast<std::size_t>(c.rank())];
        for (std::size_t i = 0; i < n; ++i) values.push_back(numberOfRank(c.rank(), i));
        return c.allReduce(std::span<std::int64_t>(values), 1);
    });
    VERIFY_ALL(results);
    for (std::size_t i = 0; i < n; ++i) {
        std::int64_t expected = 0;
        for (int rank = 0; rank < size; ++rank) expected += numberOfRank(rank, i);
        for (const auto& values : sums) QCOMPARE(values[i], expected);
    }
}

void CollectiveSuite::everyRankGetsTheBytesOfTheRoot() {
    QFETCH(int, size);
    const Ranks ranks = m_make(size);
    for (int root = 0; root < size; ++root) {
        const std::size_t n = root == 0 && size > 2 ? 0 : root % 2 == 1 ? 12'345 : 1'234'567;
        std::vector<std::vector<std::byte>> got(ranks.size());
        const auto results = onEveryRank(ranks, [&](Collective& c) {
            auto& bytes = got[static_cast<std::size_t>(c.rank())];
            for (std::size_t i = 0; i < n; ++i)
                bytes.push_back(static_cast<std::byte>(i * 7 + static_cast<std::size_t>(c.rank())));
            return c.broadcast(bytes, root, static_cast<Collective::Tag>(root));
        });
        VERIFY_ALL(results);
        for (const auto& bytes : got) {
            QCOMPARE(bytes.size(), n);
            std::size_t wrong = 0;
            for (std::size_t i = 0; i < n; ++i)
                wrong += bytes[i] == static_cast<std::byte>(i * 7 + static_cast<std::size_t>(root)) ? 0 : 1;
            QCOMPARE(wrong, std::size_t(0));
        }
    }
}

namespace {

std::vector<std::byte> bytesFor(int from, int to) {
    return std::vector<std::byte>(static_cast<std::size_t>(to == 2 ? 0 : 1 + from * 200'000 + to),
                                  static_cast<std::byte>(1 + from * 16 + to));
}

/// Has bytes only as far as it is asked for them, and looks at those that come as soon as it is told.
struct LateWork final : ExchangeWork {
    LateWork(Collective& collective) : rank(collective.rank()) {
        for (int other = 0; other < collective.size(); ++other) {
            has.emplace_back(bytesFor(rank, other).size());
            gets.emplace_back(bytesFor(other, rank).size());
            read.push_back(0);
        }
    }
    void beforeSending(std::size_t to, std::size_t bytes) override {
        const auto all = bytesFor(rank, static_cast<int>(to));
        std::copy_n(all.begin(), std::min(bytes, all.size()), has[to].begin());
    }
    void afterReceiving(std::size_t from, std::size_t bytes) override {
        const auto expected = bytesFor(static_cast<int>(from), rank);
        right = right && bytes >= read[from] &&
                std::ranges::equal(std::span(gets[from]).first(bytes), std::span(expected).first(bytes));
        read[from] = bytes;
    }

    int rank;
    std::vector<std::vector<std::byte>> has, gets;
    std::vector<std::size_t> read;
    bool right = true;
};

}  // namespace

void CollectiveSuite::everyRankGetsWhatEachOtherHasForIt() {
    QFETCH(int, size);
    const Ranks ranks = m_make(size);
    std::vector<std::optional<LateWork>> works(ranks.size());
    const auto results = onEveryRank(ranks, [&](Collective& c) {
        LateWork& work = works[static_cast<std::size_t>(c.rank())].emplace(c);
        const std::vector<std::span<const std::byte>> out(work.has.begin(), work.has.end());
        const std::vector<std::span<std::byte>> in(work.gets.begin(), work.gets.end());
        return c.exchange(out, in, 1, work);
    });
    VERIFY_ALL(results);
    for (const auto& work : works) {
        QVERIFY(work->right);
        for (std::size_t other = 0; other < works.size(); ++other) {
            const auto& bytes = work->gets[other];
            const bool own = static_cast<int>(other) == work->rank;
            QVERIFY(bytes ==
                    (own ? std::vector<std::byte>(bytes.size()) : bytesFor(static_cast<int>(other), work->rank)));
            QCOMPARE(work->read[other], own ? std::size_t(0) : bytes.size());
        }
    }
}

void CollectiveSuite::addFormats() {
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("format");
    for (const int size : {1, 2, 3, 5, 8})
        for (const std::string& name : sumFormatNames())
            QTest::addRow("%d, %s", size, name.c_str()) << size << static_cast<int>(*sumFormatFrom(name));
}

namespace {

/// Of the largest number of a block of 256.
double roundingOf(SumFormat format) {
    return format == SumFormat::float32 ? 1e-6 : format == SumFormat::float16 ? 0x1p-11 : 1.0 / 126;
}

}  // namespace

void CollectiveSuite::roundedSumsAreNearAndEqualToTheBit() {
    QFETCH(int, size);
    QFETCH(int, format);
    const auto wire = static_cast<SumFormat>(format);
    const Ranks ranks = m_make(size);
    for (const std::size_t n : {std::size_t(0), std::size_t(1), std::size_t(300), std::size_t(50'003)}) {
        std::vector<std::vector<float>> sums(ranks.size());
        const auto results = onEveryRank(ranks, [&](Collective& c) {
            auto& values = sums[static_cast<std::size_t>(c.rank())];
            for (std::size_t i = 0; i < n; ++i) values.push_back(numberOf(c.rank(), i, 1));
            LossySum sum(c, wire);
            return sum.allReduce(values, 2 * n + 1);
        });
        VERIFY_ALL(results);
        for (const auto& values : sums) QVERIFY(values == sums.front());
        double largest = 0, normOfError = 0, norm = 0, error = 0;
        for (std::size_t i = 0; i < n; ++i) {
            double expected = 0;
            for (int rank = 0; rank < size; ++rank) {
                expected += double(numberOf(rank, i, 1));
                largest = std::max(largest, std::abs(double(numberOf(rank, i, 1))));
            }
            largest = std::max(largest, std::abs(expected));
            const double difference = std::abs(double(sums.front()[i]) - expected);
            error = std::max(error, difference);
            normOfError += difference * difference;
            norm += expected * expected;
        }
        // Each number is rounded once, and so is the sum.
        QVERIFY2(error <= (size + 1) * roundingOf(wire) * largest, qPrintable(QString::number(error)));
        QVERIFY(normOfError <= 0.02 * norm);
    }
}

void CollectiveSuite::whatRoundingLeavesOutComesWithLaterSums() {
    QFETCH(int, size);
    QFETCH(int, format);
    const auto wire = static_cast<SumFormat>(format);
    const Ranks ranks = m_make(size);
    constexpr std::size_t n = 1000;
    constexpr int rounds = 64;
    // One large number for each thousand tiny ones, which by themselves are rounded to nothing.
    const auto numberAt = [](std::size_t i) { return i % 256 == 0 ? 1.0f : 1e-4f; };
    std::vector<std::vector<double>> totals(ranks.size(), std::vector<double>(n, 0));
    const auto results = onEveryRank(ranks, [&](Collective& c) -> Status {
        LossySum sum(c, wire);
        for (int round = 0; round < rounds; ++round) {
            std::vector<float> values(n);
            for (std::size_t i = 0; i < n; ++i) values[i] = numberAt(i);
            TRY_OK(sum.allReduce(values, static_cast<Collective::Tag>(2 * round)));
            for (std::size_t i = 0; i < n; ++i) totals[static_cast<std::size_t>(c.rank())][i] += double(values[i]);
        }
        return {};
    });
    VERIFY_ALL(results);
    // What is not there yet is at most what one rounding at each rank and one of the sum leave out.
    for (std::size_t i = 0; i < n; ++i) {
        const double expected = double(rounds) * size * double(numberAt(i));
        const double most = 2.0 * size * roundingOf(wire) + 1e-5;
        QVERIFY2(std::abs(totals[0][i] - expected) <= most, qPrintable(QString::number(totals[0][i] - expected)));
    }
}

void CollectiveSuite::aRoundedSumOfWhatIsNotANumberIsNone() {
    QFETCH(int, size);
    QFETCH(int, format);
    const auto wire = static_cast<SumFormat>(format);
    const Ranks ranks = m_make(size);
    for (const float bad : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
        std::vector<std::vector<float>> sums(ranks.size());
        std::vector<std::vector<float>> next(ranks.size());
        const auto results = onEveryRank(ranks, [&](Collective& c) -> Status {
            LossySum sum(c, wire);
            auto& values = sums[static_cast<std::size_t>(c.rank())];
            values.assign(2000, 1.0f);
            if (c.rank() == size - 1) values[1500] = bad;
            TRY_OK(sum.allReduce(values, 1));
            auto& later = next[static_cast<std::size_t>(c.rank())];
            later.assign(2000, 1.0f);
            return sum.allReduce(later, 3);
        });
        VERIFY_ALL(results);
        for (const auto& values : sums) {
            QVERIFY(!std::isfinite(values[1500]));
            QCOMPARE(values[0], static_cast<float>(size));
        }
        // It does not stay.
        for (const auto& values : next) QVERIFY(std::ranges::all_of(values, [](float v) { return std::isfinite(v); }));
    }
}

void CollectiveSuite::howMuchEachRankHasBroughtIsSeen() {
    QFETCH(int, size);
    QFETCH(int, format);
    const auto wire = static_cast<SumFormat>(format);
    const Ranks ranks = m_make(size);
    constexpr std::size_t n = 50'003;
    const auto side = static_cast<std::size_t>(size);
    std::vector<std::vector<double>> norms(ranks.size()), ofIntegers(ranks.size());
    const auto results = onEveryRank(ranks, [&](Collective& c) -> Status {
        const auto own = static_cast<std::size_t>(c.rank());
        PartNorms seen(side);
        const auto share = [&](Collective::Tag tag, std::vector<double>& to) -> Status {
            std::vector<std::int64_t> table(side * side, 0);
            seen.takeRow(own, table);
            TRY_OK(c.allReduce(std::span(table), tag));
            to = PartNorms::norms(table);
            return {};
        };
        std::vector<float> values(n, static_cast<float>(own + 1));
        if (own == 1) values[n - 1] = std::numeric_limits<float>::quiet_NaN();
        LossySum sum(c, wire);
        sum.watch(&seen);
        TRY_OK(sum.allReduce(values, 1));
        TRY_OK(share(3, norms[own]));
        std::vector<std::int64_t> integers(n, static_cast<std::int64_t>(own) - 5);
        c.watch(&seen);
        TRY_OK(c.allReduce(std::span(integers), 4));
        c.watch(nullptr);
        return share(5, ofIntegers[own]);
    });
    VERIFY_ALL(results);
    const bool seen = m_seesParts || (wire != SumFormat::float32 && size > 1);
    // Told for the first rank of each PC.
    std::vector<double> brought(side, 0), broughtIntegers(side, 0);
    int next = 0, notANumber = -1;
    for (const int devices : m_pcs(size)) {
        const auto first = static_cast<std::size_t>(next);
        for (const int end = next + devices; next < end; ++next) {
            brought[first] += next + 1;
            broughtIntegers[first] += next - 5;
            if (next == 1) notANumber = static_cast<int>(first);
        }
    }
    for (std::size_t at = 0; at < side; ++at)
        for (std::size_t rank = 0; rank < side; ++rank) {
            const double norm = norms[at][rank], expected = seen ? std::sqrt(double(n)) * brought[rank] : 0;
            QVERIFY2(
                seen && int(rank) == notANumber ? !std::isfinite(norm) : std::abs(norm - expected) <= 1e-2 * expected,
                qPrintable(QString::number(norm)));
            const double whole = m_seesParts ? std::sqrt(double(n)) * std::abs(broughtIntegers[rank]) : 0;
            QVERIFY(std::abs(ofIntegers[at][rank] - whole) <= 1e-9 * whole);
        }
}

void CollectiveSuite::nobodyPassesABarrierBeforeAllAreThere() {
    QFETCH(int, size);
    const Ranks ranks = m_make(size);
    std::atomic<int> arrived = 0;
    std::atomic<bool> early = false;
    const auto results = onEveryRank(ranks, [&](Collective& c) -> Status {
        for (int round = 1; round <= 20; ++round) {
            ++arrived;
            TRY_OK(c.barrier(static_cast<Collective::Tag>(round)));
            if (arrived < round * size) early = true;
        }
        return {};
    });
    VERIFY_ALL(results);
    QVERIFY(!early);
}

void CollectiveSuite::expectErrors(const std::function<Status(Collective&)>& others,
                                   const std::function<Status(Collective&)>& last, bool lastFailsToo) {
    const Ranks ranks = m_make(3);
    const auto results = onEveryRank(ranks, [&](Collective& c) { return c.rank() == 2 ? last(c) : others(c); });
    for (std::size_t rank = 0; rank < (lastFailsToo ? 3u : 2u); ++rank) {
        QVERIFY(!results[rank].ok());
        QVERIFY(!results[rank].error().message.empty());
    }
    // And for good.
    for (const Status& again : onEveryRank(ranks, [](Collective& c) { return c.barrier(99); })) QVERIFY(!again.ok());
}

void CollectiveSuite::differentTagsAreAnErrorForAll() {
    std::vector<float> values[3] = {{1, 2}, {3, 4}, {5, 6}};
    const auto sum = [&](Collective& c, Collective::Tag tag) {
        return c.allReduce(std::span<float>(values[c.rank()]), tag);
    };
    expectErrors([&](Collective& c) { return sum(c, 1); }, [&](Collective& c) { return sum(c, 2); }, true);
}

void CollectiveSuite::differentSizesAreAnErrorForAll() {
    std::vector<float> values[3] = {{1, 2}, {3, 4}, {5, 6, 7}};
    const auto sum = [&](Collective& c) { return c.allReduce(std::span<float>(values[c.rank()]), 1); };
    expectErrors(sum, sum, true);
}

void CollectiveSuite::anAbortIsAnErrorForAllThatWait() {
    expectErrors([](Collective& c) { return c.barrier(1); },
                 [](Collective& c) -> Status {
                     c.abort("The user has stopped it.");
                     return {};
                 },
                 false);
}

void CollectiveSuite::aRankThatGoesAwayIsAnErrorForAllThatWait() {
    Ranks ranks = m_make(3);
    std::unique_ptr<Collective> gone = std::move(ranks.back());
    ranks.pop_back();
    std::jthread leaving([&] { gone.reset(); });
    for (const Status& result : onEveryRank(ranks, [](Collective& c) { return c.barrier(1); })) {
        QVERIFY(!result.ok());
        QVERIFY(!result.error().message.empty());
    }
}

void CollectiveSuite::anAbortInTheMiddleOfSumsLeavesNoWrongSumAndNobodyWaiting() {
    for (int after = 1; after <= 40; ++after) {
        const Ranks ranks = m_make(3);
        std::atomic<int> sums = 0;
        std::atomic<bool> wrong = false;
        // From a thread that is in no call, while the others are in theirs.
        std::jthread aborting([&] {
            for (int seen = sums; seen < after; seen = sums) sums.wait(seen);
            ranks[static_cast<std::size_t>(after) % 3]->abort("The user has stopped it.");
        });
        const auto results = onEveryRank(ranks, [&](Collective& c) -> Status {
            std::vector<float> values(20'000);
            for (Collective::Tag tag = 1;; ++tag) {
                std::ranges::fill(values, static_cast<float>(c.rank() + 1) * static_cast<float>(tag));
                TRY_OK(c.allReduce(std::span<float>(values), tag));
                const bool right =
                    std::ranges::all_of(values, [&](float v) { return v == 6 * static_cast<float>(tag); });
                if (!right) wrong = true;
                ++sums;
                sums.notify_all();
            }
        });
        for (const Status& result : results) QVERIFY(!result.ok());
        QVERIFY(!wrong);
    }
}

}  // namespace lemnos::test
