// The doctor: every check finds what it is for and nothing else, and its fixes mend it.
#include <QTemporaryDir>
#include <QTest>
#include <bit>
#include <map>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <set>

#include "model/data/perceptual_hash.h"
#include "model/data/project_file.h"
#include "model/doctor/doctor.h"
#include "tests/support/temp_data_set.h"
#include "tests/support/test_data.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

/// A picture with large soft shapes, another one for each seed.
cv::Mat picture(int seed, int size = 64) {
    cv::Mat noise(6, 6, CV_8UC3), image;
    cv::RNG random(std::uint64_t(seed) * 7919 + 1);
    random.fill(noise, cv::RNG::UNIFORM, 0, 256);
    cv::resize(noise, image, {size, size}, 0, 0, cv::INTER_CUBIC);
    return image;
}

std::string encoded(const cv::Mat& image, const std::string& extension, int quality = 90) {
    std::vector<unsigned char> bytes;
    cv::imencode(extension, image, bytes, {cv::IMWRITE_JPEG_QUALITY, quality});
    return {bytes.begin(), bytes.end()};
}

std::vector<Finding> of(const std::vector<Finding>& findings, std::string_view check) {
    std::vector<Finding> some;
    std::ranges::copy_if(findings, std::back_inserter(some), [&](const Finding& f) { return f.check == check; });
    return some;
}

}  // namespace

class TstDoctor : public QObject {
    Q_OBJECT

  private slots:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = fs::path(m_dir->path().toStdString()) / "data";
        for (int i = 0; i < 12; ++i) {
            put("cat/" + std::to_string(i) + ".png", encoded(picture(i), ".png"));
            put("dog/" + std::to_string(i) + ".jpg", encoded(picture(100 + i), ".jpg"));
        }
    }

    void checksAreDescribed();
    void goodDataHasNoFindings();
    void eachFaultIsFoundAndMended_data();
    void eachFaultIsFoundAndMended();
    void leaksAreFoundAndMended();
    void nearCopiesAreTheSamePictureSavedAgain();
    void acceptedFindingsAreNotToldAgain();
    void sentencesAreTranslatedBeforeNamesArePutIn();
    void manyFixesAreOneEdit();
    void imbalanceProposesWeights();
    void cancellingEndsTheExamination();
    void theReportIsJson();
    void aClassThatIsLeftOutCanBeExcludedForGood();
    void aBadlyKeptFolderIsExplained();
    void knownLeaksOfRealDataAreFound();

  private:
    void put(const fs::path& file, const std::string& bytes) { test::writeTestFile(m_root / file, bytes); }

    std::vector<Finding> findings() {
        m_project.sources = {m_root};
        m_index = *arranged(*scanSources(m_project.sources), m_project);
        const auto found = examine(m_index, {.edits = m_project.edits.done()});
        if (!found) qFatal("%s", found.error().message.c_str());
        return *found;
    }

    std::string said(const Finding& finding) const { return worded(textOf(m_index, finding)); }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
    ProjectFile m_project;
    DatasetIndex m_index;

  private slots:
    void cleanup() { m_project = {}; }
};

void TstDoctor::checksAreDescribed() {
    std::set<std::string_view> names;
    for (const CheckType* check : checkTypes()) {
        QVERIFY(names.insert(check->name).second);
        QVERIFY(findCheck(check->name) == check);
        QVERIFY(!check->label.empty() && check->help.ends_with("."));
    }
    QVERIFY(findCheck("horoscope") == nullptr);
}

void TstDoctor::goodDataHasNoFindings() {
    const std::vector<Finding> found = findings();
    QVERIFY2(found.empty(), found.empty() ? "" : said(found.front()).c_str());
    QCOMPARE(summary(found), std::string("nothing"));
}

void TstDoctor::eachFaultIsFoundAndMended_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("check");
    const auto bytes = [](const std::string& text) { return QByteArray(text.data(), qsizetype(text.size())); };
    const std::string jpeg = encoded(picture(50), ".jpg");
    QTest::newRow("empty") << "cat/x.png" << QByteArray() << "unreadable";
    QTest::newRow("no picture") << "cat/x.png" << QByteArray("hello, I am a text") << "unreadable";
    QTest::newRow("cut off") << "cat/x.jpg" << bytes(jpeg.substr(0, jpeg.size() * 2 / 3)) << "truncated";
    QTest::newRow("extension") << "cat/x.png" << bytes(jpeg) << "wrong_extension";
    QTest::newRow("tiny") << "cat/x.png" << bytes(encoded(picture(50, 7), ".png")) << "tiny_pictures";
    QTest::newRow("copy") << "cat/x.png" << bytes(encoded(picture(3), ".png")) << "duplicates";
    QTest::newRow("two classes") << "dog/x.png" << bytes(encoded(picture(3), ".png")) << "conflicting_labels";
    QTest::newRow("near copy") << "cat/x.jpg" << bytes(encoded(picture(3), ".jpg", 80)) << "near_duplicates";
    QTest::newRow("small class") << "owl/x.png" << bytes(encoded(picture(50), ".png")) << "small_classes";
}

void TstDoctor::eachFaultIsFoundAndMended() {
    QFETCH(QString, file);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, check);
    put(file.toStdString(), bytes.toStdString());
    m_project.split = {.validationShare = 0, .testShare = 0};  // so that copies are not leaks besides
    const std::vector<Finding> found = of(findings(), check.toStdString());
    QCOMPARE(found.size(), std::size_t{1});
    QVERIFY(said(found.front()).ends_with("."));
    for (Edit& edit : editsFor(m_index, found)) {
        QVERIFY(checkEdit(m_index, edit).ok());
        m_project.edits.push(std::move(edit));
    }
    QVERIFY(of(findings(), check.toStdString()).empty());
    m_project.edits.undo();
    QCOMPARE(of(findings(), check.toStdString()).size(), std::size_t{1});
}

void TstDoctor::leaksAreFoundAndMended() {
    fs::create_directories(m_root / "train");
    fs::rename(m_root / "cat", m_root / "train" / "cat");
    fs::rename(m_root / "dog", m_root / "train" / "dog");
    put("test/cat/a.png", encoded(picture(3), ".png"));
    put("test/dog/a.png", encoded(picture(60), ".png"));
    m_project.split.validationShare = 0;
    const std::vector<Finding> found = of(findings(), "leakage");
    QCOMPARE(found.size(), std::size_t{1});
    QVERIFY(said(found[0]).find("train and test") != std::string::npos);
    const Edit exclude = editFor(m_index, fixesFor(m_index, found[0])[0]),
               together = editFor(m_index, fixesFor(m_index, found[0])[1]);
    QVERIFY(exclude.kind == Edit::Kind::exclude);
    QCOMPARE(exclude.files.size(), std::size_t{1});
    QCOMPARE(exclude.files[0].path, std::string("train/cat/3.png"));
    m_project.edits.push(exclude);
    QVERIFY(of(findings(), "leakage").empty());
    QCOMPARE(m_index.count(Split::test), std::size_t{2});
    m_project.edits.undo();
    m_project.edits.push(together);
    QVERIFY(of(findings(), "leakage").empty());
    QCOMPARE(m_index.count(Split::test), std::size_t{1});
}

void TstDoctor::nearCopiesAreTheSamePictureSavedAgain() {
    const auto image = [](const cv::Mat& mat, const std::string& extension, int quality) {
        const std::string bytes = encoded(mat, extension, quality);
        return *decodeImage({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    };
    int largest = 0, smallest = 64;
    for (int seed = 0; seed < 40; ++seed) {
        const std::uint64_t hash = perceptualHash(image(picture(seed), ".png", 0));
        cv::Mat small;
        cv::resize(picture(seed), small, {48, 48}, 0, 0, cv::INTER_AREA);
        largest = std::max(largest, std::popcount(hash ^ perceptualHash(image(picture(seed), ".jpg", 80))));
        largest = std::max(largest, std::popcount(hash ^ perceptualHash(image(small, ".png", 0))));
        smallest = std::min(smallest, std::popcount(hash ^ perceptualHash(image(picture(seed + 100), ".png", 0))));
    }
    QVERIFY2(largest <= 4, std::to_string(largest).c_str());
    QVERIFY2(smallest >= 12, std::to_string(smallest).c_str());
}

void TstDoctor::acceptedFindingsAreNotToldAgain() {
    put("cat/x.png", encoded(picture(50), ".jpg"));
    put("owl/x.png", encoded(picture(51), ".png"));
    for (const Finding& finding : findings()) {
        const std::vector<Fix> fixes = fixesFor(m_index, finding);
        QCOMPARE(std::ranges::count(fixes, Edit::Kind::accept, &Fix::kind), 1);
        const Fix& accept = *std::ranges::find(fixes, Edit::Kind::accept, &Fix::kind);
        const auto back = editFromJson(toJson(editFor(m_index, accept)));
        QVERIFY(back.ok());
        m_project.edits.push(*back);
    }
    QVERIFY(m_project.edits.canUndo());
    QVERIFY(findings().empty());
}

void TstDoctor::sentencesAreTranslatedBeforeNamesArePutIn() {
    put("cat/%1 %2.png", encoded(picture(3), ".png"));  // a name that looks like places for names
    m_project.split = {.validationShare = 0, .testShare = 0};
    const std::vector<Finding> found = of(findings(), "duplicates");
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(said(found[0]), std::string("cat/%1 %2.png and cat/3.png are the same file."));
    const std::map<std::string, std::string> german = {{"%1 and %2", "%2 und %1"},
                                                       {"%1 are the same file.", "Dieselbe Datei: %1."},
                                                       {"Exclude 1 copy", "1 Kopie weglassen"}};
    const auto translate = [&](const std::string& text) { return german.at(text); };
    QCOMPARE(worded(textOf(m_index, found[0]), translate), std::string("Dieselbe Datei: cat/3.png und cat/%1 %2.png."));
    QCOMPARE(worded(fixesFor(m_index, found[0])[0].label, translate), std::string("1 Kopie weglassen"));
}

void TstDoctor::manyFixesAreOneEdit() {
    for (int i = 0; i < 5; ++i) put("cat/copy" + std::to_string(i) + ".png", encoded(picture(i), ".png"));
    m_project.split = {.validationShare = 0, .testShare = 0};
    const std::vector<Edit> edits = editsFor(m_index, of(findings(), "duplicates"));
    QCOMPARE(edits.size(), std::size_t{1});
    QCOMPARE(edits[0].files.size(), std::size_t{5});
}

void TstDoctor::imbalanceProposesWeights() {
    for (int i = 0; i < 120; ++i) put("cat/n" + std::to_string(i) + ".png", encoded(picture(1000 + i, 16), ".png"));
    const std::vector<Finding> found = of(findings(), "imbalance");
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(fixesFor(m_index, found[0])[0].setting, std::string("class_weights"));
}

void TstDoctor::cancellingEndsTheExamination() {
    std::stop_source source;
    source.request_stop();
    const auto found = examine(*scanDataset(m_root), {.stop = source.get_token()});
    QVERIFY(!found.ok());
    QCOMPARE(found.error().message, std::string("Cancelled."));
}

void TstDoctor::theReportIsJson() {
    put("cat/\xff.png", "no picture");
    put("cat/x.png", encoded(picture(50), ".jpg"));
    const std::vector<Finding> found = findings();
    const nlohmann::json report = nlohmann::json::parse(toJson(m_index, found).dump());
    QCOMPARE(report["summary"]["unreadable"].get<int>(), 1);
    QCOMPARE(report["summary"]["wrong_extension"].get<int>(), 1);
    QCOMPARE(report["findings"].size(), found.size());
    fs::remove(m_root / "cat" / "\xff.png");
}

void TstDoctor::aClassThatIsLeftOutCanBeExcludedForGood() {
    put("emu/a.png", "no picture");
    const std::vector<Finding> found = of(findings(), "unreadable");
    QCOMPARE(found.size(), std::size_t{2});
    const auto ofClass = std::ranges::find_if(found, [&](const Finding& f) { return said(f).starts_with("emu:"); });
    QVERIFY(ofClass != found.end());
    const Edit edit = editFor(m_index, fixesFor(m_index, *ofClass)[0]);
    QVERIFY(edit.kind == Edit::Kind::excludeClass);
    QVERIFY(checkEdit(m_index, edit).ok());
    m_project.edits.push(edit);
    for (const Finding& finding : of(findings(), "unreadable")) QVERIFY(!said(finding).starts_with("emu:"));
}

void TstDoctor::aBadlyKeptFolderIsExplained() {
    const auto folder = test::testDataSet("nasty_tree");
    if (!folder) return;
    const auto index = scanDataset(*folder / "dev");
    QVERIFY2(index.ok(), index.ok() ? "" : index.error().message.c_str());
    // What its WHAT_IS_WRONG.txt says.
    const std::vector<std::string> classes = {"Case",      "UPPER",          "case",   "comma,semi;\"quote\"",
                                              "good",      "imbalanced_big", "nested", "single_image",
                                              "two words", "三_unicode"};
    QCOMPARE(index->classes, classes);
    std::map<std::string, std::string> reasons;
    for (const FileProblem& problem : index->problems) reasons[problem.path] = problem.reason;
    for (const char* path :
         {"empty_class", "only_bad", "unseen_class", "train/only_bad/a.jpg", "train/only_bad/b.png",
          "train/only_bad/c.jpg", "train/good/dangling.jpg", "train/link_to_class", "train/two words/loop",
          "train/two words/bad_0.jpg", "train/two words/bad_1.jpg", "train/two words/bad_2.jpg"})
        QVERIFY2(reasons.contains(path), path);
    QCOMPARE(reasons.size(), std::size_t{12});
    const auto found = examine(*index, {});
    QVERIFY(found.ok());
    const auto count = [&](const char* check, const char* word) {
        return std::ranges::count_if(of(*found, check), [&](const Finding& f) {
            return worded(textOf(*index, f)).find(word) != std::string::npos;
        });
    };
    QCOMPARE(count("leakage", "test/good/leak_"), 4);
    QVERIFY(count("conflicting_labels", "三_unicode/conflict_") >= 5);
    QCOMPARE(count("small_classes", "single_image"), 1);
    QCOMPARE(count("imbalance", "imbalanced_big"), 1);
    QVERIFY(count("duplicates", "imbalanced_big") >= 40);
}

void TstDoctor::knownLeaksOfRealDataAreFound() {
    const auto folder = test::testDataSet("cifar100_jpeg80");
    if (!folder) return;
    const DatasetIndex index = *scanDataset(*folder);
    const auto found = examine(index, {.quick = true});
    QVERIFY(found.ok());
    QCOMPARE(of(*found, "leakage").size(), std::size_t{10});
}

QTEST_GUILESS_MAIN(TstDoctor)
#include "tst_doctor.moc"
