// Teams: runs that others help with, who come and go. The members are threads; what they do is what PCs do.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <thread>

#include "compute/collective/loopback.h"
#include "compute/random.h"
#include "model/exchange/safetensors.h"
#include "model/files.h"
#include "model/optimizers/optimizer.h"
#include "model/templates/graph_builder.h"
#include "model/templates/template.h"
#include "model/together/contribution_check.h"
#include "model/together/share_state.h"
#include "tests/support/events_of.h"
#include "tests/support/team_of_threads.h"
#include "tests/support/temp_data_set.h"
#include "tests/support/verify_ok.h"

using namespace lemnos;
namespace fs = std::filesystem;

class TstTeam : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_runs = 0;
    std::vector<std::string> m_devices;  // of the members; as the leader's where there are none

    fs::path folder() const { return m_folder.path().toStdString(); }

    /// A network with batch norm and dropout, pictures with augmentation.
    RunSpec spec(int peers, bool exact = true) {
        RunSpec s = *makeRunSpec(folder() / "data", "mlp256");
        GraphBuilder builder("small", {12, 12, 3});
        builder.convNorm({.filters = 3, .stride = 2});
        builder.add("flatten");
        builder.dense(8);
        builder.add("relu");
        builder.dropout(0.2);
        s.model = std::move(builder).finish();
        s.templateName.clear();
        s.settings["epochs"] = std::int64_t{3};
        s.settings["batch"] = std::int64_t{12};
        s.settings["exact"] = exact;
        s.settings["shard"] = std::int64_t{4};
        s.settings["learning_rate"] = 0.003;
        s.data.augment = {{"shift", {{"fraction", 0.1}}}};
        s.device = "cpu";
        for (int i = 0; i < peers; ++i) s.peers.push_back("PC " + std::to_string(i));
        s.run = folder() / ("run" + std::to_string(++m_runs));
        return s;
    }

    static std::string weightsOf(const fs::path& run) { return *readFile(run / "weights.safetensors"); }
    static std::vector<EpochEvent> epochsOf(const fs::path& run) {
        std::vector<EpochEvent> epochs;
        const auto events = RunStore::open(run)->readEvents();
        if (!events) qFatal("%s", events.error().message.c_str());
        for (const Event& event : *events)
            if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) epochs.push_back(*epoch);
        return epochs;
    }
    /// What is told of each epoch, without times.
    static std::vector<std::string> tellingsOf(const fs::path& run) {
        std::vector<std::string> lines;
        const auto bits = [](double number) { return " " + std::to_string(std::bit_cast<std::uint64_t>(number)); };
        for (const EpochEvent& epoch : epochsOf(run))
            lines.push_back(std::to_string(epoch.epoch) + " " + std::to_string(epoch.train.count) +
                            bits(epoch.train.loss) + bits(epoch.validation.loss));
        return lines;
    }

    Result<fs::path> trained(const RunSpec& s, const std::vector<test::Fault>& faults = {},
                             test::TeamOfThreads::Counts* counts = nullptr, const EventSink& sink = {},
                             const std::vector<test::WrongMember>& wrong = {}) {
        test::TeamOfThreads::Counts own;
        TrainerOptions options;
        options.team = [&](const TeamRequest& request) -> Result<std::unique_ptr<Team>> {
            return std::unique_ptr<Team>(
                std::make_unique<test::TeamOfThreads>(request, faults, counts ? *counts : own, wrong, m_devices));
        };
        return train(s, sink, {}, options);
    }

  private slots:
    void initTestCase() {
        test::makeTinyDataSet(folder() / "data", {.classes = 3, .imagesPerClass = 30, .sizePixels = 12});
    }

    void cleanup() { m_devices.clear(); }

    void anExactRunOfATeamGivesTheFileOfOneDevice_data() {
        QTest::addColumn<int>("peers");
        for (const int peers : {1, 2, 4, 7}) QTest::addRow("%d", peers) << peers;
    }
    void anExactRunOfATeamGivesTheFileOfOneDevice() {
        QFETCH(int, peers);
        const auto alone = train(spec(0), {}, {});
        VERIFY_OK(alone);
        const auto team = trained(spec(peers));
        VERIFY_OK(team);
        QVERIFY(weightsOf(*team) == weightsOf(*alone));
        QCOMPARE(tellingsOf(*team), tellingsOf(*alone));
    }

    void aTeamWithEverythingOnGivesTheFileOfOneDevice() {
        const auto rich = [&](int peers) {
            RunSpec s = spec(peers);
            s.settings["accumulate"] = std::int64_t{2};
            s.settings["ema"] = 0.8;
            s.settings["clip_norm"] = 0.5;
            s.settings["mixup"] = 0.2;
            s.settings["class_weights"] = std::string("balanced");
            return s;
        };
        const auto alone = train(rich(0), {}, {});
        VERIFY_OK(alone);
        const auto team = trained(rich(2), {{test::Fault::Kind::breakConnection, 1, 40, 0}});
        VERIFY_OK(team);
        QVERIFY(weightsOf(*team) == weightsOf(*alone));
    }

    void picturesThatAreGoneAreToldAndLeftOutByAll() {
        const auto trainedWithout = [&](int peers, std::vector<Event>& events) {
            RunSpec s = spec(peers);
            s.data.path = folder() / ("gone" + std::to_string(peers));
            test::makeTinyDataSet(s.data.path, {.classes = 3, .imagesPerClass = 30, .sizePixels = 12});
            s.settings["validation_share"] = s.settings["test_share"] = 0.0;
            s.settings["mixup"] = 0.2;
            return trained(s, {}, nullptr, [&events, data = s.data.path](const Event& event) {
                events.push_back(event);
                const auto* phase = std::get_if<PhaseEvent>(&event.what);
                if (!phase || phase->text != "Preparing the device") return;
                for (const char* const name : {"class_0/004.bmp", "class_2/011.bmp"}) fs::remove(data / name);
            });
        };
        std::vector<Event> ofOne, events;
        const auto one = trainedWithout(0, ofOne), team = trainedWithout(3, events);
        VERIFY_OK(one);
        VERIFY_OK(team);
        QVERIFY(weightsOf(*team) == weightsOf(*one));
        for (const EpochEvent& epoch : epochsOf(*team)) QCOMPARE(epoch.train.count, std::int64_t(88));
        const auto started = std::ranges::find_if(
            events, [](const Event& event) { return std::holds_alternative<StartedEvent>(event.what); });
        int told = 0;
        for (auto event = events.begin(); event != started; ++event) {
            const auto* log = std::get_if<LogEvent>(&event->what);
            told += log && log->text.starts_with("Left out class_") ? 1 : 0;
        }
        QCOMPARE(told, 2);
    }

    void pcsWithSeveralDevicesGiveTheFileOfOneDevice() {
        const auto alone = train(spec(0), {}, {});
        VERIFY_OK(alone);
        m_devices = {"cpu", "cpu,cpu,cpu"};
        RunSpec s = spec(2);
        s.device = "cpu,cpu";
        test::TeamOfThreads::Counts counts;
        const auto team = trained(s,
                                  {{test::Fault::Kind::breakConnection, 1, 30, 0},
                                   {test::Fault::Kind::crash, 1, 60, 30},
                                   {test::Fault::Kind::crash, 0, 120, 0}},
                                  &counts);
        VERIFY_OK(team);
        QCOMPARE(counts.faults, 3);
        QVERIFY(weightsOf(*team) == weightsOf(*alone));
        QCOMPARE(tellingsOf(*team), tellingsOf(*alone));
    }

    void everyDeviceOfAPcTakesLocalSteps() {
        m_devices = {"cpu,cpu"};
        RunSpec s = spec(1, false);
        s.device = "cpu,cpu";
        s.settings["local_steps"] = std::int64_t{1};
        s.settings["wire"] = std::string("int8");
        s.settings["epochs"] = std::int64_t{8};
        std::vector<Event> events;
        const auto run = trained(s, {}, nullptr, [&](const Event& event) { events.push_back(event); });
        VERIFY_OK(run);
        const auto epochs = epochsOf(*run);
        QVERIFY(epochs.back().train.loss < epochs.front().train.loss);
        std::map<std::string, std::int64_t> samples;
        std::int64_t count = 0;
        for (const ProgressEvent& progress : test::allOf<ProgressEvent>(events)) {
            count += progress.train.count;
            for (const DeviceWork& work : progress.devices) samples[work.name] += work.samples;
        }
        // Six batches of 12 an epoch, for four devices; those of this PC have the same name.
        QVERIFY(samples.contains("PC 0") && samples.contains("PC 0 (2)"));
        QCOMPARE(samples.size(), std::size_t(3));
        std::int64_t all = 0;
        for (const auto& [name, taken] : samples) {
            QVERIFY(taken > 0);
            all += taken;
        }
        QCOMPARE(all, count);
    }

    // Faults at seeded moments: whatever breaks, the weights are those of a run where nothing did, which they are only
    // when every sample counted once and every sum was right.
    void aRunSurvivesFaultsWithTheSameResult() {
        bool valid = false;
        const int wanted = qEnvironmentVariableIntValue("LEMNOS_FAULTS", &valid);
        const int most = valid ? wanted : 1000;
        const auto seed = qEnvironmentVariableIsSet("LEMNOS_FAULT_SEED")
                              ? std::uint64_t(qEnvironmentVariableIntValue("LEMNOS_FAULT_SEED"))
                              : std::uint64_t{11};
        const auto alone = train(spec(0), {}, {});
        VERIFY_OK(alone);
        const std::string weights = weightsOf(*alone);
        const auto epochs = tellingsOf(*alone);
        int faultsSeen = 0;
        for (std::uint32_t round = 0; faultsSeen < most; ++round) {
            std::vector<test::Fault> faults;
            std::uint64_t call = 0;
            for (std::uint32_t i = 0; i < 50; ++i) {
                const auto random = philox(seed, {round, i, 0, 0});
                call += random[0] % 12;
                faults.push_back({random[1] % 3 == 0 ? test::Fault::Kind::breakConnection : test::Fault::Kind::crash,
                                  static_cast<int>(random[1] / 3 % 3), call, 1 + random[2] % 20});
            }
            test::TeamOfThreads::Counts counts;
            RunSpec s = spec(3);
            const auto run = trained(s, faults, &counts);
            VERIFY_OK(run);
            QVERIFY2(weightsOf(*run) == weights, qPrintable(QString::number(round)));
            QCOMPARE(tellingsOf(*run), epochs);
            QVERIFY(counts.faults > 0 && counts.groups > 1);
            faultsSeen += counts.faults;
            fs::remove_all(s.run);
        }
    }

    void whoIsLeftAloneGoesOnAlone() {
        const auto alone = train(spec(0), {}, {});
        VERIFY_OK(alone);
        test::TeamOfThreads::Counts counts;
        const auto run =
            trained(spec(2), {{test::Fault::Kind::crash, 0, 20, 0}, {test::Fault::Kind::crash, 1, 30, 0}}, &counts);
        VERIFY_OK(run);
        QCOMPARE(counts.faults, 2);
        QCOMPARE(counts.groups, 3);
        QVERIFY(weightsOf(*run) == weightsOf(*alone));
    }

    void aTeamThatIsNotExactLearnsTheSame() {
        const auto run = trained(spec(2, false));
        VERIFY_OK(run);
        const auto alone = train(spec(0, false), {}, {});
        VERIFY_OK(alone);
        // Batch norm sees shards instead of whole batches, so losses are alike and not equal.
        QVERIFY(std::abs(epochsOf(*run).back().train.loss - epochsOf(*alone).back().train.loss) < 0.5);
    }

    // With one local step each and plain SGD, the mean of the weights is what one device learns from the batches of all
    // at once; with outer momentum, what its SGD with Nesterov momentum does.
    void localStepsAreWhatTheyShouldBe_data() {
        QTest::addColumn<double>("momentum");
        QTest::newRow("the mean") << 0.0;
        QTest::newRow("outer momentum") << 0.9;
    }
    void localStepsAreWhatTheyShouldBe() {
        QFETCH(double, momentum);
        const auto plain = [&](int peers, std::int64_t batch) {
            RunSpec s = spec(peers, false);
            s.model = *graphFromTemplate("linear", {12, 12, 3});
            s.data.augment.clear();
            s.settings["batch"] = batch;
            s.settings["optimizer"] = std::string("sgd");
            s.settings["learning_rate"] = 0.01;
            s.settings["local_steps"] = std::int64_t{1};
            s.settings["local_rate"] = 1.0;
            s.settings["outer_momentum"] = momentum;
            s.optimizer = *resolveParams(findOptimizerType("sgd")->params, ParamMap(), "sgd");
            if (peers == 0) {
                s.optimizer["momentum"] = momentum;
                s.optimizer["nesterov"] = true;
            } else {
                s.optimizer["momentum"] = 0.0;
                s.optimizer["nesterov"] = false;
            }
            return s;
        };
        // 72 pictures: three rounds of two batches are an epoch.
        const auto alone = train(plain(0, 24), {}, {});
        VERIFY_OK(alone);
        const auto team = trained(plain(1, 12));
        VERIFY_OK(team);
        const auto expected = readSafetensors(*alone / "last.safetensors"),
                   found = readSafetensors(*team / "last.safetensors");
        const auto weights = readSafetensors(*alone / "weights.safetensors");
        QVERIFY(expected.ok() && found.ok() && weights.ok());
        double largest = 0;
        for (const NamedTensor& tensor : expected->tensors) {
            const auto other = std::ranges::find(found->tensors, tensor.name, &NamedTensor::name);
            // The optimizer's own are those of batches of another size.
            if (weights->tensors.end() == std::ranges::find(weights->tensors, tensor.name, &NamedTensor::name))
                continue;
            QVERIFY(other != found->tensors.end());
            for (std::size_t i = 0; i < tensor.values.size(); ++i)
                largest = std::max(largest, double(std::abs(tensor.values[i] - other->values[i])));
        }
        QVERIFY2(largest < 1e-5, qPrintable(QString::number(largest)));
        QCOMPARE(epochsOf(*team).back().train.count, epochsOf(*alone).back().train.count);
    }

    void localStepsSurviveFaultsAndCountEverySampleOnce() {
        RunSpec s = spec(3, false);
        s.settings["local_steps"] = std::int64_t{2};
        s.settings["epochs"] = std::int64_t{8};
        test::TeamOfThreads::Counts counts;
        const auto run = trained(s,
                                 {{test::Fault::Kind::crash, 0, 20, 15},
                                  {test::Fault::Kind::breakConnection, 1, 45, 0},
                                  {test::Fault::Kind::crash, 2, 60, 0}},
                                 &counts);
        VERIFY_OK(run);
        QCOMPARE(counts.faults, 3);
        const auto epochs = epochsOf(*run);
        QCOMPARE(epochs.size(), std::size_t(8));
        for (const EpochEvent& epoch : epochs) QCOMPARE(epoch.train.count, std::int64_t(72));
        QVERIFY(epochs.back().train.loss < epochs.front().train.loss);
    }

    // A sum with something wrong in it never counts: the weights are those of one device.
    void whoComputesWronglyIsLeftOutAndTheStepIsTakenAgain_data() {
        QTest::addColumn<double>("factor");
        QTest::addColumn<bool>("severalDevices");
        QTest::newRow("ten thousand times too large") << 1e4 << false;
        QTest::newRow("of the other sign, too") << -1e4 << false;
        QTest::newRow("a PC of several devices") << 1e4 << true;
    }
    void whoComputesWronglyIsLeftOutAndTheStepIsTakenAgain() {
        QFETCH(double, factor);
        QFETCH(bool, severalDevices);
        const auto alone = train(spec(0), {}, {});
        VERIFY_OK(alone);
        RunSpec s = spec(2);
        if (severalDevices) {
            s.device = "cpu,cpu";
            m_devices = {"cpu", "cpu,cpu"};
        }
        test::TeamOfThreads::Counts counts;
        const auto run = trained(s, {}, &counts, {}, {{.member = 1, .factor = factor, .from = 7}});
        VERIFY_OK(run);
        QCOMPARE(counts.expelled.size(), std::size_t(1));
        QVERIFY(counts.expelled[0].find("thousand times") != std::string::npos);
        QCOMPARE(counts.groups, 2);
        QVERIFY(weightsOf(*run) == weightsOf(*alone));
        QCOMPARE(tellingsOf(*run), tellingsOf(*alone));
    }

    void whoBringsWhatIsNotANumberIsLeftOut_data() {
        QTest::addColumn<int>("localSteps");
        QTest::newRow("steps together") << 0;
        QTest::newRow("local steps") << 1;
    }
    void whoBringsWhatIsNotANumberIsLeftOut() {
        QFETCH(int, localSteps);
        RunSpec s = spec(2, false);
        s.settings["local_steps"] = std::int64_t{localSteps};
        test::TeamOfThreads::Counts counts;
        const auto run = trained(s, {}, &counts, {}, {{.member = 0, .factor = std::nan(""), .from = 2}});
        VERIFY_OK(run);
        QCOMPARE(counts.expelled.size(), std::size_t(1));
        QVERIFY(counts.expelled[0].find("no numbers") != std::string::npos);
        const auto epochs = epochsOf(*run);
        for (const EpochEvent& epoch : epochs) QCOMPARE(epoch.train.count, std::int64_t(72));
        QVERIFY(epochs.back().train.loss < epochs.front().train.loss);
    }

    void picturesThatGiveLargeGradientsAreNobodysFault() {
        // Whoever has them brings much: one in the first attempt, the other in the second.
        test::TeamOfThreads::Counts counts;
        const auto run = trained(
            spec(2, false), {}, &counts, {},
            {{.member = 0, .factor = 1e5, .from = 9, .to = 10}, {.member = 1, .factor = 1e5, .from = 10, .to = 11}});
        VERIFY_OK(run);
        QCOMPARE(counts.suspended, 1);
        QVERIFY(counts.expelled.empty());
        QCOMPARE(counts.groups, 3);  // without it, and with it again
    }

    void whatIsUsualFollowsFromTheLargestNorm() {
        const double nan = std::nan(""), infinite = std::numeric_limits<double>::infinity();
        ContributionCheck check(false);
        QVERIFY(!check.suspect(std::vector{1e9, 1.0}));  // nothing is usual yet
        QCOMPARE(*check.suspect(std::vector{1.0, nan, 0.0}), std::size_t(1));
        QVERIFY(!check.suspect(std::vector{nan, infinite}) && !check.suspect(std::vector{nan, 0.0}));
        for (int step = 0; step < 10; ++step) check.learn(std::vector{1.0, 2.0, 0.0});
        QVERIFY(!check.suspect(std::vector{500.0, 1e-9}));
        QCOMPARE(*check.suspect(std::vector{0.0, 1.0, 5000.0}), std::size_t(2));
        QVERIFY(!check.suspect(std::vector{5000.0, 5000.0}) && check.anyUnusual(std::vector{5000.0, 5000.0}));
        for (int step = 0; step < 100; ++step) check.learn(std::vector{100.0});
        QVERIFY(!check.suspect(std::vector{1.0, 5000.0}));
    }

    // A network that knows nearly all pictures learns from few of them, and whoever has one brings much.
    void aHardPictureAmongEasyOnesIsNothingUnusual() {
        ContributionCheck check(false);
        for (int step = 0; step < 2000; ++step) {
            const double easy = std::max(1e-6, std::exp(-step / 50.0));
            const std::vector norms{easy, step % 3 ? easy : std::min(1.0, 5e4 * easy)};
            QVERIFY2(!check.suspect(norms), qPrintable(QString::number(step)));
            check.learn(norms);
        }
        QVERIFY(!check.suspect(std::vector{1e-6, 1.0}));
        QCOMPARE(*check.suspect(std::vector{1e-6, 1e6}), std::size_t(1));
    }

    void theSearchForTheLossScaleIsNobodysFault() {
        const double infinite = std::numeric_limits<double>::infinity();
        ContributionCheck check(true);
        for (int step = 0; step < 20; ++step) QVERIFY(!check.suspect(std::vector{1.0, infinite}));
        QVERIFY(!check.suspect(std::vector{1.0, 1.0}));
        std::optional<std::size_t> found;
        for (int step = 0; step < 100 && !found; ++step) found = check.suspect(std::vector{1.0, infinite});
        QCOMPARE(found, std::optional<std::size_t>(1));  // it is no search any more
    }

    void whatEachOfATeamHasDoneIsTold_data() {
        QTest::addColumn<int>("localSteps");
        QTest::newRow("steps together") << 0;
        QTest::newRow("local steps") << 2;
    }
    void whatEachOfATeamHasDoneIsTold() {
        QFETCH(int, localSteps);
        RunSpec s = spec(2, false);
        s.settings["local_steps"] = std::int64_t{localSteps};
        std::vector<Event> events;
        const auto run = trained(s, {}, nullptr, [&](const Event& event) { events.push_back(event); });
        VERIFY_OK(run);
        std::map<std::string, DeviceWork> works;
        std::int64_t count = 0;
        for (const ProgressEvent& progress : test::allOf<ProgressEvent>(events)) {
            count += progress.train.count;
            for (const DeviceWork& work : progress.devices) {
                DeviceWork& sum = works[work.name];
                sum.place = work.place;
                sum.samples += work.samples;
                sum.workingSeconds += work.workingSeconds;
            }
        }
        QCOMPARE(works.size(), std::size_t(3));
        std::int64_t samples = 0;
        for (const auto& [name, work] : works) {
            samples += work.samples;
            QVERIFY(work.workingSeconds > 0);
            QCOMPARE(work.place.empty(), name.starts_with("PC "));
        }
        QCOMPARE(samples, count);
        QVERIFY(works.contains("PC 0") && works.contains("PC 1"));
    }

    // What rounding leaves out comes with the next step, so the loss is nearly that without.
    void aRunWithRoundedSumsLearnsNearlyTheSame_data() {
        QTest::addColumn<QString>("wire");
        QTest::addColumn<int>("localSteps");
        for (const char* wire : {"float16", "int8"})
            for (const int steps : {0, 2}) QTest::addRow("%s, %d local steps", wire, steps) << wire << steps;
    }
    void aRunWithRoundedSumsLearnsNearlyTheSame() {
        QFETCH(QString, wire);
        QFETCH(int, localSteps);
        const auto lossWith = [&](const std::string& format) {
            RunSpec s = spec(2, false);
            s.settings["local_steps"] = std::int64_t{localSteps};
            s.settings["wire"] = format;
            s.settings["epochs"] = std::int64_t{8};
            const auto run = trained(s);
            return run ? epochsOf(*run).back().train.loss : 1e9;
        };
        const double whole = lossWith("float32"), rounded = lossWith(wire.toStdString());
        QVERIFY2(std::abs(whole - rounded) < 0.1, qPrintable(QString("%1, %2").arg(whole).arg(rounded)));
        QVERIFY(whole != rounded);  // so it was
    }

    void anExactRunDoesNotRound() {
        RunSpec s = spec(1);
        s.settings["wire"] = std::string("int8");
        const auto run = trained(s);
        QVERIFY(!run.ok() && run.error().message.find("wire") != std::string::npos);
    }

    void settingsThatDoNotGoWithLocalStepsAreRefused() {
        for (const char* key : {"exact", "ema", "accumulate"}) {
            RunSpec s = spec(1, std::string_view(key) == "exact");
            s.settings["local_steps"] = std::int64_t{4};
            if (std::string_view(key) == "ema") s.settings["ema"] = 0.9;
            if (std::string_view(key) == "accumulate") s.settings["accumulate"] = std::int64_t{2};
            const auto run = trained(s);
            QVERIFY2(!run.ok() && run.error().message.find("ocal") != std::string::npos, key);
        }
    }

    void aTeamCanBeStoppedAndResumed() {
        const auto alone = train(spec(0), {}, {});
        VERIFY_OK(alone);
        test::TeamOfThreads::Counts counts;
        TrainerOptions options;
        options.team = [&](const TeamRequest& request) -> Result<std::unique_ptr<Team>> {
            return std::unique_ptr<Team>(
                std::make_unique<test::TeamOfThreads>(request, std::vector<test::Fault>(), counts));
        };
        std::stop_source stop;
        const auto first = train(
            spec(2),
            [&](const Event& event) {
                if (std::holds_alternative<ProgressEvent>(event.what)) stop.request_stop();
            },
            stop.get_token(), options);
        VERIFY_OK(first);
        const auto rest = resume(*first, {}, {}, {}, {}, options);
        VERIFY_OK(rest);
        QVERIFY(weightsOf(*rest) == weightsOf(*alone));
    }

    void whatIsEqualEverywhereIsNotSentAgain() {
        std::atomic<int> calls = 0;
        std::vector<std::unique_ptr<Collective>> ranks;
        for (auto& rank : LoopbackCollective::create(3))
            ranks.push_back(std::make_unique<test::WatchedCollective>(std::move(rank), [&](Collective&) -> Status {
                ++calls;
                return {};
            }));
        // By rank; the last one leads.
        std::vector<std::vector<std::byte>> has(3, std::vector<std::byte>(1000, std::byte{7}));
        std::vector<char> changed(3);
        const auto share = [&] {
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < ranks.size(); ++i)
                threads.emplace_back([&, i] {
                    const auto shared = shareBytes(*ranks[i], has[i], 2, 1);
                    if (!shared) qFatal("%s", shared.error().message.c_str());
                    changed[i] = *shared ? 1 : 0;
                });
        };
        share();
        QCOMPARE(calls.load(), 3 * 2);
        QVERIFY(changed == std::vector<char>({0, 0, 0}));
        has[1][999] = std::byte{8};
        share();
        QCOMPARE(calls.load(), 3 * 5);
        QVERIFY(changed == std::vector<char>({0, 1, 0}));
        QVERIFY(has[1] == has[2]);
    }

    void aProgramWithoutTeamsSaysSo() {
        const auto run = train(spec(2), {}, {});
        QVERIFY(!run.ok());
        QVERIFY(run.error().message.find("lemnos-cli") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TstTeam)
#include "tst_team.moc"
