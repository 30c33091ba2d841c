// RunStore: making, opening and listing run folders, and events that survive a crash.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "model/templates/template.h"
#include "model/train/run_store.h"
#include "model/train/run_summary.h"

using namespace lemnos;
namespace fs = std::filesystem;

class TstRunStore : public QObject {
    Q_OBJECT

  private slots:
    void init();
    void aNewRunGetsAFolderOfItsOwn();
    void aGivenFolderIsMadeAndUsed();
    void aFolderThatHoldsSomethingIsLeftAlone();
    void aFolderThatCannotBeMadeIsNamed();
    void aStrangeNetworkNameMakesAPlainFolder();
    void openingAFolderThatIsNoRunIsAnError();
    void theSpecOfAMovedRunNamesItsNewFolder();
    void appendedEventsAreReadBackInOrder();
    void aLineCutOffByACrashIsPassedOverAndTheNextOneIsWhole();
    void aRunWithoutEventsHasNone();
    void runsAreListedNewestFirstWithTheirState();
    void notesAreKeptAndBadOnesRefused();
    void aSummaryIsTheSameAfterItWasJson();
    void ordersAreComparedSettingBySetting();
    void aListOfAMissingOrMessyFolderHasOnlyRuns();

  private:
    RunSpec makeSpec(const fs::path& run = {}) const;
    fs::path addRun(const std::string& name, const std::vector<Event>& events) const;

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
};

void TstRunStore::init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_root = m_dir->path().toStdString();
    qputenv("LEMNOS_RUNS", QByteArray::fromStdString((m_root / "runs").string()));
}

RunSpec TstRunStore::makeSpec(const fs::path& run) const {
    Result<RunSpec> spec = makeRunSpec("/data/flowers", "mlp256");
    if (!spec) return {};
    spec->run = run;
    return *std::move(spec);
}

fs::path TstRunStore::addRun(const std::string& name, const std::vector<Event>& events) const {
    RunSpec spec = makeSpec(m_root / "runs" / name);
    Result<RunStore> store = RunStore::create(spec);
    if (!store) return {};
    for (const Event& event : events) {
        if (!store->append(event)) return {};
    }
    return spec.run;
}

void TstRunStore::aNewRunGetsAFolderOfItsOwn() {
    RunSpec first = makeSpec(), second = makeSpec();
    const Result<RunStore> a = RunStore::create(first), b = RunStore::create(second);
    QVERIFY(a.ok() && b.ok());
    QVERIFY(a->folder() != b->folder());
    QCOMPARE(first.run, a->folder());
    QCOMPARE(a->folder().parent_path(), m_root / "runs");
    QVERIFY(a->folder().filename().string().find("mlp256") != std::string::npos);
    QVERIFY(fs::exists(a->file("spec.json")));
    QCOMPARE(a->readSpec()->model.name, std::string("mlp256"));
}

void TstRunStore::aGivenFolderIsMadeAndUsed() {
    const fs::path folder = m_root / "\u6df1" / "er \U0001f33b" / "run";
    RunSpec spec = makeSpec(folder);
    const Result<RunStore> store = RunStore::create(spec);
    QVERIFY2(store.ok(), store.ok() ? "" : store.error().message.c_str());
    QCOMPARE(store->folder(), folder);
    QVERIFY(RunStore::open(folder).ok());
}

void TstRunStore::aFolderThatHoldsSomethingIsLeftAlone() {
    fs::create_directories(m_root / "photos");
    std::ofstream(m_root / "photos" / "holiday.jpg") << "dear";
    RunSpec spec = makeSpec(m_root / "photos");
    const Result<RunStore> store = RunStore::create(spec);
    QVERIFY(!store.ok());
    QVERIFY(store.error().message.find("photos") != std::string::npos);
    QVERIFY(!fs::exists(m_root / "photos" / "spec.json"));
}

void TstRunStore::aFolderThatCannotBeMadeIsNamed() {
    std::ofstream(m_root / "file") << "x";
    RunSpec spec = makeSpec(m_root / "file" / "run");
    const Result<RunStore> store = RunStore::create(spec);
    QVERIFY(!store.ok());
    QVERIFY(store.error().message.find("file") != std::string::npos);
    qputenv("LEMNOS_RUNS", QByteArray::fromStdString((m_root / "file" / "runs").string()));
    RunSpec fresh = makeSpec();
    QVERIFY(!RunStore::create(fresh).ok());
}

void TstRunStore::aStrangeNetworkNameMakesAPlainFolder() {
    for (const std::string& name :
         {std::string("../../etc/x:*"), std::string(), std::string(5000, 'a'), std::string("\n")}) {
        RunSpec spec = makeSpec();
        spec.model.name = name;
        const Result<RunStore> store = RunStore::create(spec);
        QVERIFY2(store.ok(), store.ok() ? "" : store.error().message.c_str());
        QCOMPARE(store->folder().parent_path(), m_root / "runs");
    }
}

void TstRunStore::openingAFolderThatIsNoRunIsAnError() {
    QVERIFY(!RunStore::open(m_root).ok());
    const Result<RunStore> store = RunStore::open(m_root / "nowhere");
    QVERIFY(!store.ok());
    QVERIFY(store.error().message.find("nowhere") != std::string::npos);
}

void TstRunStore::theSpecOfAMovedRunNamesItsNewFolder() {
    addRun("before", {});
    fs::rename(m_root / "runs" / "before", m_root / "after");
    QCOMPARE(RunStore::open(m_root / "after")->readSpec()->run, m_root / "after");
}

void TstRunStore::appendedEventsAreReadBackInOrder() {
    RunSpec spec = makeSpec();
    Result<RunStore> store = RunStore::create(spec);
    for (int i = 0; i < 3; ++i)
        QVERIFY(store->append({double(i), LogEvent{LogEvent::Level::info, std::to_string(i)}}).ok());
    Result<RunStore> again = RunStore::open(spec.run);
    QVERIFY(again->append({3, LogEvent{LogEvent::Level::info, "3"}}).ok());
    const Result<std::vector<Event>> events = again->readEvents();
    QVERIFY(events.ok());
    QCOMPARE(events->size(), 4u);
    for (std::size_t i = 0; i < 4; ++i) QCOMPARE(std::get<LogEvent>((*events)[i].what).text, std::to_string(i));
}

void TstRunStore::aLineCutOffByACrashIsPassedOverAndTheNextOneIsWhole() {
    const fs::path run = addRun("crashed", {{1, LogEvent{LogEvent::Level::info, "whole"}}});
    std::ofstream(run / "events.jsonl", std::ios::app) << R"({"event":"log","ti)";
    Result<RunStore> store = RunStore::open(run);
    QCOMPARE(store->readEvents()->size(), 1u);
    QVERIFY(store->append({2, LogEvent{LogEvent::Level::info, "after"}}).ok());
    const Result<std::vector<Event>> events = store->readEvents();
    QCOMPARE(events->size(), 2u);
    QCOMPARE(std::get<LogEvent>(events->back().what).text, std::string("after"));
}

void TstRunStore::aRunWithoutEventsHasNone() {
    const Result<std::vector<Event>> events = RunStore::open(addRun("fresh", {}))->readEvents();
    QVERIFY(events.ok());
    QVERIFY(events->empty());
}

void TstRunStore::runsAreListedNewestFirstWithTheirState() {
    const auto started = [](double time, bool resumed = false) {
        StartedEvent event{};
        event.resumed = resumed;
        return Event{time, event};
    };
    const auto epoch = [](std::int64_t number, double accuracy, bool best) {
        return Event{0, EpochEvent{number, 9, {}, {1, accuracy, 10}, 1, 1, best}};
    };
    const auto finished = [](const char* reason) { return Event{0, FinishedEvent{reason, 0, 0, {}, {}, 0}}; };
    addRun("done",
           {started(100), epoch(1, 0.5, true), {0, ProgressEvent{}}, epoch(2, 0.4, false), finished("completed")});
    addRun("crashed", {started(300), epoch(1, 0.25, true)});
    addRun("resumed",
           {started(200), epoch(1, 0.25, true), finished("stopped"), started(400, true), epoch(2, 0.75, true)});
    addRun("failed", {started(50), {0, FailedEvent{"no memory"}}});

    const std::vector<RunSummary> runs = listRuns(m_root / "runs");
    QCOMPARE(runs.size(), 4u);
    const auto check = [&](std::size_t i, const char* name, const char* state, std::int64_t epochs, double best) {
        QCOMPARE(runs[i].name, std::string(name));
        QCOMPARE(runs[i].state, std::string(state));
        QCOMPARE(runs[i].epochs, epochs);
        QCOMPARE(runs[i].best ? runs[i].best->accuracy : -1.0, best);
        QCOMPARE(runs[i].network, std::string("mlp256"));
        QCOMPARE(runs[i].data, std::string("/data/flowers"));
    };
    check(0, "crashed", "unfinished", 1, 0.25);
    check(1, "resumed", "unfinished", 2, 0.75);
    check(2, "done", "completed", 2, 0.5);
    check(3, "failed", "failed", 0, -1.0);
    QCOMPARE(runs[1].startedAt, 200.0);
}

void TstRunStore::notesAreKeptAndBadOnesRefused() {
    const fs::path run = addRun("noted", {});
    QVERIFY(*readNotes(run) == RunNotes{});
    const RunNotes notes{"a \"quoted\" line\nand 花", {"a", "b c"}};
    QVERIFY(writeNotes(run, notes).ok());
    QVERIFY(*readNotes(run) == notes);
    QCOMPARE(listRuns(m_root / "runs")[0].notes.tags.size(), std::size_t(2));
    for (const char* text : {"", "[]", "{\"notes\": 1, \"tags\": []}", "{\"notes\": \"\", \"tags\": {}}",
                             "{\"notes\": \"\", \"tags\": [1]}", "{\"notes\": \"\"}"}) {
        std::ofstream(run / "notes.json") << text;
        QVERIFY2(!readNotes(run).ok(), text);
        QCOMPARE(listRuns(m_root / "runs").size(), std::size_t(1));  // the run is listed all the same
    }
    QVERIFY(writeNotes(run, {}).ok());
    QVERIFY(!fs::exists(run / "notes.json"));
    QCOMPARE(tagsFromText(" a, b c ;a,, \t;d"), (std::vector<std::string>{"a", "b c", "d"}));
}

void TstRunStore::aSummaryIsTheSameAfterItWasJson() {
    const fs::path run =
        addRun("whole", {{5, StartedEvent{.device = "Some device", .parameters = 12}},
                         {6, EpochEvent{.epoch = 2, .train = {1, 0.5, 8}, .validation = {2, 0.25, 4}, .best = true}},
                         {7, FinishedEvent{.reason = "completed", .test = Metrics{3, 0.75, 9}, .seconds = 8}}});
    const RunSummary summary = *summaryOf(run);
    QCOMPARE(summary.curves.trainLoss.size(), std::size_t(2));
    QVERIFY(std::isnan(summary.curves.trainLoss[0]));
    const nlohmann::json json = nlohmann::json::parse(toJson(summary).dump());
    const auto back = summaryFromJson(json);
    QVERIFY2(back.ok(), back ? "" : back.error().message.c_str());
    QCOMPARE(toJson(*back).dump(), json.dump());
    QCOMPARE(back->test->accuracy, 0.75);
    for (const auto& [key, value] : json.items()) {
        nlohmann::json damaged = json;
        damaged.erase(key);
        QVERIFY2(!summaryFromJson(damaged).ok(), key.c_str());
    }
}

void TstRunStore::ordersAreComparedSettingBySetting() {
    const RunSpec first = *RunStore::open(addRun("one", {}))->readSpec();
    RunSpec second = first;
    second.run = "/elsewhere";
    QVERIFY(differences(first, second).empty());
    second.settings["batch"] = std::int64_t{7};
    second.data.augment.push_back({"flip_horizontal", {}});
    second.model = *graphFromTemplate("linear", {8, 8, 3});
    const auto found = differences(first, second);
    QStringList names;
    for (const SpecDifference& one : found) names << QString::fromStdString(one.setting);
    QVERIFY2(names.contains("batch") && names.contains("network"), qPrintable(names.join(' ')));
    QCOMPARE(found.size(), std::size_t(3));
}

void TstRunStore::aListOfAMissingOrMessyFolderHasOnlyRuns() {
    QVERIFY(listRuns(m_root / "nowhere").empty());
    fs::create_directories(m_root / "runs" / "empty");
    fs::create_directories(m_root / "runs" / "broken");
    std::ofstream(m_root / "runs" / "broken" / "spec.json") << "{}";
    std::ofstream(m_root / "runs" / "note.txt") << "x";
    addRun("good", {});
    const std::vector<RunSummary> runs = listRuns(m_root / "runs");
    QCOMPARE(runs.size(), 1u);
    QCOMPARE(runs[0].name, std::string("good"));
}

QTEST_GUILESS_MAIN(TstRunStore)
#include "tst_run_store.moc"
