#include "tests/support/collective_suite.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <thread>

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
            float expected = numberOf(0, i, round);
            for (int rank = 1; rank < size; ++rank) expected += numberOf(rank, i, round);
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
