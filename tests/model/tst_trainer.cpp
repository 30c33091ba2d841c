// Whole runs on software Vulkan: they learn, they stop, and they go on to the same bits.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include "model/data/batch_loader.h"
#include "model/exchange/safetensors.h"
#include "model/optimizers/optimizer.h"
#include "model/schedules/schedule.h"
#include "model/train/trainer.h"
#include "tests/support/events_of.h"
#include "tests/support/temp_data_set.h"
#include "tests/support/test_data.h"

using namespace lemnos;
using test::allOf;
namespace fs = std::filesystem;

namespace {

constexpr DeviceOptions checkedDevice{.validate = true};
const TrainerOptions checked{.device = checkedDevice};

std::string bytesOf(const fs::path& file) {
    return *readFile(file);
}

}  // namespace

class TstTrainer : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_runs = 0;

    fs::path folder() const { return m_folder.path().toStdString(); }

    RunSpec spec(std::int64_t epochs) {
        RunSpec s = *makeRunSpec(folder() / "data", "mlp256");
        s.settings["epochs"] = epochs;
        s.settings["batch"] = std::int64_t{8};
        s.data.augment = {{"shift", {{"fraction", 0.1}}}};
        s.run = folder() / ("run" + std::to_string(++m_runs));
        return s;
    }

    /// With every setting at work that changes what a step does.
    RunSpec withEverything(std::int64_t epochs) {
        RunSpec s = spec(epochs);
        s.settings["optimizer"] = std::string("lamb");
        s.optimizer = *resolveParams(findOptimizerType("lamb")->params, ParamMap(), "lamb");
        s.settings["learning_rate"] = 0.02;
        s.settings["schedule"] = std::string("reduce_on_plateau");
        const ParamMap schedule{{"plateau_patience", std::int64_t{0}}, {"plateau_threshold", 0.5}, {"gamma", 0.9}};
        s.schedule = *resolveParams(findScheduleType("reduce_on_plateau")->params, schedule, "schedule");
        s.schedule["warmup_epochs"] = 0.5;
        s.settings["accumulate"] = std::int64_t{3};
        s.settings["ema"] = 0.8;
        s.settings["clip_norm"] = 1.0;
        s.settings["clip_value"] = 0.5;
        s.settings["label_smoothing"] = 0.1;
        s.settings["focal"] = 1.0;
        s.settings["class_weights"] = std::string("balanced");
        s.settings["mixup"] = 0.2;
        s.settings["cutmix"] = 1.0;
        return s;
    }

    /// Trains, and sends these commands when the first epoch is complete.
    Result<fs::path> trainAsked(RunSpec order, const std::vector<RunCommand>& commands, std::vector<Event>& events) {
        const fs::path run = order.run;
        bool sent = false;
        return train(
            std::move(order),
            [&](const Event& event) {
                events.push_back(event);
                if (sent || !std::holds_alternative<EpochEvent>(event.what)) return;
                sent = true;
                for (const RunCommand& command : commands) {
                    if (!sendCommand(run, command).ok()) qFatal("a command was not written");
                }
            },
            {}, checked);
    }

  private slots:
    void initTestCase() {
        test::makeTinyDataSet(folder() / "data", {.classes = 3, .imagesPerClass = 40, .sizePixels = 16});
    }

    void aRunLearnsAndLeavesEverythingBehind() {
        std::vector<Event> events;
        const auto run = train(
            spec(8), [&](const Event& e) { events.push_back(e); }, {}, checked);
        QVERIFY2(run.ok(), run ? "" : run.error().message.c_str());

        const auto started = allOf<StartedEvent>(events);
        QCOMPARE(started.size(), std::size_t(1));
        QCOMPARE(started[0].trainCount + started[0].validationCount + started[0].testCount, 120);
        const auto epochs = allOf<EpochEvent>(events);
        QCOMPARE(epochs.size(), std::size_t(8));
        QVERIFY(epochs.back().train.loss < epochs.front().train.loss);
        QVERIFY(!allOf<ProgressEvent>(events).empty());
        for (const ProgressEvent& progress : allOf<ProgressEvent>(events)) {
            QCOMPARE(progress.devices.size(), std::size_t(1));
            const DeviceWork& work = progress.devices[0];
            QCOMPARE(work.name, started[0].device);
            QCOMPARE(work.samples, progress.train.count);
            QCOMPARE(work.workingSeconds + work.waitingSeconds, progress.times.total());
        }
        // The same pictures after each epoch, all of them from the validation part.
        const auto seen = allOf<PredictionsEvent>(events);
        QCOMPARE(seen.size(), std::size_t(8));
        const auto dealt = datasetOfRun(*RunStore::open(*run));
        std::set<std::string> validation;
        for (const std::uint32_t i : dealt->indices(Split::validation))
            validation.insert(dealt->absolutePath(dealt->samples[i]).string());
        for (const PredictionsEvent& after : seen) {
            QCOMPARE(after.predictions.size(), std::min(std::size_t(8), validation.size()));
            for (std::size_t i = 0; i < after.predictions.size(); ++i) {
                const Prediction& p = after.predictions[i];
                QCOMPARE(p.picture, seen[0].predictions[i].picture);
                QVERIFY(validation.contains(p.picture) && p.probability >= 1.0 / 3 && p.probability <= 1);
                QCOMPARE(p.label, fs::path(p.picture).parent_path().filename().string());
            }
        }
        QVERIFY(std::ranges::count_if(seen.back().predictions, &Prediction::isRight) >= 6);

        const auto finished = allOf<FinishedEvent>(events);
        QCOMPARE(finished.size(), std::size_t(1));
        QCOMPARE(finished[0].reason, std::string("completed"));
        QVERIFY(std::holds_alternative<FinishedEvent>(events.back().what));
        QVERIFY2(finished[0].test && finished[0].test->accuracy > 0.8, "stripes of three colours are easy");

        for (const char* name :
             {"spec.json", "split.tsv", "events.jsonl", "weights.safetensors", "best.safetensors", "last.safetensors"})
            QVERIFY2(fs::exists(*run / name), name);
        const auto stored = RunStore::open(*run)->readEvents();
        QCOMPARE(allOf<EpochEvent>(*stored).size(), epochs.size());

        auto network = TrainedNetwork::load(*run, {}, checkedDevice);
        QVERIFY(network.ok());
        const auto index = datasetOfRun(*RunStore::open(*run));
        const auto metrics = network->evaluate(*index, Split::test);
        QVERIFY(metrics.ok());
        QCOMPARE(metrics->accuracy, finished[0].test->accuracy);
        QCOMPARE(metrics->count, started[0].testCount);
    }

    void aRunDoesWhatItIsAskedWhileItTrains() {
        using Kind = RunCommand::Kind;
        std::vector<Event> events;
        const auto plain = train(spec(3), {}, {}, checked);
        const auto paused = trainAsked(spec(3), {{Kind::pause}, {Kind::checkpoint}, {Kind::goOn}}, events);
        QVERIFY(plain.ok() && paused.ok());
        QVERIFY(bytesOf(*plain / "weights.safetensors") == bytesOf(*paused / "weights.safetensors"));
        const auto obeyed = allOf<ControlEvent>(events);
        QCOMPARE(obeyed.size(), std::size_t(3));
        QVERIFY(obeyed[0].command.kind == Kind::pause && obeyed[2].command.kind == Kind::goOn);
        QCOMPARE(obeyed[0].epoch, std::int64_t(1));
        QCOMPARE(allOf<ControlEvent>(*RunStore::open(*paused)->readEvents()).size(), std::size_t(3));

        events.clear();
        const auto early = trainAsked(spec(3), {{Kind::stopAfterEpoch}}, events);
        QVERIFY(early.ok());
        QCOMPARE(allOf<FinishedEvent>(events)[0].reason, std::string("stopped"));
        QCOMPARE(allOf<EpochEvent>(events).size(), std::size_t(2));
        QVERIFY(resume(*early, {}, {}, {}, {}, checked).ok());
        QVERIFY(bytesOf(*plain / "weights.safetensors") == bytesOf(*early / "weights.safetensors"));
    }

    void aRunThatWasKilledAtABadMomentLosesNothing_data() {
        QTest::addColumn<QString>("moment");
        for (const char* moment :
             {"before the first checkpoint", "before an epoch was told", "before the end was told"})
            QTest::newRow(moment) << moment;
    }
    void aRunThatWasKilledAtABadMomentLosesNothing() {
        QFETCH(QString, moment);
        const auto whole = train(spec(3), {}, {}, checked), part = train(spec(3), {}, {}, checked);
        QVERIFY(whole.ok() && part.ok());
        // What the disk would hold then.
        std::vector<Event> events = *RunStore::open(*part)->readEvents();
        const auto drop = [&](auto kind) {
            while (!std::holds_alternative<decltype(kind)>(events.back().what)) events.pop_back();
            events.pop_back();
        };
        drop(FinishedEvent{});
        if (moment == "before an epoch was told") drop(EpochEvent{});
        if (moment == "before the first checkpoint") {
            while (!std::holds_alternative<StartedEvent>(events.back().what)) events.pop_back();
            for (const char* name : {"last.safetensors", "best.safetensors", "weights.safetensors"})
                fs::remove(*part / name);
        }
        std::string text;
        for (const Event& event : events) text += toLine(event) + "\n";
        QVERIFY(writeAtomically(*part / "events.jsonl", text).ok());

        const auto resumed = resume(*part, {}, {}, {}, {}, checked);
        QVERIFY2(resumed.ok(), resumed ? "" : resumed.error().message.c_str());
        QVERIFY(bytesOf(*whole / "weights.safetensors") == bytesOf(*part / "weights.safetensors"));
        events = *RunStore::open(*part)->readEvents();
        const auto epochs = allOf<EpochEvent>(events);
        QCOMPARE(epochs.size(), std::size_t(3));
        for (std::size_t i = 0; i < 3; ++i) QCOMPARE(epochs[i].epoch, std::int64_t(i + 1));
        QCOMPARE(allOf<FinishedEvent>(events).size(), std::size_t(1));
        QCOMPARE(allOf<FinishedEvent>(events)[0].test->loss,
                 allOf<FinishedEvent>(*RunStore::open(*whole)->readEvents())[0].test->loss);
        QVERIFY(!resume(*part, {}, {}, {}, {}, checked).ok());  // complete now
    }

    void aChangedRateAndNumberOfEpochsOutliveAStop() {
        using Kind = RunCommand::Kind;
        const RunCommand rate{Kind::learningRate, 0.0123}, epochs{Kind::epochs, 4};
        std::vector<Event> events;
        const auto whole = trainAsked(spec(2), {rate, epochs}, events);
        QVERIFY(whole.ok());
        QCOMPARE(allOf<EpochEvent>(events).size(), std::size_t(4));
        const auto part = trainAsked(spec(2), {rate, epochs, {Kind::stop}}, events);
        QVERIFY(part.ok());
        QCOMPARE(allOf<FinishedEvent>(events).back().reason, std::string("stopped"));
        const auto resumed = resume(*part, {}, {}, {}, {}, checked);
        QVERIFY2(resumed.ok(), resumed ? "" : resumed.error().message.c_str());
        // With the optimizer's state; only the times in the metadata differ.
        const auto wanted = readSafetensors(*whole / "last.safetensors"),
                   got = readSafetensors(*part / "last.safetensors");
        QVERIFY(wanted.ok() && got.ok());
        QCOMPARE(got->tensors.size(), wanted->tensors.size());
        for (std::size_t i = 0; i < wanted->tensors.size(); ++i) {
            QCOMPARE(got->tensors[i].name, wanted->tensors[i].name);
            QVERIFY2(got->tensors[i].values == wanted->tensors[i].values, wanted->tensors[i].name.c_str());
        }
        QVERIFY(bytesOf(*whole / "weights.safetensors") == bytesOf(*part / "weights.safetensors"));
        const auto plain = train(spec(4), {}, {}, checked);
        QVERIFY(bytesOf(*plain / "weights.safetensors") != bytesOf(*whole / "weights.safetensors"));
    }

    void whatIsNoCommandIsRefusedOrPassedOver() {
        using Kind = RunCommand::Kind;
        const fs::path run = folder() / "asked";
        fs::create_directories(run);
        QVERIFY(sendCommand(run, {Kind::pause}).ok());
        RunControl control(run);  // what was asked before it began is of an earlier process
        QVERIFY(control.poll().empty());
        for (const double bad : {0.0, -1.0, 1e9, std::nan("")})
            QVERIFY(!sendCommand(run, {Kind::learningRate, bad}).ok());
        for (const double bad : {0.0, 2.5, 1e9}) QVERIFY(!sendCommand(run, {Kind::epochs, bad}).ok());
        std::ofstream file(run / "control.jsonl", std::ios::app);
        file << "no JSON\n{}\n[]\n{\"command\":\"fly\"}\n{\"command\":\"epochs\"}\n"
             << std::string(200'000, 'x') << std::flush;
        QVERIFY(control.poll().empty());
        QVERIFY(control.poll().empty());
        file << "\n" << toLine(RunCommand{Kind::epochs, 7}) << "\n{\"command\":" << std::flush;
        std::vector<RunCommand> got;
        for (int i = 0; i < 6; ++i) {
            for (const RunCommand& command : control.poll()) got.push_back(command);
        }
        QCOMPARE(got.size(), std::size_t(1));
        QVERIFY((got[0] == RunCommand{Kind::epochs, 7}));
        file << "\"stop\"}\n" << std::flush;
        QVERIFY((control.poll() == std::vector<RunCommand>{{Kind::stop}}));
    }

    void theSameSpecGivesTheSameBits() {
        const auto a = train(spec(2), {}, {}, checked), b = train(spec(2), {}, {}, checked);
        QVERIFY(a.ok() && b.ok());
        QVERIFY(bytesOf(*a / "weights.safetensors") == bytesOf(*b / "weights.safetensors"));
        RunSpec other = spec(2);
        other.settings["seed"] = std::int64_t{43};
        const auto c = train(other, {}, {}, checked);
        QVERIFY(bytesOf(*a / "weights.safetensors") != bytesOf(*c / "weights.safetensors"));
    }

    // Stopped between two steps of an epoch, and again at the next event, until it is done.
    void aRunThatIsStoppedAgainAndAgainEndsInTheSameBits_data() {
        QTest::addColumn<bool>("everything");
        QTest::newRow("plain") << false;
        QTest::newRow("with everything there is") << true;
    }
    void aRunThatIsStoppedAgainAndAgainEndsInTheSameBits() {
        QFETCH(bool, everything);
        const auto threeEpochs = [&] { return everything ? withEverything(3) : spec(3); };
        const auto whole = train(threeEpochs(), {}, {}, checked);
        QVERIFY(whole.ok());

        int events = 0, stops = 0;
        const auto stopSoon = [&](std::stop_source& source, int after) {
            events = 0;
            return [&source, &events, after](const Event& event) {
                const bool steps = std::holds_alternative<ProgressEvent>(event.what) ||
                                   std::holds_alternative<StartedEvent>(event.what);
                if (steps && ++events == after) source.request_stop();
            };
        };
        std::stop_source first;
        auto run = train(threeEpochs(), stopSoon(first, 1), first.get_token(), checked);
        QVERIFY2(run.ok(), run ? "" : run.error().message.c_str());
        const fs::path where = *run;
        for (; stops < 50; ++stops) {
            const auto finished = allOf<FinishedEvent>(*RunStore::open(where)->readEvents());
            QVERIFY(!finished.empty());
            if (finished.back().reason == "completed") break;
            QCOMPARE(finished.back().reason, std::string("stopped"));
            std::stop_source source;
            run = resume(where, stopSoon(source, 2), source.get_token(), {}, {}, checked);
            QVERIFY2(run.ok(), run ? "" : run.error().message.c_str());
        }
        QVERIFY(stops >= 2 && stops < 50);
        QVERIFY(bytesOf(where / "weights.safetensors") == bytesOf(*whole / "weights.safetensors"));
        const TensorFile a = *readSafetensors(where / "last.safetensors"),
                         b = *readSafetensors(*whole / "last.safetensors");
        QCOMPARE(a.tensors.size(), b.tensors.size());
        for (std::size_t i = 0; i < a.tensors.size(); ++i) QVERIFY(a.tensors[i].values == b.tensors[i].values);
    }

    void aRunWithEverythingLearns() {
        std::vector<Event> events;
        const auto run = train(
            withEverything(12), [&](const Event& e) { events.push_back(e); }, {}, checked);
        QVERIFY2(run.ok(), run ? "" : run.error().message.c_str());
        const auto epochs = allOf<EpochEvent>(events);
        // Smoothed labels keep the validation loss up; what is trained on is what falls.
        QVERIFY(epochs.back().train.loss < epochs.front().train.loss);
        QVERIFY2(allOf<FinishedEvent>(events)[0].test->accuracy > 0.8, "stripes of three colours are easy");
    }

    void accumulatedBatchesTrainLikeOneThatIsLarger() {
        const auto epochsOf = [&](std::int64_t batch, std::int64_t accumulate) {
            RunSpec s = spec(2);
            s.settings["batch"] = batch;
            s.settings["accumulate"] = accumulate;
            std::vector<Event> events;
            const auto run = train(
                s, [&](const Event& e) { events.push_back(e); }, {}, checked);
            return allOf<EpochEvent>(events);
        };
        const auto large = epochsOf(24, 1), small = epochsOf(8, 3);
        QCOMPARE(large.size(), std::size_t(2));
        QCOMPARE(small.size(), std::size_t(2));
        QVERIFY(std::abs(large[1].train.loss - small[1].train.loss) < 1e-4 * large[1].train.loss);
        // Three easy pictures: their loss may well be zero.
        QCOMPARE(large[1].validation.count, small[1].validation.count);
        QVERIFY(large[1].validation.count > 0);
        QVERIFY(std::abs(large[1].validation.loss - small[1].validation.loss) <=
                1e-4 * large[1].validation.loss + 1e-6);
    }

    void theAverageOfTheWeightsIsSavedInTheirPlace() {
        RunSpec s = spec(2);
        s.settings["ema"] = 0.9;
        const auto run = train(s, {}, {}, checked), plain = train(spec(2), {}, {}, checked);
        QVERIFY(run.ok() && plain.ok());
        const TensorFile best = *readSafetensors(*run / "best.safetensors"),
                         weights = *readSafetensors(*run / "weights.safetensors"),
                         plainLast = *readSafetensors(*plain / "last.safetensors"),
                         last = *readSafetensors(*run / "last.safetensors");
        for (const NamedTensor& tensor : weights.tensors) {
            QVERIFY(tensor.values == best.find("average." + tensor.name)->values);
            QVERIFY(tensor.values != best.find(tensor.name)->values);
            // The average changes nothing about the training itself.
            QVERIFY(last.find(tensor.name)->values == plainLast.find(tensor.name)->values);
        }
    }

    void aScheduleChangesTheSteps() {
        RunSpec s = spec(2);
        s.settings["schedule"] = std::string("cosine");
        s.schedule = *resolveParams(findScheduleType("cosine")->params, ParamMap(), "schedule");
        const auto cosine = train(s, {}, {}, checked), constant = train(spec(2), {}, {}, checked);
        QVERIFY(cosine.ok() && constant.ok());
        QVERIFY(bytesOf(*cosine / "weights.safetensors") != bytesOf(*constant / "weights.safetensors"));
    }

    void aFinishedRunCanBeExtended() {
        const auto whole = train(spec(4), {}, {}, checked), part = train(spec(2), {}, {}, checked);
        QVERIFY(whole.ok() && part.ok());
        QVERIFY(!resume(*part, {}, {}, {}, {}, checked).ok());
        const auto extended = resume(*part, {}, {}, 4, {}, checked);
        QVERIFY2(extended.ok(), extended ? "" : extended.error().message.c_str());
        QVERIFY(bytesOf(*whole / "weights.safetensors") == bytesOf(*extended / "weights.safetensors"));
    }

    void patienceEndsARunThatNoLongerImproves() {
        RunSpec s = spec(50);
        s.settings["patience"] = std::int64_t{2};
        std::vector<Event> events;
        QVERIFY(train(
                    s, [&](const Event& e) { events.push_back(e); }, {}, checked)
                    .ok());
        const auto finished = allOf<FinishedEvent>(events).at(0);
        QCOMPARE(finished.reason, std::string("patience"));
        QCOMPARE(finished.epochs, finished.bestEpoch + 2);
    }

    void aLearningRateThatIsFarTooHighIsAnErrorWithAdvice() {
        RunSpec s = spec(20);
        s.settings["optimizer"] = std::string("sgd");
        s.optimizer = *resolveParams(findOptimizerType("sgd")->params, ParamMap(), "sgd");
        s.settings["learning_rate"] = 1000.0;
        std::vector<Event> events;
        const auto run = train(
            s, [&](const Event& e) { events.push_back(e); }, {}, checked);
        QVERIFY(!run.ok());
        QVERIFY(run.error().message.find("learning rate") != std::string::npos);
        QVERIFY(std::holds_alternative<FailedEvent>(events.back().what));
    }

    void whatCannotBeTrainedLeavesNoFolder() {
        RunSpec s = spec(1);
        s.templateName.clear();
        s.model.layers.pop_back();
        QVERIFY(!train(s, {}, {}, checked).ok());
        QVERIFY(!fs::exists(s.run));
        s = spec(1);
        s.data.path = folder() / "nothing";
        QVERIFY(!train(s, {}, {}, checked).ok());
        QVERIFY(!fs::exists(s.run));
    }

    void aPictureThatGoesAwayDuringTheRunIsLeftOut() {
        test::makeTinyDataSet(folder() / "fragile", {.classes = 2, .imagesPerClass = 20});
        RunSpec s = spec(2);
        s.data.path = folder() / "fragile";
        s.settings["cache"] = std::int64_t{0};  // else it is in the cache by then
        std::vector<Event> events;
        const auto run = train(
            s,
            [&](const Event& e) {
                events.push_back(e);
                if (std::holds_alternative<StartedEvent>(e.what)) fs::remove_all(folder() / "fragile/class_0");
            },
            {}, checked);
        QVERIFY2(run.ok(), run ? "" : run.error().message.c_str());
        const auto log = allOf<LogEvent>(events);
        QVERIFY(std::any_of(log.begin(), log.end(),
                            [](const LogEvent& e) { return e.text.find("Left out") != std::string::npos; }));
    }

    void anotherFolderOfTheSameClassesIsAllTest() {
        const auto run = train(spec(1), {}, {}, checked);
        test::makeTinyDataSet(folder() / "more", {.classes = 2, .imagesPerClass = 5, .seed = 9});
        const auto index = datasetOfRun(*RunStore::open(*run), folder() / "more");
        QVERIFY2(index.ok(), index ? "" : index.error().message.c_str());
        QCOMPARE(index->count(Split::test), std::size_t(10));
        QCOMPARE(index->classes.size(), std::size_t(3));
        fs::rename(folder() / "more/class_1", folder() / "more/unheard of");
        const auto unknown = datasetOfRun(*RunStore::open(*run), folder() / "more");
        QVERIFY(!unknown && unknown.error().message.find("unheard of") != std::string::npos);
    }

    // Real data where there is some: a slice of MNIST is learnt far beyond chance within one epoch.
    void mnistIsLearnt() {
        const auto mnist = test::testDataSet("mnist");
        if (!mnist) return;
        constexpr int perClass = 300;
        for (int digit = 0; digit < 10; ++digit) {
            const fs::path from = *mnist / "train" / std::to_string(digit),
                           to = folder() / "mnist" / std::to_string(digit);
            fs::create_directories(to);
            std::vector<fs::path> files;
            for (const auto& entry : fs::directory_iterator(from)) files.push_back(entry.path());
            std::sort(files.begin(), files.end());
            for (int i = 0; i < perClass; ++i)
                fs::copy_file(files[std::size_t(i)], to / files[std::size_t(i)].filename());
        }
        RunSpec s = *makeRunSpec(folder() / "mnist", "mlp512");
        s.settings["epochs"] = std::int64_t{2};
        s.run = folder() / "mnist run";
        std::vector<Event> events;
        const auto run = train(
            s, [&](const Event& e) { events.push_back(e); }, {}, checked);
        QVERIFY2(run.ok(), run ? "" : run.error().message.c_str());
        QVERIFY(allOf<FinishedEvent>(events).at(0).test->accuracy > 0.85);
    }
};

QTEST_GUILESS_MAIN(TstTrainer)
#include "tst_trainer.moc"
