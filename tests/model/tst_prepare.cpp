// Preprocessing transforms: what each does to small pictures, the order of them, and reading large pictures reduced.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "model/data/preprocess.h"
#include "model/train/run_spec.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
using nlohmann::json;

class TstPrepare : public QObject {
    Q_OBJECT

  private slots:
    void stretchingIsWhatHappensWithoutAnyStep();
    void fittingKeepsTheShapeAndPads_data();
    void fittingKeepsTheShapeAndPads();
    void coveringCutsOffWhatIsTooMuch();
    void oddSizesComeOutExactly();
    void greyKeepsTheChannels();
    void greyPicturesAreTrainedWithOneChannel();
    void equalisingSpreadsTwoValues();
    void equalisingKeepsGreyPicturesGrey();
    void claheBringsOutFaintDetail();
    void theMedianRemovesASinglePixel();
    void theBilateralFilterSmoothsAndKeepsTheEdge();
    void stepsBeforeTheResizeSeeTheWholePicture();
    void badListsAreErrors_data();
    void badListsAreErrors();
    void largeJpegsAreReadReduced_data();
    void largeJpegsAreReadReduced();
    void readingReducedChangesLittle();
    void otherFormatsAreReadWhole();
};

namespace {

Image plain(int width, int height, int channels, std::uint8_t value) {
    return {width, height, channels, std::vector<std::uint8_t>(std::size_t(width * height * channels), value)};
}

TransformSpec spec(std::string_view name, const ParamMap& params = {}) {
    return {std::string(name), *resolveParams(findTransformType(name)->params, params, name)};
}

Image after(const Image& image, const TransformSpec& step) {
    return prepared(image, {step}, {image.width, image.height});
}

double deviationOf(const Image& image) {
    const double n = double(image.pixels.size());
    const double mean = std::accumulate(image.pixels.begin(), image.pixels.end(), 0.0) / n;
    double sum = 0;
    for (const std::uint8_t value : image.pixels) sum += std::pow(value - mean, 2);
    return std::sqrt(sum / n);
}

/// Soft shapes and some grain, like a photo.
std::vector<std::uint8_t> photo(int width, int height, const char* format) {
    cv::Mat picture(height, width, CV_8UC3);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const double u = double(x) / width, v = double(y) / height;
            picture.at<cv::Vec3b>(y, x) = {cv::saturate_cast<uchar>(128 + 100 * std::sin(20 * u + 9 * v * v)),
                                           cv::saturate_cast<uchar>(128 + 110 * std::cos(35 * u * v)),
                                           cv::saturate_cast<uchar>(255 * u * (1 - v) + ((x / 40 + y / 40) % 2) * 60)};
        }
    }
    cv::Mat grain(height, width, CV_16SC3);
    cv::RNG(1).fill(grain, cv::RNG::NORMAL, 0, 6);
    cv::add(picture, grain, picture, cv::noArray(), CV_8U);
    std::vector<std::uint8_t> bytes;
    cv::imencode(format, picture, bytes);
    return bytes;
}

}  // namespace

void TstPrepare::stretchingIsWhatHappensWithoutAnyStep() {
    const Image image{4, 2, 1, {0, 10, 20, 30, 40, 50, 60, 70}};
    QVERIFY(prepared(image, {}, {2, 3}) == resized(image, 2, 3));
    QVERIFY(prepared(image, {spec("resize")}, {2, 3}) == resized(image, 2, 3));
}

void TstPrepare::fittingKeepsTheShapeAndPads_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<QList<int>>("expected");
    using Pixels = QList<int>;
    // A picture of 4 x 2; 7 is the padding.
    QTest::newRow("above and below") << 4 << 4 << Pixels{7, 7, 7, 7, 0, 10, 20, 30, 40, 50, 60, 70, 7, 7, 7, 7};
    QTest::newRow("left and right") << 6 << 2 << Pixels{7, 0, 10, 20, 30, 7, 7, 40, 50, 60, 70, 7};
    QTest::newRow("smaller") << 2 << 2 << Pixels{25, 45, 7, 7};
}

void TstPrepare::fittingKeepsTheShapeAndPads() {
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(QList<int>, expected);
    const Image image{4, 2, 1, {0, 10, 20, 30, 40, 50, 60, 70}};
    const Image result = prepared(image, {spec("resize", {{"mode", std::string("fit")}, {"padding", std::int64_t{7}}})},
                                  {width, height});
    QCOMPARE(QList<int>(result.pixels.begin(), result.pixels.end()), expected);
}

void TstPrepare::coveringCutsOffWhatIsTooMuch() {
    const Image image{4, 2, 1, {0, 10, 20, 30, 40, 50, 60, 70}};
    const TransformSpec cover = spec("resize", {{"mode", std::string("cover")}});
    QVERIFY(prepared(image, {cover}, {2, 2}) == (Image{2, 2, 1, {10, 20, 50, 60}}));
    QVERIFY(prepared(image, {cover}, {1, 1}) == (Image{1, 1, 1, {35}}));
    QVERIFY(prepared(image, {cover}, {4, 1}) == (Image{4, 1, 1, {0, 10, 20, 30}}));
}

void TstPrepare::oddSizesComeOutExactly() {
    for (const char* mode : {"stretch", "fit", "cover"}) {
        for (const auto& [w, h] : {std::pair(1, 1), std::pair(1, 99), std::pair(300, 2), std::pair(31, 64)}) {
            const Image result = prepared(plain(w, h, 3, 5), {spec("resize", {{"mode", std::string(mode)}})}, {17, 9});
            QCOMPARE(result.width, 17);
            QCOMPARE(result.height, 9);
            QCOMPARE(result.pixels.size(), std::size_t{17 * 9 * 3});
        }
    }
}

void TstPrepare::greyKeepsTheChannels() {
    const Image result = after({1, 1, 3, {200, 0, 0}}, spec("grey"));
    QVERIFY(result == plain(1, 1, 3, 60));
    QVERIFY(after(plain(2, 1, 1, 9), spec("grey")) == plain(2, 1, 1, 9));
}

void TstPrepare::greyPicturesAreTrainedWithOneChannel() {
    DataSpec data;
    QCOMPARE(trainingShape(data, {}, false)[2], std::int64_t{3});
    data.preprocess = {spec("grey")};
    QCOMPARE(trainingShape(data, {}, false)[2], std::int64_t{1});
    data.channels = 3;
    QCOMPARE(trainingShape(data, {}, false)[2], std::int64_t{3});
}

void TstPrepare::equalisingSpreadsTwoValues() {
    QVERIFY(after({4, 1, 1, {100, 101, 100, 101}}, spec("equalise")) == (Image{4, 1, 1, {0, 255, 0, 255}}));
}

void TstPrepare::equalisingKeepsGreyPicturesGrey() {
    const Image image{3, 1, 3, {90, 90, 90, 100, 100, 100, 110, 110, 110}};
    for (const char* name : {"equalise", "clahe"}) QVERIFY(isGrey(after(image, spec(name))));
}

void TstPrepare::claheBringsOutFaintDetail() {
    Image faint = plain(64, 64, 1, 100);
    for (std::size_t i = 0; i < faint.pixels.size(); i += 3) faint.pixels[i] = 104;
    const double before = deviationOf(faint);
    const double gentle = deviationOf(after(faint, spec("clahe", {{"clip", 4.0}})));
    const double strong = deviationOf(after(faint, spec("clahe", {{"clip", 40.0}})));
    QVERIFY(gentle > before);
    QVERIFY(strong > gentle);
}

void TstPrepare::theMedianRemovesASinglePixel() {
    Image image = plain(5, 5, 3, 50);
    image.pixels[(2 * 5 + 2) * 3] = 255;
    QVERIFY(after(image, spec("denoise")) == plain(5, 5, 3, 50));
}

void TstPrepare::theBilateralFilterSmoothsAndKeepsTheEdge() {
    Image image = plain(16, 16, 1, 50);
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>((i % 16 < 8 ? 50 : 200) + (i * 7 % 5));
    const Image result =
        after(image, spec("denoise", {{"method", std::string("bilateral")}, {"radius", std::int64_t{2}}}));
    for (std::size_t y = 0; y < 16; ++y) {
        QVERIFY(result.pixels[y * 16 + 7] < 60);
        QVERIFY(result.pixels[y * 16 + 8] > 190);
    }
    // Along the left half, less goes up and down.
    const auto roughness = [](const Image& p) {
        int sum = 0;
        for (std::size_t i = 0; i < 7; ++i) sum += std::abs(p.pixels[8 * 16 + i + 1] - p.pixels[8 * 16 + i]);
        return sum;
    };
    QVERIFY(roughness(result) < roughness(image));
}

void TstPrepare::stepsBeforeTheResizeSeeTheWholePicture() {
    // A single wrong pixel: the median removes it before it is averaged in, and can't afterwards.
    Image image = plain(8, 8, 1, 0);
    image.pixels[3 * 8 + 3] = 160;
    const TransformSpec denoise = spec("denoise"), resize = spec("resize");
    QVERIFY(prepared(image, {denoise, resize}, {2, 2}) == plain(2, 2, 1, 0));
    QCOMPARE(int{prepared(image, {resize}, {2, 2}).pixels[0]}, 10);
    // Without a resize, pictures are stretched first.
    const TransformSpec equalise = spec("equalise");
    QVERIFY(prepared(image, {equalise}, {2, 2}) == prepared(image, {resize, equalise}, {2, 2}));
    QVERIFY(prepared(image, {equalise}, {2, 2}) != prepared(image, {equalise, resize}, {2, 2}));
}

void TstPrepare::badListsAreErrors_data() {
    QTest::addColumn<QString>("list");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* list, const char* words) { QTest::newRow(list) << list << words; };
    row(R"({})", "preprocess must be a list");
    row(R"([{"type": "rotate"}])", "list it under augment");
    row(R"([{"type": "resize"}, {"type": "grey"}, {"type": "resize"}])", "resized once");
    row(R"([{"type": "resize", "params": {"mode": "squeeze"}}])", "mode");
    row(R"([{"type": "resize", "params": {"padding": 256}}])", "padding");
    row(R"([{"type": "clahe", "params": {"tiles": 0}}])", "tiles");
    row(R"([{"type": "grey", "params": {"much": 1}}])", "no settings");
}

void TstPrepare::badListsAreErrors() {
    QFETCH(QString, list);
    QFETCH(QString, words);
    const auto specs = transformsFromJson(json::parse(list.toStdString()), TransformUse::preprocess);
    QVERIFY(!specs.ok());
    QVERIFY2(specs.error().message.find(words.toStdString()) != std::string::npos, specs.error().message.c_str());
    const auto other = transformsFromJson(json::parse(R"([{"type": "grey"}])"), TransformUse::augment);
    QVERIFY(!other.ok() && other.error().message.find("list it under preprocess") != std::string::npos);
}

void TstPrepare::largeJpegsAreReadReduced_data() {
    QTest::addColumn<int>("side");
    QTest::addColumn<int>("width");
    QTest::newRow("as it is") << 200 << 640;
    QTest::newRow("a half") << 120 << 320;
    QTest::newRow("a quarter") << 60 << 160;
    QTest::newRow("an eighth") << 28 << 80;
    QTest::newRow("no less than an eighth") << 4 << 80;
}

void TstPrepare::largeJpegsAreReadReduced() {
    QFETCH(int, side);
    QFETCH(int, width);
    const auto image = decodeImageFor(photo(640, 480, ".jpg"), side, side);
    QVERIFY(image.ok());
    QCOMPARE(image->width, width);
    QCOMPARE(image->height, width * 3 / 4);
}

void TstPrepare::readingReducedChangesLittle() {
    const auto bytes = photo(1024, 768, ".jpg");
    const Image whole = resized(*decodeImage(bytes), 64, 64), reduced = resized(*decodeImageFor(bytes, 64, 64), 64, 64);
    QVERIFY(decodeImageFor(bytes, 64, 64)->width == 256);
    double sum = 0;
    int largest = 0;
    for (std::size_t i = 0; i < whole.pixels.size(); ++i) {
        const int difference = std::abs(whole.pixels[i] - reduced.pixels[i]);
        sum += difference;
        largest = std::max(largest, difference);
    }
    QVERIFY2(sum / double(whole.pixels.size()) < 1, std::to_string(sum / double(whole.pixels.size())).c_str());
    QVERIFY2(largest <= 8, std::to_string(largest).c_str());
}

void TstPrepare::otherFormatsAreReadWhole() {
    QCOMPARE(decodeImageFor(photo(640, 480, ".png"), 8, 8)->width, 640);
    QTemporaryDir dir;
    const std::filesystem::path file = dir.filePath("a.jpg").toStdString();
    const auto bytes = photo(640, 480, ".jpg");
    test::writeTestFile(file, {bytes.begin(), bytes.end()});
    Preprocess preprocess;
    preprocess.width = preprocess.height = 32;
    // A step before the resize needs all pixels.
    preprocess.steps = {spec("denoise"), spec("resize")};
    QVERIFY(*readPrepared(file, preprocess) == preparedPicture(*decodeImage(bytes), preprocess));
    preprocess.steps = {spec("resize"), spec("denoise")};
    QVERIFY(*readPrepared(file, preprocess) == preparedPicture(*decodeImageFor(bytes, 32, 32), preprocess));
}

QTEST_GUILESS_MAIN(TstPrepare)
#include "tst_prepare.moc"
