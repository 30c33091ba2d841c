// Scanning: what counts as a class and a picture, bad files, links, the cache of earlier scans, and errors.
#include <sys/stat.h>

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <chrono>
#include <set>

#include "model/data/dataset_index.h"
#include "model/data/find_pictures.h"
#include "model/files.h"
#include "tests/support/temp_data_set.h"
#include "tests/support/test_data.h"

using namespace lemnos;
namespace fs = std::filesystem;

class TstDatasetScan : public QObject {
    Q_OBJECT

  private slots:
    void init();
    void cleanup();

    void classesAndSamplesComeInByteOrder();
    void picturesOfAnyDepthAndExtensionCount();
    void litterIsPassedOverSilently();
    void badFilesAreListedWithTheirReason();
    void greyIsNoticed();
    void oddNamesAreKept();
    void trainAndTestFoldersAreRecognised_data();
    void trainAndTestFoldersAreRecognised();
    void aClassCalledTrainIsAClass();
    void aMissingValidationPartIsCarvedFromTraining();
    void linkedFoldersAreFollowedOnce();
    void linkedClassFoldersCount();
    void picturesAreFoundByName();
    void aClassWithoutPicturesIsLeftOutAndListed();
    void aClassThatIsOnlyTestedIsLeftOutAndListed();
    void errorsSayWhatToDo_data();
    void errorsSayWhatToDo();
    void theSecondScanReadsOnlyWhatChanged();
    void aDamagedCacheIsIgnored_data();
    void aDamagedCacheIsIgnored();
    void progressGoesUpToTheEnd();
    void aStopRequestEndsTheScan();
    void theNumberOfThreadsDoesNotMatter();
    void theNastyTreeIsReadAsDescribed();
    void realDataSetsHaveTheirKnownSizes_data();
    void realDataSetsHaveTheirKnownSizes();

  private:
    void put(const fs::path& file, std::uint8_t red = 200) {
        test::writeTestFile(m_root / file, test::encodeBmp(2, 1, std::vector<std::uint8_t>{red, 20, 30, 1, 2, 3}));
    }
    void putText(const fs::path& file, const std::string& text) { test::writeTestFile(m_root / file, text); }

    /// Two classes with three pictures each.
    void putTwoClasses(const fs::path& above = {}) {
        for (const char* label : {"cat", "dog"}) {
            for (const char* name : {"0.bmp", "1.bmp", "2.bmp"}) put(above / label / name);
        }
    }

    Result<DatasetIndex> scan(const ScanOptions& options = {}) { return scanDataset(m_root, options); }

    fs::path m_root;
    std::unique_ptr<QTemporaryDir> m_dir;
};

namespace {

std::set<std::string> pathsOf(const DatasetIndex& index) {
    std::set<std::string> paths;
    for (const Sample& sample : index.samples) paths.insert(std::string(sample.path));
    return paths;
}

bool sameContent(const DatasetIndex& a, const DatasetIndex& b) {
    const auto sameSample = [](const Sample& x, const Sample& y) {
        return x.path == y.path && x.label == y.label && x.split == y.split && x.width == y.width &&
               x.height == y.height;
    };
    const auto sameProblem = [](const FileProblem& x, const FileProblem& y) {
        return x.path == y.path && x.reason == y.reason;
    };
    return a.root == b.root && a.classes == b.classes && a.grey == b.grey && a.preSplit == b.preSplit &&
           std::ranges::equal(a.samples, b.samples, sameSample) &&
           std::ranges::equal(a.problems, b.problems, sameProblem);
}

fs::path onlyFileIn(const fs::path& folder) {
    return fs::directory_iterator(folder)->path();
}

/// Other bytes of the same length at the same time: only who reads the file notices.
void changeUnnoticed(const fs::path& file) {
    const auto time = fs::last_write_time(file);
    test::writeTestFile(file, std::string(fs::file_size(file), '?'));
    fs::last_write_time(file, time);
}

}  // namespace

void TstDatasetScan::init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_root = fs::path(m_dir->path().toStdString()) / "data";
    fs::create_directories(m_root);
}

void TstDatasetScan::cleanup() {
    fs::remove_all(m_root);  // QTemporaryDir can't remove names that are not UTF-8
    m_dir.reset();
}

void TstDatasetScan::classesAndSamplesComeInByteOrder() {
    for (const char* label : {"b", "a", "B", "a b", "\xc3\xa4"}) {
        for (const char* name : {"10.bmp", "2.bmp", "1.bmp"}) put(fs::path(label) / name);
    }
    const auto index = scan();
    QVERIFY2(index.ok(), index.ok() ? "" : index.error().message.c_str());
    QVERIFY(index->classes == (std::vector<std::string>{"B", "a", "a b", "b", "\xc3\xa4"}));
    QCOMPARE(index->samples.size(), std::size_t{15});
    for (std::size_t i = 0; i < index->samples.size(); ++i) {
        const Sample& sample = index->samples[i];
        const std::string names[] = {"1.bmp", "10.bmp", "2.bmp"};
        QCOMPARE(sample.label, static_cast<std::uint32_t>(i / 3));
        QCOMPARE(sample.path, index->classes[i / 3] + "/" + names[i % 3]);
        QCOMPARE(sample.width, 2);
        QCOMPARE(sample.height, 1);
        QVERIFY(fs::exists(index->absolutePath(sample)));
    }
    QVERIFY(index->classCounts() == std::vector<std::size_t>(5, 3));
    QVERIFY(!index->grey);
    QVERIFY(!index->preSplit);
    QVERIFY(index->problems.empty());
    QCOMPARE(index->root, m_root);
}

void TstDatasetScan::picturesOfAnyDepthAndExtensionCount() {
    putTwoClasses();
    for (const char* file :
         {"cat/x/y/z/deep.bmp", "cat/A.JPG", "cat/b.Jpeg", "cat/c.png", "cat/d.webp", "cat/e.tif", "cat/f.TIFF"})
        put(file);
    put("cat/folder.jpg/inside.bmp");
    const auto index = scan();
    QVERIFY(index.ok());
    QVERIFY(index->classCounts() == (std::vector<std::size_t>{11, 3}));
    QVERIFY(pathsOf(*index).contains("cat/x/y/z/deep.bmp"));
    QVERIFY(pathsOf(*index).contains("cat/folder.jpg/inside.bmp"));
}

void TstDatasetScan::litterIsPassedOverSilently() {
    putTwoClasses();
    for (const char* file : {".hidden/a.bmp", "__MACOSX/cat/a.bmp", "cat/.hidden.bmp", "cat/.thumbs/a.bmp", "loose.bmp",
                             "cat/__MACOSX/a.bmp", "@eaDir/a.bmp"})
        put(file);
    for (const char* file : {"cat/Thumbs.db", "cat/desktop.ini", "cat/labels.csv", "cat/bmp", "cat/a.bmp.txt",
                             "cat/.DS_Store", "README.md"})
        putText(file, "x");
    const auto index = scan();
    QVERIFY(index.ok());
    QCOMPARE(index->samples.size(), std::size_t{6});
    QVERIFY(index->problems.empty());
}

void TstDatasetScan::badFilesAreListedWithTheirReason() {
    putTwoClasses();
    putText("cat/empty.png", "");
    putText("cat/gif.jpg", "GIF89a....");
    putText("dog/text.webp", "hello");
    fs::create_symlink("nowhere.jpg", m_root / "dog" / "dangling.jpg");
    QCOMPARE(::mkfifo((m_root / "dog" / "pipe.jpg").c_str(), 0600), 0);
    const auto index = scan();
    QVERIFY(index.ok());
    QCOMPARE(index->samples.size(), std::size_t{6});
    const std::pair<const char*, const char*> expected[] = {{"cat/empty.png", "empty"},
                                                            {"cat/gif.jpg", "GIF"},
                                                            {"dog/dangling.jpg", "No such file"},
                                                            {"dog/pipe.jpg", "not an ordinary file"},
                                                            {"dog/text.webp", "not a picture"}};
    QCOMPARE(index->problems.size(), std::size(expected));
    for (std::size_t i = 0; i < std::size(expected); ++i) {
        QCOMPARE(index->problems[i].path, std::string(expected[i].first));
        QVERIFY2(index->problems[i].reason.find(expected[i].second) != std::string::npos,
                 index->problems[i].reason.c_str());
    }
}

void TstDatasetScan::greyIsNoticed() {
    test::makeTinyDataSet(m_root, {.classes = 2, .imagesPerClass = 3, .grey = true});
    QVERIFY(scan()->grey);
    put("class_0/colour.bmp");
    QVERIFY(!scan()->grey);
}

void TstDatasetScan::oddNamesAreKept() {
    const std::vector<std::string> names{"\xe7\x8e\xab\xe7\x91\xb0 \xf0\x9f\x8c\xb9.bmp", "-rf.bmp", "a\tb\nc.bmp",
                                         "\xff\xfe.bmp", "comma,\"quote\".bmp"};
    putTwoClasses();
    for (const std::string& name : names) put(fs::path("\xf0\x9f\x98\xba cats") / name);
    const ScanOptions cached{.cacheFolder = m_root.parent_path() / "cache"};
    for (int i = 0; i < 2; ++i) {
        const auto index = scan(cached);
        QVERIFY(index.ok());
        QVERIFY(index->problems.empty());
        for (const std::string& name : names) QVERIFY(pathsOf(*index).contains("\xf0\x9f\x98\xba cats/" + name));
    }
    put("\xff/0.bmp");
    QCOMPARE(scan()->classes.back(), std::string("\xef\xbf\xbd"));
    put("\xfe/0.bmp");
    const auto same = scan();
    QVERIFY(!same.ok());
    QVERIFY(same.error().message.find("can't be told apart") != std::string::npos);
}

void TstDatasetScan::trainAndTestFoldersAreRecognised_data() {
    QTest::addColumn<QString>("train");
    QTest::addColumn<QString>("validation");
    QTest::addColumn<QString>("test");
    QTest::newRow("short") << "train"
                           << "val"
                           << "test";
    QTest::newRow("long") << "training"
                          << "validation"
                          << "testing";
    QTest::newRow("mixed case") << "Train"
                                << "VALID"
                                << "Eval";
}

void TstDatasetScan::trainAndTestFoldersAreRecognised() {
    QFETCH(QString, train);
    QFETCH(QString, validation);
    QFETCH(QString, test);
    putTwoClasses(train.toStdString());
    put(fs::path(validation.toStdString()) / "cat" / "0.bmp");
    put(fs::path(test.toStdString()) / "dog" / "0.bmp");
    put(fs::path(train.toStdString()) / "loose.bmp");
    const auto index = scan();
    QVERIFY(index.ok());
    QVERIFY(index->preSplit);
    QVERIFY(index->classes == (std::vector<std::string>{"cat", "dog"}));
    QCOMPARE(index->count(Split::train), std::size_t{6});
    QCOMPARE(index->count(Split::validation), std::size_t{1});
    QCOMPARE(index->count(Split::test), std::size_t{1});
    const std::uint32_t i = index->indices(Split::validation).front();
    QCOMPARE(index->samples[i].path, validation.toStdString() + "/cat/0.bmp");
}

void TstDatasetScan::aClassCalledTrainIsAClass() {
    put("train/0.bmp");
    put("train/steam/0.bmp");
    put("bus/0.bmp");
    const auto index = scan();
    QVERIFY(index.ok());
    QVERIFY(!index->preSplit);
    QVERIFY(index->classes == (std::vector<std::string>{"bus", "train"}));
    QVERIFY(index->classCounts() == (std::vector<std::size_t>{1, 2}));
}

void TstDatasetScan::aMissingValidationPartIsCarvedFromTraining() {
    for (int i = 0; i < 20; ++i) {
        put("train/cat/" + std::to_string(i) + ".bmp");
        put("train/dog/" + std::to_string(i) + ".bmp");
    }
    put("test/cat/0.bmp");
    const auto index = scan({.split = {.validationShare = 0.2, .testShare = 0.3}});
    QVERIFY(index.ok());
    QCOMPARE(index->count(Split::train), std::size_t{32});
    QCOMPARE(index->count(Split::validation), std::size_t{8});
    QCOMPARE(index->count(Split::test), std::size_t{1});
}

void TstDatasetScan::linkedFoldersAreFollowedOnce() {
    putTwoClasses();
    put("../elsewhere/far.bmp");
    fs::create_directory_symlink("../../elsewhere", m_root / "cat" / "linked");
    fs::create_directory_symlink("../../elsewhere", m_root / "dog" / "linked too");
    fs::create_directory_symlink("..", m_root / "cat" / "loop");
    fs::create_directory_symlink(".", m_root / "dog" / "self");
    fs::create_directory_symlink("/", m_root / "dog" / "everything");
    fs::create_directory_symlink("../cat", m_root / "dog" / "other class");
    fs::create_symlink("0.bmp", m_root / "cat" / "link.bmp");
    const auto index = scan();
    QVERIFY(index.ok());
    QVERIFY(index->classCounts()[0] + index->classCounts()[1] == 8);
    QCOMPARE(index->classCounts()[0] >= 4, true);
    QVERIFY(pathsOf(*index).contains("cat/link.bmp"));
    const auto paths = pathsOf(*index);
    QCOMPARE(paths.contains("cat/linked/far.bmp") + paths.contains("dog/linked too/far.bmp"), 1);
    QCOMPARE(index->problems.size(), std::size_t{5});
    for (const FileProblem& problem : index->problems) QVERIFY(problem.reason.find("link") != std::string::npos);
}

void TstDatasetScan::linkedClassFoldersCount() {
    put("../store/one/0.bmp");
    put("../store/two/0.bmp");
    fs::create_directory_symlink("../store/one", m_root / "cat");
    fs::create_directory_symlink("../store/two", m_root / "dog");
    fs::create_directory_symlink("cat", m_root / "kitten");
    const auto index = scan();
    QVERIFY(index.ok());
    QCOMPARE(index->classes.size(), std::size_t{2});
    QCOMPARE(index->samples.size(), std::size_t{2});
    QCOMPARE(index->problems.size(), std::size_t{1});
}

void TstDatasetScan::picturesAreFoundByName() {
    for (const char* file : {"cat/Anna 1.bmp", "cat/b.bmp", "dog/hannah.bmp", "dog/花.bmp", "yak/ana.bmp"}) put(file);
    const auto index = scanDataset(m_root);
    QVERIFY(index.ok());
    using Found = std::vector<std::uint32_t>;
    QCOMPARE(findPictures(*index, "aNNa", 0, 5), (Found{0, 2}));
    QCOMPARE(findPictures(*index, "", 1, 2), (Found{1, 2}));
    QCOMPARE(findPictures(*index, "dog/", 0, 5), (Found{2, 3}));
    QCOMPARE(findPictures(*index, "花", 0, 5), (Found{3}));
    const auto [first, count] = index->samplesOf(1);
    QCOMPARE(findPictures(*index, "anna", first, count), (Found{2}));
    QCOMPARE(findPictures(*index, "1.BMP", 0, 99), (Found{0}));
    QCOMPARE(findPictures(*index, "a name that is longer than any path of them", 0, 5), Found{});
    std::stop_source stopped;
    stopped.request_stop();
    QCOMPARE(findPictures(*index, "a", 0, 5, stopped.get_token()), Found{});
}

void TstDatasetScan::aClassWithoutPicturesIsLeftOutAndListed() {
    for (const char* file : {"cat/a.bmp", "dog/a.bmp", "yak/a.bmp"}) put(file);
    putText("emu/a.txt", "no picture");
    putText("owl/bad.bmp", "no picture");
    fs::create_directory(m_root / "ape");
    const auto index = scanDataset(m_root);
    QVERIFY2(index.ok(), index.ok() ? "" : index.error().message.c_str());
    QCOMPARE(index->classes, (std::vector<std::string>{"cat", "dog", "yak"}));
    for (std::size_t i = 0; i < 3; ++i) {
        QCOMPARE(index->samples[i].label, std::uint32_t(i));
        QVERIFY(index->samples[i].path.starts_with(index->classes[i]));
    }
    std::set<std::string> listed;
    for (const FileProblem& problem : index->problems) listed.insert(problem.path);
    for (const char* name : {"ape", "emu", "owl", "owl/bad.bmp"}) QVERIFY2(listed.contains(name), name);
}

void TstDatasetScan::aClassThatIsOnlyTestedIsLeftOutAndListed() {
    for (const char* file :
         {"train/cat/a.bmp", "train/dog/a.bmp", "test/cat/b.bmp", "test/emu/a.bmp", "test/emu/b.bmp"})
        put(file);
    const auto index = scanDataset(m_root);
    QVERIFY2(index.ok(), index.ok() ? "" : index.error().message.c_str());
    QCOMPARE(index->classes, (std::vector<std::string>{"cat", "dog"}));
    QCOMPARE(index->samples.size(), std::size_t(3));
    QCOMPARE(index->problems.size(), std::size_t(1));
    QCOMPARE(index->problems[0].path, std::string("emu"));
    QVERIFY(index->problems[0].wholeClass);
}

void TstDatasetScan::errorsSayWhatToDo_data() {
    QTest::addColumn<QStringList>("files");
    QTest::addColumn<QString>("root");
    QTest::addColumn<QString>("words");
    QTest::newRow("no folder") << QStringList{} << "missing"
                               << "There is no folder";
    QTest::newRow("a file") << QStringList{"a.bmp"} << "a.bmp"
                            << "is a file";
    QTest::newRow("nothing in it") << QStringList{} << ""
                                   << "no class folder";
    QTest::newRow("only loose pictures") << QStringList{"a.bmp", "b.bmp"} << ""
                                         << "no class folder";
    QTest::newRow("one class") << QStringList{"cat/a.bmp"} << ""
                               << "only one class folder";
    QTest::newRow("one class with pictures") << QStringList{"cat/a.bmp", "dog/a.txt", "owl/bad.bmp"} << ""
                                             << "only one class folder with pictures";
    QTest::newRow("one class to train") << QStringList{"train/cat/a.bmp", "test/cat/b.bmp", "test/owl/a.bmp"} << ""
                                        << "only one class folder with pictures";
}

void TstDatasetScan::errorsSayWhatToDo() {
    QFETCH(QStringList, files);
    QFETCH(QString, root);
    QFETCH(QString, words);
    for (const QString& file : files) {
        if (file.endsWith("bad.bmp") || file.endsWith(".txt"))
            putText(file.toStdString(), "no picture");
        else
            put(file.toStdString());
    }
    const auto index = scanDataset(m_root / root.toStdString());
    QVERIFY(!index.ok());
    const QString message = QString::fromStdString(index.error().message);
    QVERIFY2(message.contains(words), qPrintable(message));
    QVERIFY(!index.error().where.empty());
}

void TstDatasetScan::theSecondScanReadsOnlyWhatChanged() {
    putTwoClasses();
    putText("cat/bad.bmp", "no picture");
    const ScanOptions cached{.cacheFolder = m_root.parent_path() / "cache"};
    const auto first = scan(cached);
    QVERIFY(first.ok());

    changeUnnoticed(m_root / "cat" / "0.bmp");
    changeUnnoticed(m_root / "cat" / "bad.bmp");
    const auto second = scan(cached);
    QVERIFY(second.ok());
    QVERIFY(sameContent(*first, *second));

    fs::last_write_time(m_root / "cat" / "0.bmp",
                        fs::last_write_time(m_root / "cat" / "0.bmp") + std::chrono::seconds(1));
    putText("cat/1.bmp", "shorter");
    const auto third = scan(cached);
    QVERIFY(third.ok());
    QCOMPARE(third->samples.size(), first->samples.size() - 2);
    QCOMPARE(third->problems.size(), first->problems.size() + 2);
}

void TstDatasetScan::aDamagedCacheIsIgnored_data() {
    QTest::addColumn<QString>("damage");
    for (const char* damage : {"empty", "cut off", "binary", "other version", "number", "fields", "size zero"})
        QTest::newRow(damage) << damage;
}

void TstDatasetScan::aDamagedCacheIsIgnored() {
    QFETCH(QString, damage);
    putTwoClasses();
    const ScanOptions cached{.cacheFolder = m_root.parent_path() / "cache"};
    const auto first = scan(cached);
    const fs::path file = onlyFileIn(cached.cacheFolder);
    QString text = QString::fromStdString(*readFile(file));
    if (damage == "empty") text.clear();
    if (damage == "cut off") text.chop(5);
    if (damage == "binary") text = QString(1000, QChar(0));
    if (damage == "other version") text.replace("lemnos-scan\t", "lemnos-scan\t9");
    if (damage == "number") text.replace("\t2\t1\t", "\t2\tx\t");
    if (damage == "fields") text.replace("\t2\t1\t", "\t2\t");
    if (damage == "size zero") text.replace("\t2\t1\t", "\t0\t1\t");
    QVERIFY(writeAtomically(file, text.toStdString()).ok());
    changeUnnoticed(m_root / "cat" / "0.bmp");
    const auto second = scan(cached);
    QVERIFY(second.ok());
    QCOMPARE(second->problems.size(), std::size_t{1});  // so the files themselves were read
    QVERIFY(sameContent(*second, *scan(cached)));
}

void TstDatasetScan::progressGoesUpToTheEnd() {
    putTwoClasses();
    std::vector<std::pair<std::size_t, std::size_t>> calls;
    QVERIFY(scan({.progress = [&](std::size_t done, std::size_t total) { calls.emplace_back(done, total); }}).ok());
    QVERIFY(!calls.empty());
    QVERIFY(std::ranges::is_sorted(calls));
    QVERIFY(calls.back() == (std::pair<std::size_t, std::size_t>(6, 6)));
}

void TstDatasetScan::aStopRequestEndsTheScan() {
    putTwoClasses();
    std::stop_source source;
    source.request_stop();
    const auto index = scan({.stop = source.get_token()});
    QVERIFY(!index.ok());
    QCOMPARE(index.error().message, std::string("Cancelled."));
}

void TstDatasetScan::theNumberOfThreadsDoesNotMatter() {
    test::makeTinyDataSet(m_root, {.classes = 4, .imagesPerClass = 25});
    putText("class_1/bad.png", "x");
    const auto one = scan({.threads = 1}), five = scan({.threads = 5});
    QVERIFY(one.ok() && five.ok());
    QVERIFY(sameContent(*one, *five));
}

void TstDatasetScan::theNastyTreeIsReadAsDescribed() {
    const auto original = test::testDataSet("nasty_tree");
    if (!original) return;  // the faults are made one by one above
    fs::copy(*original / "dev", m_root,
             fs::copy_options::recursive | fs::copy_options::copy_symlinks | fs::copy_options::overwrite_existing);
    const auto index = scan();
    QVERIFY2(index.ok(), index.ok() ? "" : index.error().message.c_str());
    QVERIFY(index->preSplit);
    const std::vector<std::string> classes{
        "Case",   "UPPER",        "case",      "comma,semi;\"quote\"", "good", "imbalanced_big",
        "nested", "single_image", "two words", "\xe4\xb8\x89_unicode"};
    QVERIFY(index->classes == classes);
    // By WHAT_IS_WRONG.txt: 24 + 8 each, 4 leaks and 1 link in good, the contradicting copies in the last.
    QVERIFY(index->classCounts()[0] == 5 && index->classCounts()[1] == 24 && index->classCounts()[2] == 5);
    QVERIFY(index->classCounts()[3] == 32 && index->classCounts()[5] == 300 && index->classCounts()[7] == 1);
    QVERIFY(index->classCounts()[8] == 32);
    std::set<std::string> problems;
    for (const FileProblem& problem : index->problems) problems.insert(problem.path);
    QVERIFY(problems ==
            (std::set<std::string>{"train/link_to_class", "train/two words/loop", "train/good/dangling.jpg",
                                   "train/two words/bad_0.jpg", "train/two words/bad_1.jpg",
                                   "train/two words/bad_2.jpg", "train/only_bad/a.jpg", "train/only_bad/b.png",
                                   "train/only_bad/c.jpg", "empty_class", "only_bad", "unseen_class"}));
}

void TstDatasetScan::realDataSetsHaveTheirKnownSizes_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("classes");
    QTest::addColumn<int>("training");
    QTest::addColumn<int>("test");
    QTest::addColumn<bool>("grey");
    QTest::newRow("mnist") << "mnist" << 10 << 60000 << 10000 << true;
    QTest::newRow("flowers") << "flowers5_subset" << 5 << 200 << 75 << false;
    QTest::newRow("omniglot") << "omniglot242" << 242 << 3630 << 1210 << true;
}

void TstDatasetScan::realDataSetsHaveTheirKnownSizes() {
    QFETCH(QString, name);
    QFETCH(int, classes);
    QFETCH(int, training);
    QFETCH(int, test);
    QFETCH(bool, grey);
    const auto folder = test::testDataSet(name.toStdString());
    if (!folder) return;  // the same is tested on made-up folders above
    const ScanOptions cached{.cacheFolder = m_root.parent_path() / "cache"};
    const auto index = scanDataset(*folder, cached);
    QVERIFY2(index.ok(), index.ok() ? "" : index.error().message.c_str());
    QCOMPARE(static_cast<int>(index->classes.size()), classes);
    QCOMPARE(static_cast<int>(index->count(Split::train) + index->count(Split::validation)), training);
    QCOMPARE(static_cast<int>(index->count(Split::test)), test);
    QCOMPARE(index->grey, grey);
    QVERIFY(index->problems.empty());
    QVERIFY(sameContent(*index, *scanDataset(*folder, cached)));
}

QTEST_GUILESS_MAIN(TstDatasetScan)
#include "tst_dataset_scan.moc"
