// HOG and PCA features: what they are on pictures whose answer is known, and that a run keeps them.
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model/data/batch_loader.h"
#include "model/files.h"
#include "model/train/feature_file.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

class TstFeatures : public QObject {
    Q_OBJECT

  private slots:
    void pixelsAreThePictureItself();
    void hogHasTheLengthThatItsShapeSays_data();
    void hogHasTheLengthThatItsShapeSays();
    void hogSeesTheDirectionOfEdges();
    void hogNeedsWholeCells();
    void pcaFindsTheDirectionInWhichPicturesDiffer();
    void pcaHasNoMoreComponentsThanPictures();
    void jsonKeepsTheFeatures();
    void brokenJsonIsAnError_data();
    void brokenJsonIsAnError();
    void theFileKeepsTheBasis();
    void aForeignFileIsRefused();
    void batchesHoldFeatures_data();
    void batchesHoldFeatures();
    void meanAndDeviationAreThoseOfTheFeatures();
};

namespace {

Image stripes(int side, bool upright) {
    Image image{side, side, 1, {}};
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) image.pixels.push_back((upright ? x : y) / 4 % 2 ? 220 : 30);
    return image;
}

/// Share of each of the nine directions in all of the picture.
std::vector<double> directions(const Image& hog) {
    std::vector<double> sums(9, 0);
    for (std::size_t i = 0; i < hog.pixels.size(); ++i) sums[i % 9] += hog.pixels[i];
    return sums;
}

Preprocess withFeatures(FeatureKind kind) {
    Preprocess preprocess;
    preprocess.width = preprocess.height = 16;
    preprocess.features.kind = kind;
    preprocess.features.cell = 4;
    preprocess.features.components = 3;
    return preprocess;
}

DatasetIndex tinyData(const QTemporaryDir& dir) {
    const fs::path root = dir.path().toStdString();
    test::makeTinyDataSet(root, {.classes = 2, .imagesPerClass = 8});
    return *scanDataset(root);
}

}  // namespace

void TstFeatures::pixelsAreThePictureItself() {
    const Image image = stripes(8, true);
    QVERIFY(featuresOf(image, {}) == image);
    QVERIFY(featureShape({}, {8, 9, 3}) == (Shape{8, 9, 3}));
}

void TstFeatures::hogHasTheLengthThatItsShapeSays_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("cell");
    QTest::newRow("64 x 128, as in the paper") << 64 << 128 << 8;
    QTest::newRow("28 x 28") << 28 << 28 << 7;
    QTest::newRow("one block") << 8 << 8 << 4;
    QTest::newRow("wide") << 48 << 16 << 8;
}

void TstFeatures::hogHasTheLengthThatItsShapeSays() {
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(int, cell);
    const Features features{.kind = FeatureKind::hog, .cell = cell};
    const int blocks = (width / cell - 1) * (height / cell - 1);
    for (const int channels : {1, 3}) {
        const Image image{width, height, channels,
                          std::vector<std::uint8_t>(std::size_t(width * height * channels), 7)};
        const Shape shape = featureShape(features, {height, width, channels});
        QVERIFY(shape == (Shape{1, blocks * 36, 1}));
        QVERIFY(checkFeatures(features, {height, width, channels}).ok());
        const Image result = featuresOf(image, features);
        QCOMPARE(result.width, blocks * 36);
        QCOMPARE(result.pixels.size(), static_cast<std::size_t>(shape.size()));
        // Without an edge there is no gradient.
        QVERIFY(std::ranges::all_of(result.pixels, [](std::uint8_t v) { return v == 0; }));
    }
    if (width == 64 && height == 128) QCOMPARE(blocks * 36, 3780);
}

void TstFeatures::hogSeesTheDirectionOfEdges() {
    const Features features{.kind = FeatureKind::hog, .cell = 8};
    const auto upright = directions(featuresOf(stripes(32, true), features));
    const auto level = directions(featuresOf(stripes(32, false), features));
    const auto strongest = [](const std::vector<double>& sums) {
        return std::ranges::max_element(sums) - sums.begin();
    };
    // Bins are 20 degrees wide and split between neighbours: upright edges have gradients at 0, level ones at 90.
    QVERIFY(strongest(upright) == 0 || strongest(upright) == 8);
    QCOMPARE(strongest(level), std::ptrdiff_t{4});
}

void TstFeatures::hogNeedsWholeCells() {
    const Features features{.kind = FeatureKind::hog, .cell = 8};
    for (const Shape& shape : {Shape{28, 28, 1}, Shape{8, 16, 1}, Shape{4, 4, 3}}) {
        const Status status = checkFeatures(features, shape);
        QVERIFY(!status.ok());
        QVERIFY2(status.error().message.find("multiple of 8") != std::string::npos, status.error().message.c_str());
    }
}

void TstFeatures::pcaFindsTheDirectionInWhichPicturesDiffer() {
    // Only the first pixel differs.
    std::vector<Image> pictures;
    for (const int value : {10, 50, 90, 130, 170})
        pictures.push_back({2, 1, 1, {static_cast<std::uint8_t>(value), 77}});
    Features features{.kind = FeatureKind::pca, .components = 1};
    features.basis = std::make_shared<PcaBasis>(fitPca(pictures, 1));
    QCOMPARE(features.basis->mean, (std::vector<float>{90, 77}));
    QVERIFY(std::abs(std::abs(features.basis->directions[0]) - 1) < 1e-5);
    QVERIFY(std::abs(features.basis->directions[1]) < 1e-5);
    QVERIFY(std::abs(features.basis->deviation[0] - std::sqrt(3200.0f)) < 0.1f);
    const auto feature = [&](std::size_t i) { return int{featuresOf(pictures[i], features).pixels[0]}; };
    QCOMPARE(feature(2), 128);
    // 80 / 56.57 deviations, 127 / 3 each: 60 to either side, whichever way the direction points.
    QCOMPARE(std::abs(feature(0) - 128), 60);
    QCOMPARE(feature(0) + feature(4), 256);
}

void TstFeatures::pcaHasNoMoreComponentsThanPictures() {
    std::vector<Image> pictures;
    for (int i = 0; i < 4; ++i) pictures.push_back(stripes(8, i % 2 == 0));
    pictures[0].pixels[3] = 5;
    const PcaBasis basis = fitPca(pictures, 50);
    QCOMPARE(basis.deviation.size(), std::size_t{3});
    QCOMPARE(basis.directions.size(), std::size_t{3 * 64});
    QVERIFY(std::ranges::all_of(basis.deviation, [](float v) { return v > 0; }));
}

void TstFeatures::jsonKeepsTheFeatures() {
    Preprocess preprocess = withFeatures(FeatureKind::hog);
    preprocess.mean = {3};
    preprocess.deviation = {4};
    const auto again = preprocessFromJson(nlohmann::json::parse(toJson(preprocess).dump()));
    QVERIFY2(again.ok(), again.ok() ? "" : again.error().message.c_str());
    QVERIFY(again->features.kind == FeatureKind::hog);
    QCOMPARE(again->features.cell, 4);
    QVERIFY(again->shape() == (Shape{1, 9 * 36, 1}));
    QVERIFY(again->mean == std::vector<float>{3});
    QVERIFY(!toJson(Preprocess()).contains("features"));
}

void TstFeatures::brokenJsonIsAnError_data() {
    QTest::addColumn<QString>("features");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* features, const char* words) { QTest::newRow(features) << features << words; };
    row(R"(5)", "kind");
    row(R"({"kind": "sift", "cell": 8, "components": 3})", "sift");
    row(R"({"kind": "hog", "cell": 0, "components": 3})", "cell");
    row(R"({"kind": "hog", "cell": 7, "components": 3})", "multiple of 7");
    row(R"({"kind": "pca", "cell": 8, "components": -1})", "components");
}

void TstFeatures::brokenJsonIsAnError() {
    QFETCH(QString, features);
    QFETCH(QString, words);
    nlohmann::json json = toJson(withFeatures(FeatureKind::pixels));
    json["features"] = nlohmann::json::parse(features.toStdString());
    const auto preprocess = preprocessFromJson(json);
    QVERIFY(!preprocess.ok());
    QVERIFY2(preprocess.error().message.find(words.toStdString()) != std::string::npos,
             preprocess.error().message.c_str());
}

void TstFeatures::theFileKeepsTheBasis() {
    QTemporaryDir dir;
    const DatasetIndex index = tinyData(dir);
    Preprocess preprocess = withFeatures(FeatureKind::pca);
    QVERIFY(fitFeatures(index, preprocess).ok());
    const fs::path file = dir.filePath("features.safetensors").toStdString();
    QVERIFY(saveFeatures(preprocess, file).ok());
    Preprocess again = withFeatures(FeatureKind::pca);
    QVERIFY(loadFeatures(again, file).ok());
    const Image image = *readImage(index.absolutePath(index.samples[1]));
    QVERIFY(preprocessed(image, again) == preprocessed(image, preprocess));
    QCOMPARE(preprocessed(image, again).width, 3);
    // Others have no file.
    Preprocess hog = withFeatures(FeatureKind::hog);
    QVERIFY(saveFeatures(hog, dir.filePath("none").toStdString()).ok() && !QFile::exists(dir.filePath("none")));
    QVERIFY(loadFeatures(hog, dir.filePath("none").toStdString()).ok());
}

void TstFeatures::aForeignFileIsRefused() {
    QTemporaryDir dir;
    const DatasetIndex index = tinyData(dir);
    Preprocess preprocess = withFeatures(FeatureKind::pca);
    QVERIFY(fitFeatures(index, preprocess).ok());
    const fs::path file = dir.filePath("features.safetensors").toStdString();
    QVERIFY(!loadFeatures(preprocess, file).ok());
    QVERIFY(saveFeatures(preprocess, file).ok());
    Preprocess other = withFeatures(FeatureKind::pca);
    other.width = 15;
    const Status status = loadFeatures(other, file);
    QVERIFY(!status.ok());
    QVERIFY(status.error().message.find("does not belong") != std::string::npos);
}

void TstFeatures::batchesHoldFeatures_data() {
    QTest::addColumn<bool>("pca");
    QTest::newRow("hog") << false;
    QTest::newRow("pca") << true;
}

void TstFeatures::batchesHoldFeatures() {
    QFETCH(bool, pca);
    QTemporaryDir dir;
    const DatasetIndex index = tinyData(dir);
    Preprocess preprocess = withFeatures(pca ? FeatureKind::pca : FeatureKind::hog);
    preprocess.augment = {{"flip_horizontal", {{"probability", 1.0}}}};
    QVERIFY(fitFeatures(index, preprocess).ok());
    PixelCache cache(index, preprocess, 1'000'000);
    for (const bool training : {false, true, false}) {  // the first pass fills the cache
        BatchLoader loader(index, {5}, preprocess, {.batch = 1, .training = training}, &cache);
        const auto batch = loader.next();
        QVERIFY(batch.has_value());
        // Pictures are augmented before features are made of them.
        Image picture = preparedPicture(*readImage(index.absolutePath(index.samples[5])), preprocess);
        if (training) picture = augmented(picture, preprocess.augment, 42, 0, 5);
        QVERIFY(batch->pixels == featuresOf(picture, preprocess.features).pixels);
    }
}

void TstFeatures::meanAndDeviationAreThoseOfTheFeatures() {
    QTemporaryDir dir;
    const DatasetIndex index = tinyData(dir);
    Preprocess preprocess = withFeatures(FeatureKind::hog);
    QVERIFY(measureMeanAndDeviation(index, preprocess).ok());
    QCOMPARE(preprocess.mean.size(), std::size_t{1});
    double sum = 0, count = 0;
    for (const std::uint32_t i : index.indices(Split::train)) {
        for (const std::uint8_t v : preprocessed(*readImage(index.absolutePath(index.samples[i])), preprocess).pixels) {
            sum += v;
            ++count;
        }
    }
    QVERIFY(std::abs(preprocess.mean[0] - sum / count) < 1e-3);
    useImageNetMeanAndDeviation(preprocess);
    QCOMPARE(preprocess.mean.size(), std::size_t{1});
}

QTEST_GUILESS_MAIN(TstFeatures)
#include "tst_features.moc"
