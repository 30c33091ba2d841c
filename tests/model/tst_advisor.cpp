// The advisor: what it predicts against arithmetic done here by hand, and what it recommends.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "compute/collective/loopback.h"
#include "model/together/advisor_json.h"
#include "model/together/advisor_words.h"
#include "model/train/team_advice.h"
#include "tests/support/team_of_threads.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

/// PCs that are alike: 32 ms for a batch of 128 pictures, 4 ms for a shard of 16, links of 100 MB/s, 25 MB of
/// gradients.
TeamFacts facts(std::size_t pcs) {
    TeamFacts f;
    const double sent = 2.0 * double(pcs - 1) / double(pcs);
    for (std::size_t i = 0; i < pcs; ++i)
        f.pcs.push_back(
            {i + 1 == pcs ? "" : "PC " + std::to_string(i), 0.032, 0.01, 0.004, 0.002, i + 1 == pcs ? 0 : 100e6});
    f.hopSeconds = 0.0002;
    f.secondsPerNumber = {sent * 4 / 100e6, sent * 2 / 100e6, sent * 1 / 100e6};
    f.buckets = {1'000'000, 5'250'000};
    f.shareBeforeBuckets = 0.5;
    f.pictures = 128 * 8 * 100;
    f.batch = 128;
    f.shard = 16;
    return f;
}

const TeamMode& modeOf(const Advice& advice, TeamMode::Kind kind, SumFormat wire) {
    return *std::ranges::find_if(advice.modes, [&](const TeamMode& m) { return m.kind == kind && m.wire == wire; });
}

bool isNear(double a, double b, double share = 1e-9) {
    return std::abs(a - b) <= share * std::abs(b);
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::string said(const Advice& advice) {
    std::string text;
    for (const Phrase& sentence : advice.sentences) text += worded(sentence) + "\n";
    return text;
}

}  // namespace

class TstAdvisor : public QObject {
    Q_OBJECT

  private slots:
    void aSumTakesItsBytesAndTwoHops() {
        // 26 MB among 8 PCs at 110 MB/s: 2 x 7/8 x 26 / 110 s.
        TeamFacts f = facts(8);
        f.secondsPerNumber[0] = 1.75 * 4 / 110e6;
        QVERIFY(isNear(sumSeconds(f, SumFormat::float32, 6'500'000), 1.75 * 26e6 / 110e6 + 0.0004));
    }

    void aStepIsTheShareOfABatchThenTheSums() {
        const TeamFacts f = facts(8);
        // 8 shards for 8 PCs: 4 ms. The first bucket is there after 2 ms, the other one after 4.
        const double perNumber = 1.75 * 4 / 100e6, hops = 0.0004;
        const double first = 0.002 + 1e6 * perNumber + hops;
        const double sums = std::max(first, 0.004) + 5.25e6 * perNumber + hops;
        QVERIFY(isNear(updateSeconds(f, SumFormat::float32, 1), sums + 3 * 0.0002 + 0.002));
        // Another batch before it costs its share, and being told of it.
        QVERIFY(isNear(updateSeconds(f, SumFormat::float32, 2) - updateSeconds(f, SumFormat::float32, 1),
                       0.004 + 3 * 0.0002));
    }

    void thePcThatTakesLongestSaysHowLongAStepTakes() {
        TeamFacts f = facts(2);
        f.buckets = {0};
        f.hopSeconds = 0;
        f.secondsPerNumber = {};
        f.pcs[0].shardSeconds = 0.012;  // a third as fast: 2 of 8 shards, and 6 for the other
        QVERIFY(isNear(updateSeconds(f, SumFormat::float32, 1), 0.024 + 0.002));
    }

    void aRoundIsItsStepsThenOneSum() {
        const TeamFacts f = facts(4);
        const double sum = 6.25e6 * 1.5 * 2 / 100e6 + 0.0004;
        // 18 batches among 4: 5, 5, 4, 4.
        QVERIFY(isNear(roundSeconds(f, SumFormat::float16, 18), 5 * 0.032 + 0.01 + sum + 4 * 0.0002));
    }

    void statisticsAreSummedAsWell() {
        TeamFacts f = facts(4);
        const double before = roundSeconds(f, SumFormat::int8, 16), step = updateSeconds(f, SumFormat::int8, 1);
        f.statistics = 1'000'000;
        const double more = 1e6 * 1.5 * 4 / 100e6 + 0.0004;
        QVERIFY(isNear(roundSeconds(f, SumFormat::int8, 16) - before, more));
        QVERIFY(isNear(updateSeconds(f, SumFormat::int8, 1) - step, more));
    }

    void localStepsMakeTheSumATwelfthOfTheirTime() {
        TeamFacts f = facts(8);
        const double sum = 6.25e6 * 1.75 * 2 / 100e6 + 0.0004 + 0.01;
        QCOMPARE(localStepsFor(f), std::int64_t(mostLocalSteps));  // 90 would be wanted
        for (MeasuredPc& pc : f.pcs) pc.stepSeconds = 0.1;
        QCOMPARE(localStepsFor(f), std::int64_t(std::ceil(sum / (0.08 * 0.1))));
        for (MeasuredPc& pc : f.pcs) pc.stepSeconds = 10;
        QCOMPARE(localStepsFor(f), std::int64_t(4));
        // An epoch of 24 batches has 3 for each of 8 PCs.
        f.pictures = 24 * 128;
        QCOMPARE(localStepsFor(f), std::int64_t(3));
    }

    void theLastRoundOfAnEpochCounts() {
        TeamFacts f = facts(8);
        f.pictures = 128 * (8 * 64 + 8);
        const Advice advice = advise(f);
        const TeamMode& mode = modeOf(advice, TeamMode::Kind::rounds, SumFormat::float16);
        QCOMPARE(mode.localSteps, std::int64_t(64));
        QVERIFY(isNear(mode.imagesPerSecond, double(f.pictures) / (roundSeconds(f, SumFormat::float16, 512) +
                                                                   roundSeconds(f, SumFormat::float16, 8))));
    }

    void whatTheOptimizerKeepsIsSharedAfterEachPassOfLocalSteps() {
        TeamFacts f = facts(8);
        const auto passSeconds = [&](TeamMode::Kind kind) {
            return double(f.pictures) / modeOf(advise(f), kind, SumFormat::float16).imagesPerSecond;
        };
        const double rounds = passSeconds(TeamMode::Kind::rounds), steps = passSeconds(TeamMode::Kind::steps);
        f.stateNumbers = 12'500'000;
        // 50 MB over a link of 100 MB/s, 7/8 of it twice.
        const double more = 1.75 * 50e6 / 100e6 + 0.0004;
        QVERIFY(isNear(passSeconds(TeamMode::Kind::rounds), rounds + more));
        QVERIFY(isNear(passSeconds(TeamMode::Kind::steps), steps));
    }

    void whereComputingCoversTheSumsTheSameTrainingIsRecommended() {
        TeamFacts f = facts(4);
        for (MeasuredPc& pc : f.pcs) {
            pc.stepSeconds = 8;
            pc.shardSeconds = 1;
        }
        const Advice advice = advise(f);
        QCOMPARE(advice.modes[advice.best].kind, TeamMode::Kind::steps);
        QVERIFY(advice.modes[advice.best].isSame());
        QVERIFY(advice.modes[advice.best].speedUp > 3);
        QVERIFY2(has(said(advice), "Train together"), said(advice).c_str());
    }

    void whereSumsTakeLongerThanTheyBringThisPcStaysAlone() {
        const Advice advice = advise(facts(8));
        QCOMPARE(advice.best, std::size_t(0));
        QVERIFY2(has(said(advice), "Stay on this PC"), said(advice).c_str());
        // What is lossy is only ever named as such.
        QVERIFY(advice.bestChanged.has_value());
        QVERIFY(!advice.modes[*advice.bestChanged].isSame());
        QVERIFY(advice.recommended(false).kind == TeamMode::Kind::alone);
        QVERIFY(advice.recommended(true).kind == TeamMode::Kind::rounds);
        QVERIFY2(has(said(advice), "need not be quite the same"), said(advice).c_str());
    }

    void aGainOfLessThanThreeTenthsIsAdvisedAgainst() {
        TeamFacts f = facts(2);
        f.secondsPerNumber = {};
        f.hopSeconds = 0;
        for (MeasuredPc& pc : f.pcs) {
            pc.updateSeconds = 0;
            pc.roundSeconds = 1e3;
        }
        const auto gainOf = [&](double shardSeconds) {
            for (MeasuredPc& pc : f.pcs) pc.shardSeconds = shardSeconds;
            return advise(f);
        };
        // 4 of 8 shards each, beside 32 ms.
        QCOMPARE(gainOf(0.032 / 4 / 1.31).best, std::size_t(1));
        QCOMPARE(gainOf(0.032 / 4 / 1.29).best, std::size_t(0));
        QVERIFY(!gainOf(0.032 / 4 / 1.29).bestChanged.has_value());
        QVERIFY(has(said(gainOf(0.032 / 4 / 1.29)), "not worth their time"));
    }

    void ofTwoThatAreNearlyAsFastTheOneThatChangesLessIsTaken() {
        TeamFacts f = facts(8);
        for (MeasuredPc& pc : f.pcs) pc.stepSeconds = 0.2;
        const Advice advice = advise(f);
        // int8 and local steps would bring a few percent.
        const TeamMode& taken = advice.recommended(true);
        for (const TeamMode& mode : advice.modes) {
            if (mode.isSame() || &mode >= &taken) continue;
            QVERIFY(mode.imagesPerSecond <
                    0.9 * modeOf(advice, TeamMode::Kind::rounds, SumFormat::int8).imagesPerSecond);
        }
        QCOMPARE(taken.wire, SumFormat::float32);
        QCOMPARE(taken.kind, TeamMode::Kind::rounds);
    }

    void alargerBatchIsOnlyOfferedAsFarAsItIsAccepted() {
        TeamFacts f = facts(4);
        const auto largest = [&](std::int64_t batch) {
            f.largestBatch = batch;
            std::int64_t most = 0;
            for (const TeamMode& mode : advise(f).modes) most = std::max(most, mode.accumulate);
            return most;
        };
        QCOMPARE(largest(0), std::int64_t(1));
        QCOMPARE(largest(255), std::int64_t(1));
        QCOMPARE(largest(1024), std::int64_t(8));
        // No further than the sums are covered: T_c / (0.7 T_s).
        const double sums = 6.25e6 * 1.5 * 4 / 100e6 + 0.0008;
        QCOMPARE(largest(1'000'000), std::int64_t(std::ceil(sums / (0.7 * 0.008))));
        for (const TeamMode& mode : advise(f).modes) QVERIFY(mode.accumulate == 1 || !mode.isSame());
    }

    void whatTheSettingsRuleOutIsNotOffered() {
        TeamFacts f = facts(4);
        f.exact = true;
        for (const TeamMode& mode : advise(f).modes) QVERIFY(mode.isSame());
        f.exact = false;
        f.averaged = true;
        for (const TeamMode& mode : advise(f).modes) QVERIFY(mode.kind != TeamMode::Kind::rounds);
    }

    void theSpeedUpIsBesideTheFastestPcAlone() {
        TeamFacts f = facts(2);
        f.pcs[0].stepSeconds = 0.016;
        const Advice advice = advise(f);
        QVERIFY(isNear(advice.modes.front().speedUp, 0.5));
        QVERIFY2(has(said(advice), "'PC 0' alone is 2.0 times as fast"), said(advice).c_str());
    }

    void whoHoldsTheOthersUpIsNamed() {
        TeamFacts f = facts(5);
        for (double& seconds : f.secondsPerNumber) seconds *= 10;
        for (MeasuredPc& pc : f.pcs) {
            pc.stepSeconds = 1;
            pc.shardSeconds = 1.0 / 8;
        }
        QVERIFY(!has(said(advise(f)), "holds the others up"));
        f.pcs[2].stepSeconds = 4;
        f.pcs[2].shardSeconds = 4.0 / 8;
        QVERIFY2(has(said(advise(f)), "'PC 2' holds the others up"), said(advise(f)).c_str());
        f.pcs[2] = f.pcs[3];
        f.pcs[1].bytesPerSecond = 1e6;
        for (double& seconds : f.secondsPerNumber) seconds *= 100;
        QVERIFY2(has(said(advise(f)), "'PC 1' holds the others up"), said(advise(f)).c_str());
    }

    void everyModeShowsItsArithmetic() {
        const Advice advice = advise(facts(8));
        const std::string text = worded(modeOf(advice, TeamMode::Kind::steps, SumFormat::float32).arithmetic);
        for (const char* part : {"4.00 ms", "43.8 MB", "100 MB per second", "438 ms", "128 pictures"})
            QVERIFY2(has(text, part), text.c_str());
        for (const TeamMode& mode : advice.modes)
            for (const Phrase* phrase : {&mode.name, &mode.arithmetic}) QVERIFY(!has(worded(*phrase), "%"));
    }

    void anAdviceComesBackFromItsJson() {
        const Advice advice = advise(facts(8));
        const auto json = toJson(advice);
        const auto back = adviceFromJson(nlohmann::json::parse(json.dump()));
        QVERIFY2(back.ok(), back ? "" : back.error().message.c_str());
        QVERIFY(toJson(*back) == json);
        QCOMPARE(worded(back->sentences.back()), worded(advice.sentences.back()));
    }

    void whatIsNoAdviceIsRefused() {
        const auto json = toJson(advise(facts(3)));
        QVERIFY(!adviceFromJson(nlohmann::json::array()).ok());
        for (auto item = json.begin(); item != json.end(); ++item) {
            auto less = json;
            less.erase(item.key());
            QVERIFY2(!adviceFromJson(less).ok(), item.key().c_str());
            auto other = json;
            other[item.key()] = "x";
            QVERIFY2(!adviceFromJson(other).ok(), item.key().c_str());
        }
        auto beyond = json;
        beyond["best"] = json["modes"].size();
        QVERIFY(!adviceFromJson(beyond).ok());
    }

    void aTeamIsMeasuredAndNothingIsTrained() {
        QTemporaryDir folder;
        const fs::path data = fs::path(folder.path().toStdString()) / "data";
        test::makeTinyDataSet(data, {.classes = 3, .imagesPerClass = 30, .sizePixels = 12});
        RunSpec spec = *makeRunSpec(data, "linear");
        spec.settings["batch"] = std::int64_t{24};
        spec.settings["shard"] = std::int64_t{4};
        spec.device = "cpu";
        spec.peers = {"Anna", "Studio"};
        spec.run = fs::path(folder.path().toStdString()) / "run";
        test::TeamOfThreads::Counts counts;
        AdviceOptions options;
        options.team = [&](const TeamRequest& request) -> Result<std::unique_ptr<Team>> {
            // Nobody is given pictures.
            if (!request.index.samples.empty()) return Error{"There are pictures."};
            return std::unique_ptr<Team>(
                std::make_unique<test::TeamOfThreads>(request, std::vector<test::Fault>(), counts));
        };
        const auto advice = adviseOnTeam(spec, {}, {}, options);
        QVERIFY2(advice.ok(), advice ? "" : advice.error().message.c_str());
        const TeamFacts& f = advice->facts;
        QCOMPARE(f.pcs.size(), std::size_t(3));
        QCOMPARE(f.pcs[0].name, std::string("Anna"));
        QCOMPARE(f.pcs[1].name, std::string("Studio"));
        QVERIFY(f.own().name.empty());
        for (const MeasuredPc& pc : f.pcs) QVERIFY(pc.stepSeconds > 0 && pc.shardSeconds > 0);
        QCOMPARE(f.batch, std::int64_t(24));
        QCOMPARE(f.shard, std::int64_t(4));
        QCOMPARE(f.pictures, std::int64_t(72));
        // 12 x 12 x 3 inputs, 3 classes; rows are padded to four floats.
        QVERIFY(f.learnt() >= 12 * 12 * 3 * 3 + 3);
        QVERIFY(!fs::exists(spec.run));
        QCOMPARE(counts.groups, 2);
        spec.peers.clear();
        QVERIFY(!adviseOnTeam(spec, {}, {}, options).ok());
    }

    void whenAPcGoesWhileAllAreMeasuredItIsSaid() {
        QTemporaryDir folder;
        const fs::path data = fs::path(folder.path().toStdString()) / "data";
        test::makeTinyDataSet(data, {.classes = 2, .imagesPerClass = 20, .sizePixels = 8});
        RunSpec spec = *makeRunSpec(data, "linear");
        spec.device = "cpu";
        spec.peers = {"Anna"};
        test::TeamOfThreads::Counts counts;
        AdviceOptions options;
        options.team = [&](const TeamRequest& request) -> Result<std::unique_ptr<Team>> {
            return std::unique_ptr<Team>(std::make_unique<test::TeamOfThreads>(
                request, std::vector<test::Fault>{{test::Fault::Kind::crash, 0, 3, 0}}, counts));
        };
        QVERIFY(!adviseOnTeam(spec, {}, {}, options).ok());
        QCOMPARE(counts.faults, 1);
    }
};

QTEST_GUILESS_MAIN(TstAdvisor)
#include "tst_advisor.moc"
