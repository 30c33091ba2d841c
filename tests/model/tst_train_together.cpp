// Whole runs on several devices: the same one under several names is as good as real ones, for they share nothing.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>

#include "model/exchange/safetensors.h"
#include "model/files.h"
#include "model/optimizers/optimizer.h"
#include "model/templates/graph_builder.h"
#include "model/train/trainer.h"
#include "tests/support/events_of.h"
#include "tests/support/temp_data_set.h"
#include "tests/support/verify_ok.h"

using namespace lemnos;
using test::allOf;
namespace fs = std::filesystem;

namespace {

std::string times(const std::string& device, int count) {
    std::string text = device;
    for (int i = 1; i < count; ++i) text += "," + device;
    return text;
}

}  // namespace

class TstTrainTogether : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_runs = 0;

    fs::path folder() const { return m_folder.path().toStdString(); }

    /// A network with batch norm and dropout, pictures with augmentation.
    RunSpec spec(const std::string& device, bool exact, std::int64_t epochs = 2) {
        RunSpec s = *makeRunSpec(folder() / "data", "mlp256");
        GraphBuilder builder("small", {16, 16, 3});
        builder.convNorm({.filters = 4, .stride = 2});
        builder.add("flatten");
        builder.dense(16);
        builder.add("relu");
        builder.dropout(0.2);
        s.model = std::move(builder).finish();
        s.templateName.clear();
        s.settings["epochs"] = epochs;
        s.settings["batch"] = std::int64_t{20};
        s.settings["exact"] = exact;
        s.settings["shard"] = std::int64_t{4};
        s.settings["learning_rate"] = 0.003;
        s.data.augment = {{"shift", {{"fraction", 0.1}}}};
        s.device = device;
        s.run = folder() / ("run" + std::to_string(++m_runs));
        return s;
    }

    static std::string weightsOf(const fs::path& run) { return *readFile(run / "weights.safetensors"); }

  private slots:
    void initTestCase() {
        test::makeTinyDataSet(folder() / "data", {.classes = 3, .imagesPerClass = 40, .sizePixels = 16});
    }

    void exactRunsGiveTheSameWeightsFileOnAnyNumberOfDevices_data() {
        QTest::addColumn<QString>("device");
        QTest::addColumn<QList<int>>("counts");
        QTest::newRow("cpu") << "cpu" << QList<int>{2, 3, 5};
        QTest::newRow("software Vulkan") << "" << QList<int>{2};
    }
    void exactRunsGiveTheSameWeightsFileOnAnyNumberOfDevices() {
        QFETCH(QString, device);
        QFETCH(QList<int>, counts);
        std::string id = device.toStdString();
        const auto devices = listDevices();
        QVERIFY(devices.ok());
        for (const DeviceInfo& info : *devices)
            if (id.empty() && info.kind == DeviceKind::softwareGpu) id = info.id;
        const auto one = train(spec(id, true), {}, {});
        VERIFY_OK(one);
        for (const int count : counts) {
            const auto several = train(spec(times(id, count), true), {}, {});
            VERIFY_OK(several);
            QVERIFY2(weightsOf(*one) == weightsOf(*several), std::to_string(count).c_str());
        }
    }

    void aRunOnSeveralDevicesLearnsAndSaysWhereItRuns() {
        std::vector<Event> events;
        RunSpec s = spec("cpu,cpu,cpu", false, 6);
        s.settings["shard"] = std::int64_t{0};
        s.settings["batch"] = std::int64_t{0};
        const auto run = train(s, [&](const Event& e) { events.push_back(e); }, {});
        VERIFY_OK(run);
        QVERIFY(allOf<StartedEvent>(events).at(0).device.starts_with("3 x "));
        QVERIFY2(allOf<FinishedEvent>(events).at(0).test->accuracy > 0.8, "stripes of three colours are easy");
        const auto stored = RunStore::open(*run)->readSpec();
        QVERIFY(stored.ok());
        QCOMPARE(stored->device, std::string("cpu,cpu,cpu"));
        // The answering network takes one of them.
        QVERIFY(TrainedNetwork::load(*run).ok());
    }

    void eachDeviceTellsWhatItHasDone() {
        std::vector<Event> events;
        const auto run = train(spec("cpu,cpu,cpu", false), [&](const Event& e) { events.push_back(e); }, {});
        VERIFY_OK(run);
        std::int64_t trained = 0;
        std::vector<DeviceWork> sums(3);
        for (const ProgressEvent& progress : allOf<ProgressEvent>(events)) {
            trained += progress.train.count;
            QCOMPARE(progress.devices.size(), sums.size());
            for (std::size_t i = 0; i < sums.size(); ++i) {
                const DeviceWork& work = progress.devices[i];
                QVERIFY(!work.name.empty() && work.waitingSeconds >= 0);
                QCOMPARE(work.place, std::string("processor"));
                sums[i].samples += work.samples;
                sums[i].workingSeconds += work.workingSeconds;
            }
        }
        // Every sample is somebody's. Of the shards of a batch, equal devices take equally many, and the first ones
        // those that are left over.
        const std::int64_t pictures = allOf<StartedEvent>(events).at(0).trainCount;
        std::vector<std::int64_t> expected(3, 0);
        for (std::int64_t batch = 0; batch < pictures; batch += 20) {
            std::vector<std::int64_t> taken(3, 0);
            const std::int64_t shards = (std::min<std::int64_t>(20, pictures - batch) + 3) / 4;
            for (std::int64_t i = 0; i < shards; ++i) ++taken[std::size_t(i % 3)];
            std::int64_t rest = std::min<std::int64_t>(20, pictures - batch);
            for (std::size_t i = 0; i < taken.size(); ++i) {
                const std::int64_t samples = std::min(rest, 4 * taken[i]);
                expected[i] += 2 * samples;  // epochs
                rest -= samples;
            }
        }
        QCOMPARE(trained, 2 * pictures);
        for (std::size_t i = 0; i < sums.size(); ++i) QCOMPARE(sums[i].samples, expected[i]);
        for (const DeviceWork& sum : sums) QVERIFY(sum.workingSeconds > 0);
    }

    void aRunThatIsStoppedAgainAndAgainEndsInTheSameBits_data() {
        QTest::addColumn<bool>("exact");
        QTest::newRow("plain") << false;
        QTest::newRow("exact, and on fewer devices in between") << true;
    }
    void aRunThatIsStoppedAgainAndAgainEndsInTheSameBits() {
        QFETCH(bool, exact);
        const auto wanted = [&] {
            RunSpec s = spec("cpu,cpu", exact, 3);
            s.settings["accumulate"] = std::int64_t{2};
            s.settings["ema"] = 0.8;
            s.settings["clip_norm"] = 0.5;
            s.settings["mixup"] = 0.2;
            return s;
        };
        const auto whole = train(wanted(), {}, {});
        VERIFY_OK(whole);
        const auto stopAfter = [](std::stop_source& source, int after) {
            return [&source, after, seen = 0](const Event& event) mutable {
                const bool steps = std::holds_alternative<ProgressEvent>(event.what) ||
                                   std::holds_alternative<StartedEvent>(event.what);
                if (steps && ++seen == after) source.request_stop();
            };
        };
        std::stop_source first;
        auto run = train(wanted(), stopAfter(first, 1), first.get_token());
        VERIFY_OK(run);
        int stops = 0;
        for (; stops < 50; ++stops) {
            const auto finished = allOf<FinishedEvent>(*RunStore::open(*run)->readEvents());
            if (finished.back().reason == "completed") break;
            std::stop_source source;
            run = resume(*run, stopAfter(source, 2), source.get_token(), {}, exact && stops % 2 == 0 ? "cpu" : "");
            VERIFY_OK(run);
        }
        QVERIFY(stops >= 2 && stops < 50);
        QVERIFY(weightsOf(*run) == weightsOf(*whole));
    }

    void whatDoesNotGoTogetherIsRefusedWithTheReason() {
        RunSpec s = spec("cpu,cpu", true);
        s.settings["precision"] = std::string("mixed");
        auto run = train(s, {}, {});
        QVERIFY(!run.ok());
        QVERIFY(run.error().message.find("single precision") != std::string::npos);
        QVERIFY(!fs::exists(s.run));

        s = spec("cpu,nowhere", false);
        run = train(s, {}, {});
        QVERIFY(!run.ok());
        QVERIFY(run.error().message.find("nowhere") != std::string::npos);
        s = spec("cpu,", false);
        QVERIFY(!train(s, {}, {}).ok());
    }
};

QTEST_GUILESS_MAIN(TstTrainTogether)
#include "tst_train_together.moc"
