// Projects on disk, lists as sources, several sources, and writing back.
#include <QTemporaryDir>
#include <QTest>
#include <set>

#include "model/data/folder_listing.h"
#include "model/data/project_file.h"
#include "model/data/write_back.h"
#include "model/files.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

class TstProjectFile : public QObject {
    Q_OBJECT

  private slots:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = fs::path(m_dir->path().toStdString());
    }

    void whatIsSavedIsRead();
    void aProjectMovesWithItsData();
    void aProjectMovedAloneFindsItsData();
    void aNewerVersionIsRefused();
    void damagedProjectsAreRefused_data();
    void damagedProjectsAreRefused();
    void savedPartsOutliveRenamingAndAdding();
    void severalSourcesShareTheirClasses();
    void listsNamePicturesClassesAndParts_data();
    void listsNamePicturesClassesAndParts();
    void brokenListsNameTheLine_data();
    void brokenListsNameTheLine();
    void listedFilesThatAreMissingAreListed();
    void changesSinceTheLastScanAreCounted();
    void writingBackMovesFilesAndCanBeUndone();
    void writingBackReplacesNothing();
    void aProjectThatIsNotThereIsNamed();
    void aFailedMoveLeavesEverythingInPlace();

  private:
    void put(const fs::path& file, int value) {
        const auto byte = static_cast<std::uint8_t>(value);
        test::writeTestFile(m_root / file, test::encodeBmp(2, 1, std::vector<std::uint8_t>{byte, 20, 30, 1, 2, byte}));
    }
    /// data/cat/0.bmp ... and data/dog/0.bmp ..., all different.
    void putPets(int each = 10) {
        for (int i = 0; i < each; ++i) {
            put("data/cat/" + std::to_string(i) + ".bmp", i);
            put("data/dog/" + std::to_string(i) + ".bmp", 100 + i);
        }
    }
    ProjectFile pets() const { return {.sources = {m_root / "data"}}; }

    fs::path m_root;
    std::unique_ptr<QTemporaryDir> m_dir;
};

namespace {

std::map<std::string, Split> splitsOf(const DatasetIndex& index) {
    std::map<std::string, Split> splits;
    for (const Sample& sample : index.samples) splits[std::string(sample.path)] = sample.split;
    return splits;
}

/// The index of a data set that can be read.
DatasetIndex scanned(const fs::path& path, const ScanOptions& options = {}) {
    const auto index = scanDataset(path, options);
    if (!index) qFatal("%s", index.error().message.c_str());
    return *index;
}

}  // namespace

void TstProjectFile::whatIsSavedIsRead() {
    ProjectFile project = pets();
    project.sources.push_back(m_root / "caf\xe9 \n.csv");
    project.split = {.seed = 7, .unit = SplitOptions::Unit::name, .pattern = "^[a-z]+", .folds = 5, .fold = 3};
    project.edits.push({.kind = Edit::Kind::exclude, .files = {{0, "cat/\xff.bmp", 5}}});
    project.edits.push({.kind = Edit::Kind::merge, .from = "a", .to = "b"});
    project.edits.undo();
    project.sides.parts = {{{1, 2, 0xffffffffffffffff}, {3}, {}}};
    project.workspace = {{"theme", "dark"}};
    QVERIFY(writeProject(project, m_root / "p.lemnos").ok());
    const auto back = readProject(m_root / "p.lemnos");
    QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
    QVERIFY(back->sources == project.sources);
    QVERIFY(back->split == project.split);
    QVERIFY(back->sides == project.sides);
    QVERIFY(back->workspace == project.workspace);
    QVERIFY(std::ranges::equal(back->edits.done(), project.edits.done()));
    QVERIFY(std::ranges::equal(back->edits.undone(), project.edits.undone()));
}

void TstProjectFile::aProjectMovesWithItsData() {
    putPets();
    QVERIFY(writeProject(pets(), m_root / "p.lemnos").ok());
    fs::create_directories(m_root / "else" / "where");
    fs::rename(m_root / "data", m_root / "else" / "where" / "data");
    fs::rename(m_root / "p.lemnos", m_root / "else" / "where" / "p.lemnos");
    QCOMPARE(scanned(m_root / "else" / "where" / "p.lemnos").samples.size(), std::size_t{20});
}

void TstProjectFile::aProjectMovedAloneFindsItsData() {
    putPets();
    QVERIFY(writeProject(pets(), m_root / "p.lemnos").ok());
    fs::create_directories(m_root / "else");
    fs::rename(m_root / "p.lemnos", m_root / "else" / "p.lemnos");
    QCOMPARE(scanned(m_root / "else" / "p.lemnos").root, m_root / "data");
}

void TstProjectFile::aNewerVersionIsRefused() {
    const auto project =
        projectFromText(R"({"format": "lemnos-project", "version": 2, "sources": [{"path": "x"}], "new": 1})", m_root);
    QVERIFY(!project.ok());
    QVERIFY(project.error().message.find("newer version") != std::string::npos);
}

void TstProjectFile::damagedProjectsAreRefused_data() {
    QTest::addColumn<QByteArray>("text");
    const QByteArray begin = R"({"format": "lemnos-project", "version": 1, "sources": [{"path": "x"}])";
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("other") << QByteArray(R"({"format": "lemnos-run", "version": 1})");
    QTest::newRow("no sources") << QByteArray(R"({"format": "lemnos-project", "version": 1})");
    QTest::newRow("cut off") << begin;
    QTest::newRow("unknown key") << begin + R"(, "colour": 1})";
    QTest::newRow("edit") << begin + R"(, "edits": [{"kind": "paint"}]})";
    QTest::newRow("hash") << begin + R"(, "sides": {"train": "12", "val": "", "test": ""}})";
    QTest::newRow("hash digits") << begin + R"(, "sides": {"train": "123456789012345x", "val": "", "test": ""}})";
    QTest::newRow("workspace") << begin + R"(, "workspace": 1})";
}

void TstProjectFile::damagedProjectsAreRefused() {
    QFETCH(QByteArray, text);
    const auto project = projectFromText(text.toStdString(), m_root);
    QVERIFY(!project.ok());
    QVERIFY(project.error().message.ends_with("."));
}

void TstProjectFile::savedPartsOutliveRenamingAndAdding() {
    putPets(20);
    ProjectFile project = pets();
    const DatasetIndex before = *arranged(*scanSources(project.sources), project);
    project.sides = savedSplits(before);
    QVERIFY(writeProject(project, m_root / "p.lemnos").ok());
    fs::rename(m_root / "data/cat/3.bmp", m_root / "data/cat/z.bmp");
    for (int i = 50; i < 80; ++i) put("data/cat/new" + std::to_string(i) + ".bmp", i);

    const auto now = splitsOf(scanned(m_root / "p.lemnos")), then = splitsOf(before);
    QCOMPARE(now.size(), then.size() + 30);
    for (const auto& [path, split] : then)
        QVERIFY2(now.at(path == "cat/3.bmp" ? "cat/z.bmp" : path) == split, path.c_str());
}

void TstProjectFile::severalSourcesShareTheirClasses() {
    putPets(4);
    for (int i = 0; i < 4; ++i) {
        put("more/dog/" + std::to_string(i) + ".bmp", 150 + i);
        put("more/owl/" + std::to_string(i) + ".bmp", 200 + i);
    }
    const auto index = scanSources({m_root / "data", m_root / "more"});
    QVERIFY(index.ok());
    QVERIFY(index->classes == (std::vector<std::string>{"cat", "dog", "owl"}));
    QCOMPARE(index->classCounts()[1], std::size_t{8});
    for (const Sample& sample : index->samples) QVERIFY(fs::exists(index->absolutePath(sample)));
    // Files of the same name are told apart by their source.
    ProjectFile project{.sources = {m_root / "data", m_root / "more"}};
    project.edits.push({.kind = Edit::Kind::exclude, .files = {{1, "dog/0.bmp", 0}}});
    const auto edited = arranged(*index, project);
    QVERIFY(edited.ok());
    QCOMPARE(edited->classCounts()[1], std::size_t{7});
    QCOMPARE(edited->excluded.front().source, std::uint16_t{1});
}

void TstProjectFile::listsNamePicturesClassesAndParts_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("comma") << "l.csv" << QByteArray("a.bmp,cat,train\nb.bmp,dog,test\n\"c, 1.bmp\",cat,val\n");
    QTest::newRow("tab") << "l.tsv" << QByteArray("a.bmp\tcat\ttrain\nb.bmp\tdog\ttest\nc, 1.bmp\tcat\tvalidation");
    QTest::newRow("header") << "l.csv"
                            << QByteArray(
                                   "\xef\xbb\xbfsplit;label;filename\r\ntrain;cat;a.bmp\r\ntest;dog;b.bmp\r\n\r\n"
                                   "valid;cat;\"c, 1.bmp\"\r\n");
}

void TstProjectFile::listsNamePicturesClassesAndParts() {
    QFETCH(QString, name);
    QFETCH(QByteArray, text);
    test::writeTestFile(m_root / name.toStdString(), text.toStdString());
    TextStore paths;
    const auto listing = listFile(m_root / name.toStdString(), paths);
    QVERIFY2(listing.ok(), listing.ok() ? "" : listing.error().message.c_str());
    QCOMPARE(listing->classes.size(), std::size_t{2});
    const auto& cats = listing->classes.at("cat");
    QCOMPARE(cats.size(), std::size_t{2});
    QCOMPARE(cats[0].path, std::string_view("a.bmp"));
    QVERIFY(cats[0].given == Split::train);
    QCOMPARE(cats[1].path, std::string_view("c, 1.bmp"));
    QVERIFY(cats[1].given == Split::validation);
    QVERIFY(listing->classes.at("dog")[0].given == Split::test);
}

void TstProjectFile::brokenListsNameTheLine_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");
    QTest::newRow("no class") << QByteArray("a.bmp,cat\nb.bmp\n") << 2;
    QTest::newRow("no path") << QByteArray("a.bmp,cat\n\nb.bmp,dog\n,cat\n") << 4;
    QTest::newRow("unknown part") << QByteArray("a.bmp,cat,train\nb.bmp,cat,exam\n") << 2;
    QTest::newRow("open quote") << QByteArray("a.bmp,cat\n\"b.bmp,cat\nc.bmp,cat\n") << 2;
    QTest::newRow("behind lines in quotes") << QByteArray("\"a\nb\n.bmp\",cat\nb.bmp\n") << 4;
}

void TstProjectFile::brokenListsNameTheLine() {
    QFETCH(QByteArray, text);
    QFETCH(int, line);
    test::writeTestFile(m_root / "l.csv", text.toStdString());
    TextStore paths;
    const auto listing = listFile(m_root / "l.csv", paths);
    QVERIFY(!listing.ok());
    QVERIFY2(listing.error().message.find("l.csv, line " + std::to_string(line) + " ") != std::string::npos,
             listing.error().message.c_str());
}

void TstProjectFile::listedFilesThatAreMissingAreListed() {
    putPets(2);
    test::writeTestFile(m_root / "l.csv", "data/cat/0.bmp,cat\ndata/dog/0.bmp,dog\ngone.bmp,dog\n" +
                                              (m_root / "data/dog/1.bmp").native() + ",dog\ndata/cat/0.bmp,dog\n");
    const DatasetIndex index = scanned(m_root / "l.csv");
    QCOMPARE(index.samples.size(), std::size_t{3});
    for (const Sample& sample : index.samples) QVERIFY(fs::exists(index.absolutePath(sample)));
    QCOMPARE(index.problems.size(), std::size_t{2});  // gone, and twice in the list
}

void TstProjectFile::changesSinceTheLastScanAreCounted() {
    putPets(5);
    const ScanOptions options{.cacheFolder = m_root / "cache"};
    QVERIFY(scanned(m_root / "data", options).changes.first);
    QVERIFY(!scanned(m_root / "data", options).changes.any());
    put("data/cat/new.bmp", 90);
    put("data/cat/0.bmp", 91);
    fs::last_write_time(m_root / "data/cat/0.bmp", fs::file_time_type::clock::now() + std::chrono::hours(1));
    fs::remove(m_root / "data/dog/0.bmp");
    fs::remove(m_root / "data/dog/1.bmp");
    const ScanChanges changes = scanned(m_root / "data", options).changes;
    QCOMPARE(changes.added, std::size_t{1});
    QCOMPARE(changes.changed, std::size_t{1});
    QCOMPARE(changes.removed, std::size_t{2});
    QVERIFY(!scanned(m_root / "data", options).changes.any());
}

void TstProjectFile::writingBackMovesFilesAndCanBeUndone() {
    putPets(4);
    for (int i = 0; i < 3; ++i) put("data/owl/" + std::to_string(i) + ".bmp", 200 + i);
    ProjectFile project = pets();
    project.edits.push({.kind = Edit::Kind::relabel, .files = {{0, "cat/1.bmp", 0}}, .to = "lion"});
    project.edits.push({.kind = Edit::Kind::exclude, .files = {{0, "dog/2.bmp", 0}}});
    project.edits.push({.kind = Edit::Kind::merge, .from = "owl", .to = "dog"});
    QVERIFY(writeProject(project, m_root / "p.lemnos").ok());
    const DatasetIndex index = scanned(m_root / "p.lemnos");

    const auto moved = writeBack(m_root / "p.lemnos", project, index);
    QVERIFY2(moved.ok(), moved.ok() ? "" : moved.error().message.c_str());
    QCOMPARE(*moved, std::size_t{5});
    QVERIFY(fs::exists(m_root / "data/lion/1.bmp"));
    QVERIFY(fs::exists(m_root / "data/.excluded/dog/2.bmp"));
    QVERIFY(fs::exists(m_root / "data/dog/0-2.bmp"));  // there was a dog 0
    QVERIFY(!fs::exists(m_root / "data/owl"));
    const DatasetIndex now = scanned(m_root / "p.lemnos");
    QCOMPARE(now.classes, index.classes);
    QCOMPARE(now.classCounts(), index.classCounts());
    QVERIFY(!readProject(m_root / "p.lemnos")->edits.canUndo());
    QVERIFY(plannedMoves(*readProject(m_root / "p.lemnos"), now)->empty());

    const auto back = undoWriteBack(m_root / "p.lemnos");
    QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
    QCOMPARE(*back, std::size_t{5});
    QVERIFY(fs::exists(m_root / "data/cat/1.bmp") && fs::exists(m_root / "data/owl/2.bmp"));
    QCOMPARE(readProject(m_root / "p.lemnos")->edits.done().size(), std::size_t{3});
    QVERIFY(!undoWriteBack(m_root / "p.lemnos").ok());
}

void TstProjectFile::writingBackReplacesNothing() {
    put("a", 1);
    put("b", 2);
    const std::string before = *readFile(m_root / "b");
    QVERIFY(!moveFiles({{m_root / "a", m_root / "b"}}, m_root / "journal").ok());
    QCOMPARE(*readFile(m_root / "b"), before);
    QVERIFY(fs::exists(m_root / "a"));
}

void TstProjectFile::aFailedMoveLeavesEverythingInPlace() {
    put("a", 1);
    const Status status =
        moveFiles({{m_root / "a", m_root / "x" / "a"}, {m_root / "gone", m_root / "x" / "b"}}, m_root / "journal");
    QVERIFY(!status.ok());
    QVERIFY(fs::exists(m_root / "a"));
    QVERIFY(!fs::exists(m_root / "journal"));
}

void TstProjectFile::aProjectThatIsNotThereIsNamed() {
    const auto project = readProject(m_root / "gone.lemnos");
    QVERIFY(!project);
    QVERIFY(project.error().message.starts_with("There is no project "));
    QVERIFY(project.error().message.find("gone.lemnos") != std::string::npos);
}

QTEST_GUILESS_MAIN(TstProjectFile)
#include "tst_project_file.moc"
