// The sample data set: what it holds, that it is always the same, and that it harms no folder.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <map>
#include <set>

#include "model/data/dataset_index.h"
#include "model/data/image.h"
#include "model/data/sample_data.h"
#include "model/files.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

class TstSampleData : public QObject {
    Q_OBJECT

  private slots:
    void init();
    void tenClassesOfTheAskedSize();
    void theSameSeedGivesTheSameFiles();
    void everyPictureDiffers();
    void classesAreToldApartByTheirMeanShape();
    void makingItAgainRepairsIt();
    void otherFilesAreNotTouched_data();
    void otherFilesAreNotTouched();
    void otherSettingsAreRefused();
    void aCancelledRunLeavesNothing();
    void whatARunLeftBehindIsCleared();
    void optionsOutOfRangeAreRefused();
    void progressGoesUpToTheEnd();

  private:
    fs::path m_folder;
    std::unique_ptr<QTemporaryDir> m_dir;
};

namespace {

SampleDataOptions small(std::uint64_t seed = 7) {
    return {.imagesPerClass = 4, .sizePixels = 24, .seed = seed, .progress = {}, .stop = {}};
}

/// Every file below the folder with its content.
std::map<std::string, std::string> contentOf(const fs::path& folder) {
    std::map<std::string, std::string> content;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file())
            content[entry.path().lexically_relative(folder).native()] = *readFile(entry.path());
    }
    return content;
}

/// How strongly each pixel differs from the border, from 0 to 1: the shape without its colours.
std::vector<double> shapeOf(const Image& image) {
    const std::uint8_t* corner = image.pixels.data();
    std::vector<double> shape;
    double largest = 1;
    for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
        double difference = 0;
        for (std::size_t c = 0; c < 3; ++c) difference += std::abs(image.pixels[i + c] - corner[c]);
        shape.push_back(difference);
        largest = std::max(largest, difference);
    }
    for (double& value : shape) value /= largest;
    return shape;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

}  // namespace

void TstSampleData::init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_folder = fs::path(m_dir->path().toStdString()) / "\xe7\xa4\xba\xe4\xbe\x8b data";
}

void TstSampleData::tenClassesOfTheAskedSize() {
    const Status status = makeSampleData(m_folder, small());
    QVERIFY2(status.ok(), status.ok() ? "" : status.error().message.c_str());
    const auto index = scanDataset(m_folder);
    QVERIFY2(index.ok(), index.ok() ? "" : index.error().message.c_str());
    QCOMPARE(index->classes.size(), std::size_t{10});
    QVERIFY(index->classCounts() == std::vector<std::size_t>(10, 4));
    QVERIFY(index->problems.empty());
    QVERIFY(!index->grey);
    QCOMPARE(std::string(index->samples.front().path), index->classes.front() + "/0000.png");
    for (const Sample& sample : index->samples) QVERIFY(sample.width == 24 && sample.height == 24);
}

void TstSampleData::theSameSeedGivesTheSameFiles() {
    const fs::path second = m_folder.parent_path() / "second", third = m_folder.parent_path() / "third";
    QVERIFY(makeSampleData(m_folder, small()).ok());
    QVERIFY(makeSampleData(second, small()).ok());
    QVERIFY(makeSampleData(third, small(8)).ok());
    QVERIFY(contentOf(m_folder) == contentOf(second));
    QVERIFY(contentOf(m_folder) != contentOf(third));
}

void TstSampleData::everyPictureDiffers() {
    QVERIFY(makeSampleData(m_folder, small()).ok());
    std::set<std::string> contents;
    for (const auto& [path, bytes] : contentOf(m_folder)) contents.insert(bytes);
    QCOMPARE(contents.size(), std::size_t{41});  // with the hidden file that marks the folder
}

void TstSampleData::classesAreToldApartByTheirMeanShape() {
    SampleDataOptions options = small();
    options.imagesPerClass = 60;
    QVERIFY(makeSampleData(m_folder, options).ok());
    const auto index = scanDataset(m_folder);
    QVERIFY(index.ok());
    std::vector<std::vector<double>> means(10, std::vector<double>(24 * 24));
    std::vector<std::pair<std::uint32_t, std::vector<double>>> probes;
    for (std::size_t i = 0; i < index->samples.size(); ++i) {
        const Sample& sample = index->samples[i];
        std::vector<double> shape = shapeOf(*readImage(index->absolutePath(sample)));
        if (i % 60 < 40)
            for (std::size_t k = 0; k < shape.size(); ++k) means[sample.label][k] += shape[k] / 40;
        else
            probes.emplace_back(sample.label, std::move(shape));
    }
    int right = 0;
    for (const auto& [label, shape] : probes) {
        const auto nearest =
            std::ranges::min_element(means, {}, [&](const auto& mean) { return distance(mean, shape); });
        right += nearest - means.begin() == label;
    }
    // Ten times better than guessing would be all of them; nearest means are a weak classifier, so half must do.
    QVERIFY2(right > 100, qPrintable(QString::number(right)));
}

void TstSampleData::makingItAgainRepairsIt() {
    QVERIFY(makeSampleData(m_folder, small()).ok());
    const auto content = contentOf(m_folder);
    test::writeTestFile(m_folder / "arrow" / "0001.png", "damaged");
    fs::remove(m_folder / "ring" / "0002.png");
    fs::remove_all(m_folder / "star");
    QVERIFY(makeSampleData(m_folder, small()).ok());
    QVERIFY(contentOf(m_folder) == content);
}

void TstSampleData::otherFilesAreNotTouched_data() {
    QTest::addColumn<QString>("file");
    QTest::newRow("a file") << "notes.txt";
    QTest::newRow("a class folder of the same name") << "star/0000.png";
    QTest::newRow("a hidden file") << ".gitignore";
}

void TstSampleData::otherFilesAreNotTouched() {
    QFETCH(QString, file);
    test::writeTestFile(m_folder / file.toStdString(), "mine");
    const Status status = makeSampleData(m_folder, small());
    QVERIFY(!status.ok());
    QVERIFY(status.error().message.find("other files") != std::string::npos);
    QVERIFY(contentOf(m_folder) == (std::map<std::string, std::string>{{file.toStdString(), "mine"}}));
    const Status onFile = makeSampleData(m_folder / file.toStdString(), small());
    QVERIFY(!onFile.ok());
}

void TstSampleData::otherSettingsAreRefused() {
    QVERIFY(makeSampleData(m_folder, small()).ok());
    const auto content = contentOf(m_folder);
    const Status status = makeSampleData(m_folder, small(8));
    QVERIFY(!status.ok());
    QVERIFY(status.error().message.find("other settings") != std::string::npos);
    QVERIFY(contentOf(m_folder) == content);
}

void TstSampleData::aCancelledRunLeavesNothing() {
    std::stop_source source;
    source.request_stop();
    SampleDataOptions options = small();
    options.stop = source.get_token();
    QVERIFY(!makeSampleData(m_folder, options).ok());
    QVERIFY(!fs::exists(m_folder));

    fs::create_directories(m_folder);
    QVERIFY(!makeSampleData(m_folder, options).ok());
    QVERIFY(fs::is_empty(m_folder) || !fs::exists(m_folder));

    options.stop = {};
    QVERIFY(makeSampleData(m_folder, options).ok());
    const auto content = contentOf(m_folder);
    options.stop = source.get_token();
    QVERIFY(!makeSampleData(m_folder, options).ok());
    QVERIFY(contentOf(m_folder) == content);
}

void TstSampleData::whatARunLeftBehindIsCleared() {
    test::writeTestFile(m_folder / ".lemnos-sample-data-partial" / "star" / "0000.png", "half a pict");
    QVERIFY(makeSampleData(m_folder, small()).ok());
    QCOMPARE(contentOf(m_folder).size(), std::size_t{41});
}

void TstSampleData::optionsOutOfRangeAreRefused() {
    SampleDataOptions options = small();
    for (const int count : {0, -1, 1'000'000}) {
        options.imagesPerClass = count;
        QVERIFY(!makeSampleData(m_folder, options).ok());
    }
    options = small();
    for (const int size : {0, 7, 5000}) {
        options.sizePixels = size;
        QVERIFY(!makeSampleData(m_folder, options).ok());
    }
    QVERIFY(!fs::exists(m_folder));
}

void TstSampleData::progressGoesUpToTheEnd() {
    std::vector<std::pair<std::size_t, std::size_t>> calls;
    SampleDataOptions options = small();
    options.progress = [&](std::size_t done, std::size_t total) { calls.emplace_back(done, total); };
    QVERIFY(makeSampleData(m_folder, options).ok());
    QVERIFY(std::ranges::is_sorted(calls));
    QVERIFY(!calls.empty() && calls.back() == (std::pair<std::size_t, std::size_t>(40, 40)));
}

QTEST_GUILESS_MAIN(TstSampleData)
#include "tst_sample_data.moc"
