// Preprocess: JSON both ways, the bytes that come out, and mean and deviation.
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model/data/preprocess.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
using nlohmann::json;
namespace fs = std::filesystem;

class TstPreprocess : public QObject {
    Q_OBJECT

  private slots:
    void jsonSurvivesTheRoundTrip();
    void brokenJsonIsAnErrorThatNamesTheField_data();
    void brokenJsonIsAnErrorThatNamesTheField();
    void theResultHasExactlySampleBytes();
    void meanAndDeviationAreThoseOfTheTrainingPixels();
    void aLimitTakesTheSamePicturesEveryTime();
    void picturesOfOneColourGiveADeviationOfOne();
    void unreadablePicturesAreLeftOut();
    void noReadablePictureIsAnError();
    void aStopRequestEndsTheMeasuring();
};

namespace {

Preprocess example() {
    Preprocess preprocess;
    preprocess.width = 12;
    preprocess.height = 7;
    preprocess.mean = {1.5f, 0.1f, 200};
    preprocess.deviation = {1, 1.0f / 3, 70.25f};
    preprocess.augment = {{"shift", {{"fraction", 0.2}}}, {"flip_horizontal", {{"probability", 0.5}}}};
    return preprocess;
}

/// Pictures of one pixel each.
DatasetIndex pixelDataSet(const fs::path& root, const std::vector<std::array<std::uint8_t, 3>>& colours) {
    DatasetIndex index;
    index.root = root;
    index.classes = {"a"};
    for (std::size_t i = 0; i < colours.size(); ++i) {
        const std::string path = "a/" + std::to_string(i) + ".bmp";
        test::writeTestFile(root / path, test::encodeBmp(1, 1, colours[i]));
        index.samples.push_back({index.keep(path), 0, Split::train, 1, 1});
    }
    return index;
}

Preprocess onePixel(int channels = 3) {
    Preprocess preprocess;
    preprocess.width = preprocess.height = 1;
    preprocess.channels = channels;
    return preprocess;
}

}  // namespace

void TstPreprocess::jsonSurvivesTheRoundTrip() {
    const json written = toJson(example());
    const auto again = preprocessFromJson(json::parse(written.dump()));
    QVERIFY2(again.ok(), again.ok() ? "" : again.error().message.c_str());
    QCOMPARE(again->width, 12);
    QCOMPARE(again->height, 7);
    QCOMPARE(again->channels, 3);
    QVERIFY(again->mean == example().mean);
    QVERIFY(again->deviation == example().deviation);
    QCOMPARE(again->augment.size(), std::size_t{2});
    QCOMPARE(again->augment[0].type, std::string("shift"));
    QCOMPARE(realParam(again->augment[0].params, "fraction"), 0.2);
    QVERIFY(toJson(*again) == written);
    const auto bare = preprocessFromJson(json::parse(R"({"width": 5, "height": 6, "channels": 1})"));
    QVERIFY(bare.ok());
    QVERIFY(bare->mean.empty() && bare->augment.empty());
    QCOMPARE(bare->sampleBytes(), std::int64_t{30});
}

void TstPreprocess::brokenJsonIsAnErrorThatNamesTheField_data() {
    QTest::addColumn<QString>("change");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* change, const char* words) { QTest::newRow(change) << change << words; };
    row(R"({"width": 0})", "width");
    row(R"({"width": 8193})", "width");
    row(R"({"width": 18446744073709551615})", "width");
    row(R"({"height": "64"})", "height");
    row(R"({"height": 64.5})", "height");
    row(R"({"height": null})", "height");
    row(R"({"channels": 2})", "channels");
    row(R"({"channels": 4})", "channels");
    row(R"({"mean": [1, 2]})", "mean");
    row(R"({"mean": 5})", "mean");
    row(R"({"mean": [1, 2, "x"]})", "mean");
    row(R"({"mean": [1, 2, 1e300]})", "mean");
    row(R"({"mean": []})", "mean");
    row(R"({"deviation": [1, 2, 0]})", "deviation");
    row(R"({"deviation": [1, 2, -3]})", "deviation");
    row(R"({"deviation": null})", "deviation");
    row(R"({"augment": {}})", "augment");
    row(R"({"augment": [5]})", "transform");
    row(R"({"augment": [{"type": "melt"}]})", "melt");
    row(R"({"augment": [{"type": "shift", "params": {"fraction": 2}}]})", "fraction");
}

void TstPreprocess::brokenJsonIsAnErrorThatNamesTheField() {
    QFETCH(QString, change);
    QFETCH(QString, words);
    json broken = toJson(example());
    broken.update(json::parse(change.toStdString()));
    const auto preprocess = preprocessFromJson(broken);
    QVERIFY(!preprocess.ok());
    QVERIFY2(preprocess.error().message.find(words.toStdString()) != std::string::npos,
             preprocess.error().message.c_str());
    QVERIFY(!preprocessFromJson(json::parse("[]")).ok());
    QVERIFY(!preprocessFromJson(json()).ok());
}

void TstPreprocess::theResultHasExactlySampleBytes() {
    const Image image{4, 2, 3, std::vector<std::uint8_t>(24, 90)};
    for (const int channels : {1, 3}) {
        Preprocess preprocess;
        preprocess.width = 5;
        preprocess.height = 3;
        preprocess.channels = channels;
        const Image result = preprocessed(image, preprocess);
        QCOMPARE(result.width, 5);
        QCOMPARE(result.height, 3);
        QCOMPARE(static_cast<std::int64_t>(result.pixels.size()), preprocess.sampleBytes());
        QCOMPARE(preprocess.sampleBytes(), std::int64_t{15} * channels);
        QVERIFY(std::ranges::all_of(result.pixels, [](std::uint8_t value) { return value == 90; }));
        QVERIFY(preprocess.shape() == (Shape{3, 5, channels}));
    }
}

void TstPreprocess::meanAndDeviationAreThoseOfTheTrainingPixels() {
    QTemporaryDir dir;
    DatasetIndex index = pixelDataSet(dir.path().toStdString(), {{0, 10, 255}, {100, 10, 0}, {200, 40, 0}, {9, 9, 9}});
    index.samples[3].split = Split::validation;
    Preprocess preprocess = onePixel();
    preprocess.mean = {5, 5, 5};  // measured anew
    const Status status = measureMeanAndDeviation(index, preprocess);
    QVERIFY(status.ok());
    const double mean[] = {100, 20, 85}, variance[] = {20000.0 / 3, 200, 14450};
    QCOMPARE(preprocess.mean.size(), std::size_t{3});
    for (std::size_t c = 0; c < 3; ++c) {
        QVERIFY(std::abs(preprocess.mean[c] - mean[c]) < 1e-4);
        QVERIFY(std::abs(preprocess.deviation[c] - std::sqrt(variance[c])) < 1e-4);
    }
}

void TstPreprocess::aLimitTakesTheSamePicturesEveryTime() {
    QTemporaryDir dir;
    std::vector<std::array<std::uint8_t, 3>> colours;
    for (int i = 0; i < 10; ++i) colours.push_back({static_cast<std::uint8_t>(20 * i), 0, 0});
    const DatasetIndex index = pixelDataSet(dir.path().toStdString(), colours);
    Preprocess preprocess = onePixel();
    QVERIFY(measureMeanAndDeviation(index, preprocess, 5).ok());
    // Every second one: 0, 40, 80, 120, 160.
    QVERIFY(std::abs(preprocess.mean[0] - 80) < 1e-4);
}

void TstPreprocess::picturesOfOneColourGiveADeviationOfOne() {
    QTemporaryDir dir;
    const DatasetIndex index = pixelDataSet(dir.path().toStdString(), {{7, 7, 7}, {7, 7, 7}});
    Preprocess preprocess = onePixel(1);
    QVERIFY(measureMeanAndDeviation(index, preprocess).ok());
    QVERIFY(preprocess.mean == std::vector<float>{7});
    QVERIFY(preprocess.deviation == std::vector<float>{1});
}

void TstPreprocess::unreadablePicturesAreLeftOut() {
    QTemporaryDir dir;
    const DatasetIndex index = pixelDataSet(dir.path().toStdString(), {{10, 0, 0}, {99, 0, 0}, {30, 0, 0}});
    fs::remove(index.absolutePath(index.samples[1]));
    Preprocess preprocess = onePixel();
    QVERIFY(measureMeanAndDeviation(index, preprocess).ok());
    QVERIFY(std::abs(preprocess.mean[0] - 20) < 1e-4);
}

void TstPreprocess::noReadablePictureIsAnError() {
    QTemporaryDir dir;
    DatasetIndex index = pixelDataSet(dir.path().toStdString(), {{10, 0, 0}});
    Preprocess preprocess = onePixel();
    index.samples[0].split = Split::test;
    QVERIFY(!measureMeanAndDeviation(index, preprocess).ok());
    index.samples[0].split = Split::train;
    fs::remove(index.absolutePath(index.samples[0]));
    const Status status = measureMeanAndDeviation(index, preprocess);
    QVERIFY(!status.ok());
    QVERIFY(status.error().message.find(displayPath(index.root)) != std::string::npos);
}

void TstPreprocess::aStopRequestEndsTheMeasuring() {
    QTemporaryDir dir;
    const DatasetIndex index = pixelDataSet(dir.path().toStdString(), {{10, 0, 0}});
    Preprocess preprocess = onePixel();
    std::stop_source source;
    source.request_stop();
    QVERIFY(!measureMeanAndDeviation(index, preprocess, 10, source.get_token()).ok());
}

QTEST_GUILESS_MAIN(TstPreprocess)
#include "tst_preprocess.moc"
