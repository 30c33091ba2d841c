// Splits: shares, stability, and the file that remembers them.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "compute/random.h"
#include "model/data/dataset_index.h"
#include "model/data/folder_listing.h"
#include "model/data/hash.h"
#include "model/files.h"

using namespace lemnos;

class TstSplits : public QObject {
    Q_OBJECT

  private slots:
    void hashesAreTheWellKnownOnes();
    void partsHaveTheNamesOfTheCommandLine();
    void sharesHoldInEveryClass_data();
    void sharesHoldInEveryClass();
    void smallClassesKeepTrainingPictures_data();
    void smallClassesKeepTrainingPictures();
    void theSameSeedGivesTheSameSplitInAnyOrder();
    void anotherSeedGivesAnotherSplit();
    void addingPicturesMovesFewOthers();
    void pathsDoNotDecideByTheirOrder();
    void aPreSplitFolderKeepsItsParts();
    void dealingTwiceIsDealingOnce();
    void aRenamedPictureKeepsItsSide();
    void groupsStayTogether_data();
    void groupsStayTogether();
    void everyPictureIsInOneFold_data();
    void everyPictureIsInOneFold();
    void aPatternThatIsNoneIsRefused();
    void splitFilesFollowContent();
    void savedSplitsAreRestored();
    void unknownPathsAreLeftAlone();
    void damagedFilesAreRefusedAndChangeNothing_data();
    void damagedFilesAreRefusedAndChangeNothing();
};

namespace {

/// A picture whose part the first folder of its path gives, if it does.
void add(DatasetIndex& index, const std::string& path, std::uint32_t label) {
    Sample sample;
    sample.path = index.keep(path);
    sample.label = label;
    sample.given = splitOfFolder(path.substr(0, path.find('/')));
    index.samples.push_back(sample);
}

DatasetIndex indexOf(const std::vector<int>& counts, const std::string& above = "") {
    DatasetIndex index;
    index.preSplit = !above.empty();
    for (std::size_t label = 0; label < counts.size(); ++label) {
        index.classes.push_back("class" + std::to_string(label));
        for (int i = 0; i < counts[label]; ++i)
            add(index, above + index.classes[label] + "/" + std::to_string(i) + ".png",
                static_cast<std::uint32_t>(label));
    }
    return index;
}

std::map<Split, int> countsOf(const DatasetIndex& index, std::uint32_t label) {
    std::map<Split, int> counts;
    for (const Sample& sample : index.samples) counts[sample.split] += sample.label == label;
    return counts;
}

std::map<std::string, Split> splitsOf(const DatasetIndex& index) {
    std::map<std::string, Split> splits;
    for (const Sample& sample : index.samples) splits[std::string(sample.path)] = sample.split;
    return splits;
}

/// Pictures of both that are in different parts.
int moved(const DatasetIndex& before, const DatasetIndex& after) {
    const auto splits = splitsOf(after);
    return static_cast<int>(std::ranges::count_if(before.samples, [&](const Sample& sample) {
        const auto found = splits.find(std::string(sample.path));
        return found != splits.end() && found->second != sample.split;
    }));
}

}  // namespace

void TstSplits::hashesAreTheWellKnownOnes() {
    // Test vectors of the FNV page, of SplitMix64 with seed 0, and of Random123's kat_vectors.
    QCOMPARE(fnv1a(""), std::uint64_t{0xcbf29ce484222325});
    QCOMPARE(fnv1a("foobar"), std::uint64_t{0x85944171f73967e8});
    QCOMPARE(splitMix(0), std::uint64_t{0xe220a8397b1dcdaf});
    QVERIFY(philox(0, {0, 0, 0, 0}) == (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    QVERIFY(philox(0x299f31d0a4093822, {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}) ==
            (std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

void TstSplits::partsHaveTheNamesOfTheCommandLine() {
    for (const Split split : {Split::train, Split::validation, Split::test})
        QVERIFY(*splitFromString(toString(split)) == split);
    QCOMPARE(std::string(toString(Split::validation)), std::string("val"));
    const auto unknown = splitFromString("validation set");
    QVERIFY(!unknown.ok());
    QVERIFY(unknown.error().message.find("train, val or test") != std::string::npos);
}

void TstSplits::sharesHoldInEveryClass_data() {
    QTest::addColumn<double>("validation");
    QTest::addColumn<double>("test");
    QTest::newRow("default") << 0.1 << 0.1;
    QTest::newRow("no test") << 0.2 << 0.0;
    QTest::newRow("no validation") << 0.0 << 0.25;
    QTest::newRow("all for training") << 0.0 << 0.0;
    QTest::newRow("half") << 0.3 << 0.2;
}

void TstSplits::sharesHoldInEveryClass() {
    QFETCH(double, validation);
    QFETCH(double, test);
    const std::vector<int> counts{10, 20, 100, 1000};
    DatasetIndex index = indexOf(counts);
    assignSplits(index, {.seed = 3, .validationShare = validation, .testShare = test});
    for (std::uint32_t label = 0; label < counts.size(); ++label) {
        const auto parts = countsOf(index, label);
        QCOMPARE(parts.contains(Split::validation) ? parts.at(Split::validation) : 0,
                 qRound(counts[label] * validation));
        QCOMPARE(parts.contains(Split::test) ? parts.at(Split::test) : 0, qRound(counts[label] * test));
    }
}

void TstSplits::smallClassesKeepTrainingPictures_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<double>("share");
    QTest::addColumn<QList<int>>("expected");
    using Parts = QList<int>;
    QTest::newRow("1") << 1 << 0.1 << Parts{1, 0, 0};
    QTest::newRow("2") << 2 << 0.1 << Parts{1, 1, 0};
    QTest::newRow("3") << 3 << 0.1 << Parts{1, 1, 1};
    QTest::newRow("4") << 4 << 0.1 << Parts{2, 1, 1};
    QTest::newRow("3, large shares") << 3 << 0.9 << Parts{1, 1, 1};
    QTest::newRow("10, everything") << 10 << 1.0 << Parts{1, 5, 4};
    QTest::newRow("2, nothing") << 2 << 0.0 << Parts{2, 0, 0};
    QTest::newRow("5, below zero") << 5 << -1.0 << Parts{5, 0, 0};
}

void TstSplits::smallClassesKeepTrainingPictures() {
    QFETCH(int, count);
    QFETCH(double, share);
    QFETCH(QList<int>, expected);
    DatasetIndex index = indexOf({count, 50});
    assignSplits(index, {.validationShare = share, .testShare = share});
    auto parts = countsOf(index, 0);
    QCOMPARE((QList<int>{parts[Split::train], parts[Split::validation], parts[Split::test]}), expected);
}

void TstSplits::theSameSeedGivesTheSameSplitInAnyOrder() {
    DatasetIndex index = indexOf({40, 30, 20});
    DatasetIndex mixed = index;
    std::shuffle(mixed.samples.begin(), mixed.samples.end(), std::mt19937(1));
    assignSplits(index, {.seed = 9});
    assignSplits(mixed, {.seed = 9});
    QVERIFY(splitsOf(index) == splitsOf(mixed));
}

void TstSplits::anotherSeedGivesAnotherSplit() {
    std::set<std::set<std::string>> tests;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        DatasetIndex index = indexOf({100});
        assignSplits(index, {.seed = seed});
        std::set<std::string> names;
        for (const std::uint32_t i : index.indices(Split::test)) names.insert(std::string(index.samples[i].path));
        tests.insert(names);
    }
    QCOMPARE(tests.size(), std::size_t{20});
}

void TstSplits::addingPicturesMovesFewOthers() {
    DatasetIndex before = indexOf({1000, 500}), after = indexOf({1100, 500, 70});
    assignSplits(before, {});
    assignSplits(after, {});
    // 110 of 1100 instead of 100 of 1000 on either side: about as many leave as the borders move, and no class but one
    // is touched.
    QVERIFY(moved(before, after) < 40);
    before = indexOf({1000});
    after = indexOf({1000, 500});
    assignSplits(before, {});
    assignSplits(after, {});
    QCOMPARE(moved(before, after), 0);
}

void TstSplits::pathsDoNotDecideByTheirOrder() {
    DatasetIndex index = indexOf({1000});
    assignSplits(index, {});
    double sum = 0;
    for (const std::uint32_t i : index.indices(Split::test)) sum += i;
    // The mean of 100 out of 0 ... 999 lies within 4 standard errors (27) of the middle.
    QVERIFY(std::abs(sum / 100 - 499.5) < 4 * 27.4);
}

void TstSplits::aPreSplitFolderKeepsItsParts() {
    DatasetIndex index = indexOf({20, 20}, "Train/");
    add(index, "test/class0/a.png", 0);
    DatasetIndex withValidation = index;
    add(withValidation, "valid/class0/a.png", 0);

    assignSplits(index, {.validationShare = 0.25, .testShare = 0.5});
    QVERIFY(index.samples.back().split == Split::test);
    QCOMPARE(index.count(Split::test), std::size_t{1});
    QCOMPARE(index.count(Split::validation), std::size_t{10});
    QCOMPARE(countsOf(index, 1)[Split::validation], 5);

    assignSplits(withValidation, {.validationShare = 0.25});
    QCOMPARE(withValidation.count(Split::validation), std::size_t{1});
    QCOMPARE(withValidation.count(Split::train), std::size_t{40});
}

void TstSplits::dealingTwiceIsDealingOnce() {
    for (const std::string above : {"", "train/"}) {
        DatasetIndex once = indexOf({30, 30}, above), twice = once;
        assignSplits(once, {.seed = 2});
        assignSplits(twice, {.seed = 1, .validationShare = 0.5});
        assignSplits(twice, {.seed = 2});
        QVERIFY(splitsOf(once) == splitsOf(twice));
    }
}

void TstSplits::aRenamedPictureKeepsItsSide() {
    DatasetIndex index = indexOf({100});
    for (std::size_t i = 0; i < index.samples.size(); ++i) index.samples[i].hash = i + 1;
    DatasetIndex renamed = index;
    for (Sample& sample : renamed.samples)
        sample.path = renamed.keep("class0/new " + std::string(sample.path.substr(7)));
    assignSplits(index, {});
    assignSplits(renamed, {});
    for (std::size_t i = 0; i < index.samples.size(); ++i) QVERIFY(index.samples[i].split == renamed.samples[i].split);
}

namespace {

/// Tracks of 12 pictures each, one folder per track: class0/track03/track03_07.png.
DatasetIndex tracks(int classes, int perClass) {
    DatasetIndex index;
    for (int label = 0; label < classes; ++label) {
        index.classes.push_back("class" + std::to_string(label));
        for (int track = 0; track < perClass; ++track) {
            for (int i = 0; i < 12; ++i) {
                const std::string name = "track" + std::to_string(label * 100 + track);
                add(index, index.classes.back() + "/" + name + "/" + name + "_" + std::to_string(i) + ".png",
                    static_cast<std::uint32_t>(label));
            }
        }
    }
    return index;
}

/// Folders that are on more than one side.
int tornFolders(const DatasetIndex& index) {
    std::map<std::string, std::set<Split>> sides;
    for (const Sample& sample : index.samples)
        sides[std::string(sample.path.substr(0, sample.path.rfind('/')))].insert(sample.split);
    return static_cast<int>(std::ranges::count_if(sides, [](const auto& side) { return side.second.size() > 1; }));
}

}  // namespace

void TstSplits::groupsStayTogether_data() {
    QTest::addColumn<int>("unit");
    QTest::addColumn<int>("folds");
    QTest::newRow("folder") << int(SplitOptions::Unit::folder) << 0;
    QTest::newRow("name") << int(SplitOptions::Unit::name) << 0;
    QTest::newRow("folder, folds") << int(SplitOptions::Unit::folder) << 5;
}

void TstSplits::groupsStayTogether() {
    QFETCH(int, unit);
    QFETCH(int, folds);
    DatasetIndex index = tracks(3, 20);
    const SplitOptions options{
        .validationShare = 0.2, .testShare = 0.1, .unit = SplitOptions::Unit(unit), .folds = folds};
    QVERIFY(checkSplitOptions(options).ok());
    assignSplits(index, options);
    QCOMPARE(tornFolders(index), 0);
    for (std::uint32_t label = 0; label < 3; ++label) {
        auto parts = countsOf(index, label);
        QCOMPARE(parts[Split::test], 24);
        QVERIFY(std::abs(parts[Split::validation] - (folds ? 216 / 5 : 48)) <= 12);
    }
    DatasetIndex apart = tracks(3, 20);
    assignSplits(apart, {});
    QVERIFY(tornFolders(apart) > 10);
    DatasetIndex lonely = tracks(2, 1);
    assignSplits(lonely, options);
    QCOMPARE(lonely.count(Split::train), std::size_t{24});
}

void TstSplits::everyPictureIsInOneFold_data() {
    QTest::addColumn<bool>("groups");
    QTest::newRow("pictures") << false;
    QTest::newRow("groups") << true;
}

void TstSplits::everyPictureIsInOneFold() {
    QFETCH(bool, groups);
    std::map<std::string, int> validated;
    std::set<std::string> tests;
    for (int fold = 1; fold <= 5; ++fold) {
        DatasetIndex index = tracks(2, 15);
        assignSplits(
            index,
            {.unit = groups ? SplitOptions::Unit::folder : SplitOptions::Unit::picture, .folds = 5, .fold = fold});
        for (const std::uint32_t i : index.indices(Split::validation)) ++validated[std::string(index.samples[i].path)];
        for (const std::uint32_t i : index.indices(Split::test)) tests.insert(std::string(index.samples[i].path));
    }
    QCOMPARE(validated.size() + tests.size(), std::size_t{2 * 15 * 12});
    for (const auto& [path, times] : validated) QCOMPARE(times, 1);
}

void TstSplits::aPatternThatIsNoneIsRefused() {
    QVERIFY(!checkSplitOptions({.unit = SplitOptions::Unit::name, .pattern = "(["}).ok());
    QVERIFY(!checkSplitOptions({.folds = 5, .fold = 6}).ok());
    QVERIFY(checkSplitOptions({.pattern = "(["}).ok());
}

void TstSplits::splitFilesFollowContent() {
    QTemporaryDir dir;
    const std::filesystem::path file = (dir.path() + "/split.tsv").toStdString();
    DatasetIndex index = indexOf({10});
    for (std::size_t i = 0; i < index.samples.size(); ++i) index.samples[i].hash = i + 1;
    assignSplits(index, {.validationShare = 0.3, .testShare = 0.3});
    QVERIFY(saveSplits(index, file).ok());
    DatasetIndex renamed = index;
    for (Sample& sample : renamed.samples) {
        sample.path = renamed.keep("new/" + std::string(sample.path));
        sample.split = Split::train;
    }
    QVERIFY(loadSplits(renamed, file).ok());
    for (std::size_t i = 0; i < index.samples.size(); ++i) QVERIFY(index.samples[i].split == renamed.samples[i].split);
}

void TstSplits::savedSplitsAreRestored() {
    QTemporaryDir dir;
    const std::filesystem::path file = (dir.path() + "/split.tsv").toStdString();
    DatasetIndex index = indexOf({10, 10});
    for (const char* name : {"a\tb\nc\\d\r", "\xff\xfe", "\xe7\x8e\xab\xe7\x91\xb0", " "})
        add(index, std::string("class0/") + name, 0);
    assignSplits(index, {.validationShare = 0.3, .testShare = 0.3});
    QVERIFY(saveSplits(index, file).ok());
    DatasetIndex other = index;
    for (Sample& sample : other.samples) sample.split = Split::train;
    const Status status = loadSplits(other, file);
    QVERIFY2(status.ok(), status.ok() ? "" : status.error().message.c_str());
    QVERIFY(splitsOf(other) == splitsOf(index));
    const std::string text = *readFile(file);
    QCOMPARE(static_cast<std::size_t>(std::ranges::count(text, '\n')), index.samples.size() + 1);
}

void TstSplits::unknownPathsAreLeftAlone() {
    QTemporaryDir dir;
    const std::filesystem::path file = (dir.path() + "/split.tsv").toStdString();
    QVERIFY(writeAtomically(file, "split\tpath\ntest\tclass0/0.png\nval\tgone.png\n").ok());
    DatasetIndex index = indexOf({2});
    index.samples[1].split = Split::validation;
    QVERIFY(loadSplits(index, file).ok());
    QVERIFY(index.samples[0].split == Split::test);
    QVERIFY(index.samples[1].split == Split::validation);
}

void TstSplits::damagedFilesAreRefusedAndChangeNothing_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");
    QTest::newRow("empty") << QByteArray() << 1;
    QTest::newRow("other file") << QByteArray("{\"format\": 1}") << 1;
    QTest::newRow("unknown part") << QByteArray("split\tpath\ntest\tclass0/0.png\ntrial\tclass0/1.png\n") << 3;
    QTest::newRow("no tab") << QByteArray("split\tpath\ntest class0/0.png\n") << 2;
    QTest::newRow("three fields") << QByteArray("split\tpath\ntest\tclass0/0.png\tx\n") << 2;
    QTest::newRow("cut off") << QByteArray("split\tpath\ntest\tclass0/0.png\nval\tclass0/1.pn") << 3;
    QTest::newRow("broken escape") << QByteArray("split\tpath\ntest\tclass0/0.png\nval\ta\\q\n") << 3;
    QTest::newRow("blank line") << QByteArray("split\tpath\n\n") << 2;
}

void TstSplits::damagedFilesAreRefusedAndChangeNothing() {
    QFETCH(QByteArray, text);
    QFETCH(int, line);
    QTemporaryDir dir;
    const std::filesystem::path file = (dir.path() + "/split.tsv").toStdString();
    QVERIFY(writeAtomically(file, text.toStdString()).ok());
    DatasetIndex index = indexOf({2});
    const Status status = loadSplits(index, file);
    QVERIFY(!status.ok());
    QVERIFY(status.error().message.find("split.tsv, line " + std::to_string(line) + ":") != std::string::npos);
    QCOMPARE(index.count(Split::train), std::size_t{2});
    QVERIFY(!loadSplits(index, file.parent_path() / "missing.tsv").ok());
}

QTEST_GUILESS_MAIN(TstSplits)
#include "tst_splits.moc"
