// Image transforms: what all of them promise, and what each does.
#include <QTest>
#include <nlohmann/json.hpp>
#include <set>

#include "model/transforms/transform.h"

using namespace lemnos;
using nlohmann::json;

class TstTransforms : public QObject {
    Q_OBJECT

  private slots:
    void everyTransformIsDescribed_data();
    void everyTransformIsDescribed();
    void everyTransformKeepsTheShape_data();
    void everyTransformKeepsTheShape();
    void jsonSurvivesTheRoundTrip_data();
    void jsonSurvivesTheRoundTrip();
    void brokenJsonIsAnError_data();
    void brokenJsonIsAnError();
    void flippingMirrorsRows();
    void flippingFollowsItsProbability();
    void shiftingMovesAndRepeatsTheEdge_data();
    void shiftingMovesAndRepeatsTheEdge();
};

namespace {

void addTransforms() {
    QTest::addColumn<QString>("name");
    for (const TransformType* type : transformTypes())
        QTest::newRow(std::string(type->name).c_str())
            << QString::fromUtf8(type->name.data(), static_cast<int>(type->name.size()));
}

Image numbered(int width, int height, int channels) {
    Image image{width, height, channels, {}};
    for (int i = 0; i < width * height * channels; ++i) image.pixels.push_back(static_cast<std::uint8_t>(i));
    return image;
}

ParamMap defaults(const TransformType& type) {
    const auto params = resolveParams(type.params, ParamMap{}, type.name);
    return *params;
}

Image applied(const char* name, ParamMap params, const Image& image, TransformRandom random) {
    const TransformType* type = findTransformType(name);
    const auto resolved = resolveParams(type->params, params, name);
    return type->apply(image, *resolved, random);
}

}  // namespace

void TstTransforms::everyTransformIsDescribed_data() {
    addTransforms();
}

void TstTransforms::everyTransformIsDescribed() {
    QFETCH(QString, name);
    const TransformType* type = findTransformType(name.toStdString());
    QVERIFY(type && (type->apply != nullptr) != (type->prepare != nullptr));
    QVERIFY(!type->label.empty());
    QVERIFY(type->summary.ends_with('.'));
    std::set<std::string> keys;
    for (const Param& param : type->params) {
        QVERIFY(keys.insert(param.key).second);
        QVERIFY(!param.label.empty());
        QVERIFY(param.help.ends_with('.'));
        QVERIFY(resolveParams(type->params, ParamMap{{param.key, param.defaultValue}}, "").ok());
    }
    QVERIFY(!findTransformType("no such transform"));
}

void TstTransforms::everyTransformKeepsTheShape_data() {
    addTransforms();
}

void TstTransforms::everyTransformKeepsTheShape() {
    QFETCH(QString, name);
    const TransformType& type = *findTransformType(name.toStdString());
    const std::pair<int, int> sizes[] = {{1, 1}, {1, 9}, {7, 1}, {6, 5}};
    for (const auto& [width, height] : sizes) {
        for (const int channels : {1, 3}) {
            for (const double u : {0.0, 0.3, 0.5, 0.999999}) {
                const Image image = numbered(width, height, channels);
                const Image result = type.prepare ? type.prepare(image, defaults(type), {width, height})
                                                  : type.apply(image, defaults(type), {{u, 1 - u - 1e-9, u, u}});
                QCOMPARE(result.width, width);
                QCOMPARE(result.height, height);
                QCOMPARE(result.channels, channels);
                QCOMPARE(result.pixels.size(), image.pixels.size());
            }
        }
    }
}

void TstTransforms::jsonSurvivesTheRoundTrip_data() {
    addTransforms();
}

void TstTransforms::jsonSurvivesTheRoundTrip() {
    QFETCH(QString, name);
    const TransformSpec spec{name.toStdString(), defaults(*findTransformType(name.toStdString()))};
    const auto again = transformFromJson(json::parse(toJson(spec).dump()));
    QVERIFY(again.ok());
    QCOMPARE(again->type, spec.type);
    QVERIFY(again->params == spec.params);
    const auto bare = transformFromJson({{"type", spec.type}});
    QVERIFY(bare.ok());
    QVERIFY(bare->params == spec.params);
}

void TstTransforms::brokenJsonIsAnError_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* text, const char* words) { QTest::newRow(text) << text << words; };
    row("5", "JSON object");
    row("{}", "type");
    row(R"({"type": 5})", "type");
    row(R"({"type": "melt"})", "choose one of blur, clahe,");
    row(R"({"type": "shift", "params": {"by": 1}})", "transform 'shift'");
    row(R"({"type": "shift", "params": 5})", "transform 'shift'");
    row(R"({"type": "shift", "fraction": 0.2})", "\"fraction\"");
}

void TstTransforms::brokenJsonIsAnError() {
    QFETCH(QString, text);
    QFETCH(QString, words);
    const auto spec = transformFromJson(json::parse(text.toStdString()));
    QVERIFY(!spec.ok());
    QVERIFY2(spec.error().message.find(words.toStdString()) != std::string::npos, spec.error().message.c_str());
}

void TstTransforms::flippingMirrorsRows() {
    const ParamMap always{{"probability", 1.0}};
    QVERIFY(applied("flip_horizontal", always, {3, 2, 1, {1, 2, 3, 4, 5, 6}}, {{0.99}}) ==
            (Image{3, 2, 1, {3, 2, 1, 6, 5, 4}}));
    QVERIFY(applied("flip_horizontal", always, {2, 1, 3, {1, 2, 3, 4, 5, 6}}, {{0}}) ==
            (Image{2, 1, 3, {4, 5, 6, 1, 2, 3}}));
    const Image image = numbered(7, 5, 3);
    QVERIFY(applied("flip_horizontal", always, applied("flip_horizontal", always, image, {}), {}) == image);
}

void TstTransforms::flippingFollowsItsProbability() {
    const Image image = numbered(4, 1, 1);
    for (const double probability : {0.0, 0.25, 0.5, 1.0}) {
        int flipped = 0;
        for (int i = 0; i < 100; ++i)
            flipped += applied("flip_horizontal", {{"probability", probability}}, image, {{i / 100.0}}) != image;
        QCOMPARE(flipped, static_cast<int>(100 * probability));
    }
}

void TstTransforms::shiftingMovesAndRepeatsTheEdge_data() {
    QTest::addColumn<double>("right");
    QTest::addColumn<double>("down");
    QTest::addColumn<QList<int>>("expected");
    using Pixels = QList<int>;
    // A picture of 4 x 2 with the fraction 0.5: uniform 0 moves by -2 and -1, 0.5 not at all, nearly 1 by 2 and 1.
    QTest::newRow("stay") << 0.5 << 0.5 << Pixels{0, 1, 2, 3, 4, 5, 6, 7};
    QTest::newRow("left") << 0.0 << 0.5 << Pixels{2, 3, 3, 3, 6, 7, 7, 7};
    QTest::newRow("right by one") << 0.75 << 0.5 << Pixels{0, 0, 1, 2, 4, 4, 5, 6};
    QTest::newRow("right") << 0.999999 << 0.5 << Pixels{0, 0, 0, 1, 4, 4, 4, 5};
    QTest::newRow("up") << 0.5 << 0.0 << Pixels{4, 5, 6, 7, 4, 5, 6, 7};
    QTest::newRow("down") << 0.5 << 0.999999 << Pixels{0, 1, 2, 3, 0, 1, 2, 3};
    QTest::newRow("right and down") << 0.75 << 0.999999 << Pixels{0, 0, 1, 2, 0, 0, 1, 2};
}

void TstTransforms::shiftingMovesAndRepeatsTheEdge() {
    QFETCH(double, right);
    QFETCH(double, down);
    QFETCH(QList<int>, expected);
    const Image result = applied("shift", {{"fraction", 0.5}}, numbered(4, 2, 1), {{right, down}});
    QCOMPARE(QList<int>(result.pixels.begin(), result.pixels.end()), expected);
    const Image still = applied("shift", {{"fraction", 0.0}}, numbered(4, 2, 1), {{right, down}});
    QVERIFY(still == numbered(4, 2, 1));
    const Image colour = applied("shift", {{"fraction", 0.5}}, numbered(4, 2, 3), {{right, down}});
    for (int i = 0; i < 8; ++i) QCOMPARE(int{colour.pixels[static_cast<std::size_t>(3 * i + 1)]}, 3 * expected[i] + 1);
}

QTEST_GUILESS_MAIN(TstTransforms)
#include "tst_transforms.moc"
