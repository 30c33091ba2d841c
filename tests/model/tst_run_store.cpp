// RunStore: making, opening and listing run folders, and events that survive a crash.
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "model/train/run_store.h"

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
