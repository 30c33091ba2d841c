// Sweeps: which trials there are, which of them go on, and what a sweep remembers. The runs are played here.
#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <cmath>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "model/files.h"
#include "model/graph/widened.h"
#include "model/sweep/ladder.h"
#include "model/sweep/sweep.h"
#include "model/templates/template.h"
#include "model/train/run_store.h"
#include "model/train/run_summary.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

SweepParameter parameter(const char* key, const char* text) {
    auto parsed = parseSweepParameter(key, text);
    if (!parsed) qFatal("%s", parsed.error().message.c_str());
    return *parsed;
}

SweepSpec sweepOf(const char* strategy, std::vector<SweepParameter> parameters, std::int64_t trials = 9,
                  std::int64_t epochs = 9) {
    SweepSpec spec{.base = *makeRunSpec("/data", "mlp256"), .parameters = std::move(parameters), .devices = {}};
    spec.base.settings["epochs"] = epochs;
    spec.settings = *resolveParams(sweepSettings(), ParamMap(), "the sweep");
    spec.settings["strategy"] = std::string(strategy);
    spec.settings["trials"] = trials;
    return spec;
}

std::vector<double> ratesOf(const SweepSpec& spec) {
    std::vector<double> rates;
    const auto trials = trialsOf(spec);
    if (!trials) qFatal("%s", trials.error().message.c_str());
    for (const Trial& trial : *trials) rates.push_back(realParam(trial.values, "learning_rate"));
    return rates;
}

/// Plays runs: the accuracy of a run grows with its epochs and is the better the nearer its rate is to 0.01.
struct PlayedRuns {
    std::vector<std::string> orders;  ///< "trial-001 3", with + where one goes on
    std::set<std::string> failing;    ///< names of trials
    int stopAfter = -1;               ///< orders, after which a stop is asked for
    std::stop_source stop;
    std::mutex mutex;

    static double accuracyOf(double rate, std::int64_t epoch) {
        return 0.9 - 0.1 * std::abs(std::log10(rate / 0.01)) - 0.3 / double(epoch);
    }

    Status operator()(const TrialOrder& order, const EventSink& sink, std::stop_token token) {
        const std::lock_guard lock(mutex);
        const std::string name = order.run.filename().string();
        if (stopAfter >= 0 && int(orders.size()) >= stopAfter) stop.request_stop();
        if (token.stop_requested()) return {};
        orders.push_back(name + (order.resume ? " +" : " ") + std::to_string(order.epochs) +
                         (order.device.empty() ? "" : " on " + order.device));
        if (failing.contains(name)) {
            sink({0, FailedEvent{"It would not."}});
            return {};
        }
        RunSpec spec = *readRunSpec(order.spec);
        auto store = order.resume ? RunStore::open(order.run) : RunStore::create(spec);
        if (!store) return store.error();
        const auto tell = [&](const Event& event) {
            if (store->append(event)) sink(event);
        };
        const std::int64_t begun = order.resume ? summaryOf(order.run)->epochs : 0;
        tell({1, StartedEvent{.run = order.run.string(), .epochs = order.epochs, .resumed = order.resume}});
        for (std::int64_t epoch = begun + 1; epoch <= order.epochs; ++epoch) {
            const double accuracy = accuracyOf(realParam(spec.settings, "learning_rate"), epoch);
            tell({1, EpochEvent{.epoch = epoch, .epochs = order.epochs, .validation = {1 - accuracy, accuracy, 10}}});
        }
        tell({1, FinishedEvent{.reason = "completed", .epochs = order.epochs}});
        return {};
    }
    TrialRunner runner() {
        return [this](const TrialOrder& order, const EventSink& sink, std::stop_token token) {
            return (*this)(order, sink, std::move(token));
        };
    }
};

using Orders = std::vector<std::string>;

}  // namespace

class TstSweep : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    int m_number = 0;
    fs::path newFolder() { return fs::path(m_dir.path().toStdString()) / ("sweep" + std::to_string(++m_number)); }

  private slots:
    void aGridTriesEveryCombinationWithTheLastParameterFastest() {
        const auto trials =
            trialsOf(sweepOf("grid", {parameter("learning_rate", "0.001,0.1"), parameter("batch", "8,16,32")}));
        QVERIFY(trials.ok());
        std::vector<std::pair<double, std::int64_t>> pairs;
        for (const Trial& trial : *trials) {
            QCOMPARE(trial.number, std::int64_t(pairs.size() + 1));
            pairs.emplace_back(realParam(trial.values, "learning_rate"), intParam(trial.values, "batch"));
        }
        QCOMPARE(pairs, (std::vector<std::pair<double, std::int64_t>>{
                            {0.001, 8}, {0.001, 16}, {0.001, 32}, {0.1, 8}, {0.1, 16}, {0.1, 32}}));
    }

    void aRangeInAGridHasItsEndsAndEvenSteps() {
        QCOMPARE(ratesOf(sweepOf("grid", {parameter("learning_rate", "0.0001..0.1:log:4")})),
                 (std::vector<double>{0.0001, 0.001, 0.01, 0.1}));
        QCOMPARE(ratesOf(sweepOf("grid", {parameter("learning_rate", "0.1..0.5:5")})),
                 (std::vector<double>{0.1, 0.2, 0.3, 0.4, 0.5}));
        const auto whole = trialsOf(sweepOf("grid", {parameter("batch", "1..3:9")}));
        QCOMPARE(whole->size(), std::size_t(3));  // steps between whole numbers are no further trials
    }

    void drawsStayInTheirRangeAreEvenAndTheSameAgain() {
        const SweepSpec spec = sweepOf("random", {parameter("learning_rate", "0.0001..1:log")}, 400);
        const std::vector<double> rates = ratesOf(spec);
        QCOMPARE(rates.size(), std::size_t(400));
        QCOMPARE(rates, ratesOf(spec));
        std::array<int, 4> decades{};
        for (const double rate : rates) {
            QVERIFY(rate >= 0.0001 && rate <= 1);
            ++decades[std::size_t(std::min(3.0, std::floor(std::log10(rate) + 4)))];
        }
        // 400 draws into four equal parts: 100 each, with a deviation of 8.7.
        for (const int count : decades) QVERIFY2(count > 60 && count < 140, qPrintable(QString::number(count)));
        SweepSpec other = spec;
        other.settings["sweep_seed"] = std::int64_t{43};
        QVERIFY(ratesOf(other) != rates);
    }

    void noCombinationIsDrawnTwice() {
        const auto trials = trialsOf(sweepOf("random", {parameter("batch", "8,16"), parameter("mixup", "0,0.2")}, 50));
        std::set<ParamMap> different;
        for (const Trial& trial : *trials) different.insert(trial.values);
        QCOMPARE(trials->size(), std::size_t(4));
        QCOMPARE(different.size(), std::size_t(4));
    }

    void halvingGivesManyTrialsLittleAndFewMuch() {
        // As in table 1 of Li et al. 2018, bracket s = 4: 81 trials, at most 81 epochs, eta 3.
        QCOMPARE(halvingRungs(81, 81, 3), (std::vector<Rung>{{81, 1}, {27, 3}, {9, 9}, {3, 27}, {1, 81}}));
        QCOMPARE(halvingRungs(27, 9, 3), (std::vector<Rung>{{27, 1}, {9, 3}, {3, 9}}));
        QCOMPARE(halvingRungs(10, 50, 3), (std::vector<Rung>{{10, 6}, {3, 17}, {1, 50}}));
        QCOMPARE(halvingRungs(2, 50, 3), (std::vector<Rung>{{2, 50}}));
        QCOMPARE(halvingRungs(8, 1, 2), (std::vector<Rung>{{8, 1}}));
    }

    void theBestGoOnAndTheFirstOfEquals() {
        using Values = std::vector<std::optional<double>>;
        using Indices = std::vector<std::size_t>;
        QCOMPARE(bestOf(Values{0.5, 0.9, {}, 0.7, 0.9}, 2, BestBy::accuracy), (Indices{1, 4}));
        QCOMPARE(bestOf(Values{0.5, 0.9, {}, 0.7, 0.9}, 1, BestBy::accuracy), (Indices{1}));
        QCOMPARE(bestOf(Values{0.5, 0.9, {}, 0.7, 0.9}, 2, BestBy::loss), (Indices{0, 3}));
        QCOMPARE(bestOf(Values{0.5, {}, std::nan("")}, 3, BestBy::loss), (Indices{0}));
    }

    void aTrialIsTheBaseWithItsValues() {
        SweepSpec spec = sweepOf("grid", {parameter("optimizer", "sgd"), parameter("momentum", "0.5"),
                                          parameter("template", "linear"), parameter("width", "2")});
        const auto run = specOfTrial(spec, trialsOf(spec)->front());
        QVERIFY2(run.ok(), run ? "" : run.error().message.c_str());
        QCOMPARE(textParam(run->settings, "optimizer"), std::string("sgd"));
        QCOMPARE(realParam(run->optimizer, "momentum"), 0.5);
        QCOMPARE(run->templateName, std::string("linear"));
        QCOMPARE(run->width, 2.0);
        // Adam has no momentum of that name: the value has no meaning there.
        spec.parameters[0] = parameter("optimizer", "adam");
        QVERIFY(specOfTrial(spec, trialsOf(spec)->front()).ok());
    }

    void aWiderNetworkKeepsItsScores() {
        const Graph graph = *graphFromTemplate("small_cnn", Shape{16, 16, 3});
        const auto widths = [](const Graph& g) {
            std::vector<std::int64_t> list;
            for (const LayerSpec& layer : g.layers) {
                for (const char* key : {"units", "filters"}) {
                    if (layer.params.contains(key)) list.push_back(intParam(layer.params, key));
                }
            }
            return list;
        };
        QCOMPARE(widths(graph), (std::vector<std::int64_t>{32, 64, 128, 0}));
        QCOMPARE(widths(widened(graph, 0.5)), (std::vector<std::int64_t>{16, 32, 64, 0}));
        QCOMPARE(widths(widened(graph, 0.01)), (std::vector<std::int64_t>{8, 8, 8, 0}));
        QCOMPARE(widths(widened(graph, 1)), widths(graph));
    }

    void anOrderIsTheSameAfterItsJson() {
        SweepSpec spec = sweepOf("halving", {parameter("learning_rate", "0.001..0.1:log:7"), parameter("batch", "8,64"),
                                             parameter("schedule", "cosine,constant"), parameter("exact", "true")});
        spec.devices = {"cpu", "vulkan:0"};
        const auto again = sweepSpecFromJson(toJson(spec));
        QVERIFY2(again.ok(), again ? "" : again.error().message.c_str());
        QVERIFY(again->parameters == spec.parameters);
        QCOMPARE(toJson(*again).dump(), toJson(spec).dump());
        for (const SweepParameter& one : spec.parameters)
            QVERIFY(parameter(one.key.c_str(), toString(one).c_str()) == one);
    }

    void whatIsWrongWithAnOrderIsSaid_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("values");
        QTest::addColumn<QString>("word");
        QTest::newRow("unknown") << "speed"
                                 << "1"
                                 << "speed";
        QTest::newRow("not a number") << "batch"
                                      << "many"
                                      << "batch";
        QTest::newRow("no range") << "optimizer"
                                  << "adam..sgd"
                                  << "optimizer";
        QTest::newRow("backwards") << "learning_rate"
                                   << "1..0.1"
                                   << "smaller";
        QTest::newRow("log of 0") << "learning_rate"
                                  << "0..0.1:log"
                                  << "logarithmic";
        QTest::newRow("outside") << "batch"
                                 << "1..1000000"
                                 << "between";
        QTest::newRow("odd scale") << "batch"
                                   << "1..10:cubic"
                                   << "range";
        QTest::newRow("too many") << "seed"
                                  << "1..100000:100000"
                                  << "range";
        QTest::newRow("epochs with halving") << "epochs"
                                             << "1,2"
                                             << "epochs";
    }
    void whatIsWrongWithAnOrderIsSaid() {
        QFETCH(QString, key);
        QFETCH(QString, values);
        QFETCH(QString, word);
        const auto parsed = parseSweepParameter(key.toStdString(), values.toStdString());
        const Status status = parsed ? checkSweep(sweepOf("halving", {*parsed})) : Status(parsed.error());
        QVERIFY(!status.ok());
        QVERIFY2(QString::fromStdString(status.error().message).contains(word), status.error().message.c_str());
    }

    void eventsAreTheSameAfterTheirLine() {
        const std::vector<SweepEvent> events = {
            SweepStartedEvent{
                "/f", {{1, {{"batch", std::int64_t{8}}, {"learning_rate", 1.0}}}}, {{1, 5}}, BestBy::macroF1},
            TrialStartedEvent{1, 0, 5, "cpu"},
            TrialEpochEvent{1, 2, 0.25},
            TrialEndedEvent{1, 0, 5, {}, "why"},
            SweepFinishedEvent{"stopped"},
            SweepFailedEvent{"no"}};
        for (const SweepEvent& event : events) {
            const auto again = sweepEventFromLine(toLine(event));
            QVERIFY(again.ok());
            QCOMPARE(again->index(), event.index());
            QCOMPARE(toLine(*again), toLine(event));
        }
        for (const char* line :
             {"", "{}", "[]", "{\"event\":\"trial_ended\"}", "{\"event\":\"sweep_started\",\"trials\":[7]}"})
            QVERIFY(!sweepEventFromLine(line).ok());
    }

    /// Their metric was a setting of the sweep, and their journals said only which way is better.
    void sweepsFromBeforeMacroF1AreStillRead() {
        nlohmann::json order = toJson(sweepOf("halving", {parameter("learning_rate", "0.1,0.01")}));
        order["base"]["settings"].erase("best_by");
        order["settings"]["metric"] = "loss";
        const auto spec = sweepSpecFromJson(order);
        QVERIFY2(spec.ok(), spec ? "" : spec.error().message.c_str());
        QVERIFY(bestByOf(spec->base) == BestBy::loss);
        order["settings"].erase("metric");
        QVERIFY(bestByOf(sweepSpecFromJson(order)->base) == BestBy::accuracy);

        nlohmann::json began = nlohmann::json::parse(toLine(SweepStartedEvent{"/f", {{1, {}}}, {{1, 5}}, {}}));
        began.erase("best_by");
        for (const auto& [lower, by] : {std::pair(true, BestBy::loss), std::pair(false, BestBy::accuracy)}) {
            began["lower_is_better"] = lower;
            const auto event = sweepEventFromLine(began.dump());
            QVERIFY(event.ok());
            QVERIFY(std::get<SweepStartedEvent>(*event).bestBy == by);
        }
        began.erase("lower_is_better");
        QVERIFY(std::get<SweepStartedEvent>(*sweepEventFromLine(began.dump())).bestBy == BestBy::accuracy);
        began["best_by"] = "beauty";
        QVERIFY(!sweepEventFromLine(began.dump()).ok());
    }

    void halvingTrainsTheBestOn() {
        const SweepSpec spec = sweepOf("halving", {parameter("learning_rate", "1,0.1,0.01")}, 3, 9);
        const auto folder = createSweep(spec, newFolder());
        QVERIFY(folder.ok());
        PlayedRuns runs;
        const auto table = runSweep(*folder, runs.runner(), [](const SweepEvent&) {}, {});
        QVERIFY2(table.ok(), table ? "" : table.error().message.c_str());
        const std::size_t best = *table->best();
        QCOMPARE(realParam(table->rows()[best].trial.values, "learning_rate"), 0.01);
        QCOMPARE(*table->rows()[best].value, PlayedRuns::accuracyOf(0.01, 9));
        QCOMPARE(table->progress(), 1.0);
        QCOMPARE(runs.orders,
                 (Orders{"trial-001 3", "trial-002 3", "trial-003 3", trialName(std::int64_t(best + 1)) + " +9"}));
        for (std::size_t i = 0; i < 3; ++i) QCOMPARE(table->rows()[i].state == TrialRow::State::dropped, i != best);
    }

    void theTrialsAreFoundAmongTheRuns() {
        const fs::path runs = newFolder();
        const auto folder = createSweep(sweepOf("grid", {parameter("learning_rate", "0.1,0.01")}), runs / "wide");
        PlayedRuns played;
        QVERIFY(runSweep(*folder, played.runner(), [](const SweepEvent&) {}, {}).ok());
        std::set<std::string> names;
        for (const RunSummary& run : listRuns(runs)) names.insert(run.name);
        QCOMPARE(names, (std::set<std::string>{"wide/trial-001", "wide/trial-002"}));
    }

    void aFailedTrialDoesNotEndTheSweep() {
        const auto folder = createSweep(sweepOf("grid", {parameter("learning_rate", "0.1,0.01,0.001")}), newFolder());
        PlayedRuns runs;
        runs.failing = {"trial-002"};
        const auto table = runSweep(*folder, runs.runner(), [](const SweepEvent&) {}, {});
        QVERIFY(table.ok());
        QCOMPARE(runs.orders.size(), std::size_t(3));
        QVERIFY(table->rows()[1].state == TrialRow::State::failed);
        QCOMPARE(table->rows()[1].error, std::string("It would not."));
        QCOMPARE(table->ranking().back(), std::size_t(1));
        // Another try, for the reason may be gone.
        PlayedRuns again;
        const auto mended = runSweep(*folder, again.runner(), [](const SweepEvent&) {}, {});
        QVERIFY(mended.ok());
        QCOMPARE(again.orders, (Orders{"trial-002 9"}));
        QVERIFY(mended->rows()[1].state == TrialRow::State::done);
    }

    void aSweepOfWhichNothingCameOutSaysWhy() {
        const auto folder = createSweep(sweepOf("grid", {parameter("learning_rate", "0.1,0.01")}), newFolder());
        PlayedRuns runs;
        runs.failing = {"trial-001", "trial-002"};
        std::vector<SweepEvent> told;
        const auto table =
            runSweep(*folder, runs.runner(), [&](const SweepEvent& event) { told.push_back(event); }, {});
        QVERIFY(!table.ok());
        QVERIFY(QString::fromStdString(table.error().message).contains("It would not."));
        QVERIFY(std::holds_alternative<SweepFailedEvent>(told.back()));
    }

    void aStoppedSweepGoesOnWhereItWas() {
        for (int stopAfter = 0; stopAfter < 5; ++stopAfter) {
            const SweepSpec spec = sweepOf("halving", {parameter("learning_rate", "1,0.1,0.01,0.001")}, 4, 9);
            const auto folder = createSweep(spec, newFolder());
            PlayedRuns runs;
            runs.stopAfter = stopAfter;
            QVERIFY(runSweep(
                        *folder, runs.runner(), [](const SweepEvent&) {}, runs.stop.get_token())
                        .ok());
            QCOMPARE(int(runs.orders.size()), stopAfter);
            // As a power cut leaves it.
            std::ofstream(*folder / "journal.jsonl", std::ios::app) << "{\"event\":\"trial_st";

            PlayedRuns rest;
            SweepTable seen;
            const auto table = runSweep(*folder, rest.runner(), [&](const SweepEvent& e) { seen.apply(e); }, {});
            QVERIFY(table.ok());
            Orders all = runs.orders;
            all.insert(all.end(), rest.orders.begin(), rest.orders.end());
            QCOMPARE(all.size(), std::size_t(5));  // four for 3 epochs, one of them on to 9
            QCOMPARE(std::set<std::string>(all.begin(), all.end()).size(), std::size_t(5));
            QCOMPARE(*table->rows()[*table->best()].value, PlayedRuns::accuracyOf(0.01, 9));
            QCOMPARE(*seen.best(), *table->best());
        }
    }

    void theLadderTellsWhereTheLimitIs_data() {
        QTest::addColumn<double>("linear");
        QTest::addColumn<double>("own");
        QTest::addColumn<double>("smallCnn");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, double linear, double own, double cnn, const char* kind,
                            const char* words) {
            QTest::newRow(name) << linear << own << cnn << QString(kind) << QString(words);
        };
        row("limit", 0.80, 0.83, 0.91, "network_limits", "3 points better than a linear one and 8 points below");
        row("limit, no better than linear", 0.80, 0.805, 0.91, "network_limits",
            "about as good as a linear one and 10");
        row("good", 0.60, 0.92, 0.80, "network_is_good", "12 points better than a small");
        row("as good as the CNN", 0.60, 0.80, 0.803, "network_is_good", "about as good as a small");
        row("all alike", 0.80, 0.80, 0.80, "same_as_linear", "would not help");
        row("worse than linear", 0.80, 0.60, 0.95, "does_not_learn", "20 points worse");
        row("guessing", 0.10, 0.11, 0.09, "nothing_learns", "guessing");
        row("below guessing", 0.01, 0.02, 0.03, "nothing_learns", "guessing");
    }
    void theLadderTellsWhereTheLimitIs() {
        QFETCH(double, linear);
        QFETCH(double, own);
        QFETCH(double, smallCnn);
        QFETCH(QString, kind);
        QFETCH(QString, words);
        const LadderVerdict verdict = ladderVerdict({linear, own, smallCnn, 10'000, 10});
        QCOMPARE(QString::fromStdString(std::string(toString(verdict.kind))), kind);
        const std::string sentence = worded(verdict.sentence);
        QVERIFY2(QString::fromStdString(sentence).contains(words) && sentence.find('%') == std::string::npos,
                 sentence.c_str());
    }

    void aFewPicturesTellLessThanMany() {
        // 4 points: of 10,000 pictures a sure thing, of 50 a matter of two.
        QVERIFY(ladderVerdict({0.5, 0.80, 0.84, 10'000, 10}).kind == LadderVerdict::Kind::networkLimits);
        QVERIFY(ladderVerdict({0.5, 0.80, 0.84, 50, 10}).kind == LadderVerdict::Kind::networkIsGood);
        QVERIFY(ladderVerdict({0.5, {}, 0.84, 50, 10}).kind == LadderVerdict::Kind::incomplete);
    }

    void aSampleKeepsTheSharesOfTheClasses() {
        const fs::path data = newFolder();
        test::makeTinyDataSet(data, {.classes = 2, .imagesPerClass = 100, .sizePixels = 8});
        for (int i = 40; i < 100; ++i)
            fs::remove(data / "class_1" / (std::string(i < 10 ? "00" : "0") + std::to_string(i) + ".bmp"));
        const auto whole = scanDataset(data);
        QVERIFY(whole.ok());
        fs::path list = data;
        list += ".csv";
        QVERIFY(writeSample(*whole, 40, list).ok());
        const auto sample = scanDataset(list);
        QVERIFY2(sample.ok(), sample ? "" : sample.error().message.c_str());
        QCOMPARE(sample->classes, whole->classes);
        const auto [few, many] = std::pair(sample->countsByClass(), whole->countsByClass());
        for (std::size_t label = 0; label < 2; ++label) {
            const double expected = 40.0 * double(many[label][0]) / double(whole->count(Split::train));
            QVERIFY2(std::abs(double(few[label][0]) - expected) <= 1, qPrintable(QString::number(few[label][0])));
            QVERIFY(few[label][1] > 0);
        }
        // The same picture is on the same side.
        std::set<std::string> validation;
        for (const Sample& one : whole->samples) {
            if (one.split == Split::validation) validation.insert(whole->absolutePath(one).string());
        }
        for (const Sample& one : sample->samples)
            QCOMPARE(validation.contains(sample->absolutePath(one).string()), one.split == Split::validation);
    }

    void everyDeviceTrainsATrialOfItsOwn() {
        SweepSpec spec = sweepOf("grid", {parameter("learning_rate", "0.1..0.8:8")});
        spec.devices = {"one", "two"};
        const auto folder = createSweep(spec, newFolder());
        PlayedRuns runs;
        // Each waits for the other, so that both must be at work.
        std::mutex mutex;
        std::condition_variable both;
        std::set<std::string> seen;
        const TrialRunner runner = [&](const TrialOrder& order, const EventSink& sink, std::stop_token stop) {
            std::unique_lock lock(mutex);
            seen.insert(order.device);
            both.notify_all();
            both.wait(lock, [&] { return seen.size() == 2; });
            lock.unlock();
            return runs(order, sink, std::move(stop));
        };
        const auto table = runSweep(*folder, runner, [](const SweepEvent&) {}, {});
        QVERIFY(table.ok());
        QCOMPARE(seen, (std::set<std::string>{"one", "two"}));
        QCOMPARE(
            std::ranges::count_if(table->rows(), [](const auto& row) { return row.state == TrialRow::State::done; }),
            8);
    }
};

QTEST_GUILESS_MAIN(TstSweep)
#include "tst_sweep.moc"
