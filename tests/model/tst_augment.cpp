// Augmentation: that it is decided by seed, epoch and sample alone, and what each transform does to small pictures.
#include <QTest>
#include <algorithm>
#include <cmath>
#include <future>
#include <numeric>
#include <set>

#include "model/transforms/transform.h"

using namespace lemnos;

class TstAugment : public QObject {
    Q_OBJECT

  private slots:
    void threadsChangeNoByte();
    void epochsAndSamplesAndPlacesDiffer_data();
    void epochsAndSamplesAndPlacesDiffer();
    void settingsOfNothingChangeNothing_data();
    void settingsOfNothingChangeNothing();
    void plainPicturesStayPlain_data();
    void plainPicturesStayPlain();
    void flippingVerticallySwapsRows();
    void rotatingByAQuarterTurnsAgainstTheClock();
    void rotatingByHalfIsFlippingBothWays();
    void scalingUpMakesADotLarger();
    void croppingTakesThePartAndEnlargesIt();
    void perspectivePullsTheCornersIn();
    void brightnessMultiplies();
    void contrastGoesToTheMean();
    void saturationGoesToGrey();
    void halfATurnOfHueMakesRedCyan();
    void blurringSpreadsADotAndKeepsTheSum();
    void noiseHasTheDeviationAskedFor();
    void cutoutCoversASquare();
    void cutoutIsCutOffAtTheEdge();
    void randAugmentPicksAnewForEachPicture();
};

namespace {

Image plain(int width, int height, int channels, std::uint8_t value) {
    return {width, height, channels, std::vector<std::uint8_t>(std::size_t(width * height * channels), value)};
}

/// Nothing in it is like its mirror image or its turned one.
Image patterned(int width, int height, int channels) {
    Image image = plain(width, height, channels, 0);
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        image.pixels[i] = static_cast<std::uint8_t>((i * i / 7 + 31 * i) % 251);
    return image;
}

Image applied(const char* name, const ParamMap& params, const Image& image, TransformRandom random) {
    const TransformType* type = findTransformType(name);
    return type->apply(image, *resolveParams(type->params, params, name), random);
}

TransformSpec spec(std::string_view name, const ParamMap& params = {}) {
    return {std::string(name), *resolveParams(findTransformType(name)->params, params, name)};
}

std::vector<const TransformType*> augmentations() {
    std::vector<const TransformType*> types;
    for (const TransformType* type : transformTypes())
        if (type->use() == TransformUse::augment) types.push_back(type);
    return types;
}

void addAugmentations() {
    QTest::addColumn<std::string>("name");
    for (const TransformType* type : augmentations()) QTest::newRow(type->name.data()) << std::string(type->name);
}

double meanOf(const Image& image) {
    return std::accumulate(image.pixels.begin(), image.pixels.end(), 0.0) / double(image.pixels.size());
}

double deviationOf(const Image& image) {
    double sum = 0;
    for (const std::uint8_t value : image.pixels) sum += std::pow(value - meanOf(image), 2);
    return std::sqrt(sum / double(image.pixels.size()));
}

}  // namespace

void TstAugment::threadsChangeNoByte() {
    std::vector<TransformSpec> all;
    for (const TransformType* type : augmentations()) all.push_back(spec(type->name));
    const Image image = patterned(24, 20, 3);
    std::vector<Image> alone;
    for (std::uint32_t sample = 0; sample < 24; ++sample) alone.push_back(augmented(image, all, 7, 3, sample));
    std::vector<std::future<Image>> together;
    for (std::uint32_t sample = 0; sample < 24; ++sample)
        together.push_back(std::async(std::launch::async, [&, sample] { return augmented(image, all, 7, 3, sample); }));
    for (std::size_t i = 0; i < alone.size(); ++i) QVERIFY(together[i].get() == alone[i]);
}

void TstAugment::epochsAndSamplesAndPlacesDiffer_data() {
    addAugmentations();
}

void TstAugment::epochsAndSamplesAndPlacesDiffer() {
    QFETCH(std::string, name);
    const std::vector<TransformSpec> one{spec(name)};
    const Image image = patterned(16, 16, 3);
    std::set<std::vector<std::uint8_t>> results;
    for (std::uint32_t i = 0; i < 12; ++i) {
        results.insert(augmented(image, one, 1, i, 5).pixels);
        results.insert(augmented(image, one, 1, 5, i).pixels);
        results.insert(augmented(image, one, i, 5, 5).pixels);
    }
    // A mirror image has two forms; others have many.
    QVERIFY2(results.size() >= (name.starts_with("flip") ? 2u : 6u), std::to_string(results.size()).c_str());
    // The same transform twice is not the same change twice.
    const std::vector<TransformSpec> two{spec("shift"), spec("shift")};
    int same = 0;
    for (std::uint32_t i = 0; i < 20; ++i) {
        const Image once = augmented(image, {two[0]}, 1, i, 0);
        same += augmented(image, two, 1, i, 0) == augmented(once, {two[0]}, 1, i, 0);
    }
    QVERIFY(same < 10);
}

void TstAugment::settingsOfNothingChangeNothing_data() {
    QTest::addColumn<std::string>("name");
    QTest::addColumn<std::string>("keys");
    const auto row = [](const char* name, const char* keys) {
        QTest::newRow(name) << std::string(name) << std::string(keys);
    };
    row("flip_horizontal", "probability");
    row("flip_vertical", "probability");
    row("shift", "fraction");
    row("scale", "range");
    row("rotate", "degrees");
    row("perspective", "strength");
    row("colour_jitter", "brightness contrast saturation hue");
    row("blur", "probability");
    row("noise", "deviation");
    row("cutout", "probability");
    row("rand_augment", "strength");
}

void TstAugment::settingsOfNothingChangeNothing() {
    QFETCH(std::string, name);
    QFETCH(std::string, keys);
    ParamMap params;
    for (const QString& key : QString::fromStdString(keys).split(' ')) params[key.toStdString()] = 0.0;
    for (const int channels : {1, 3}) {
        const Image image = patterned(13, 9, channels);
        for (std::uint32_t epoch = 0; epoch < 10; ++epoch)
            QVERIFY(augmented(image, {spec(name, params)}, 3, epoch, 1) == image);
    }
    const Image image = patterned(12, 12, 3);
    QVERIFY(applied("crop", {{"area", 1.0}}, image, {{0.2, 0.5, 0.9, 0.1}}) == image);
}

void TstAugment::plainPicturesStayPlain_data() {
    addAugmentations();
}

void TstAugment::plainPicturesStayPlain() {
    QFETCH(std::string, name);
    if (name == "noise" || name == "cutout" || name == "rand_augment") return;
    const Image image = plain(11, 14, 3, 90);
    for (std::uint32_t epoch = 0; epoch < 10; ++epoch) {
        const Image result = augmented(image, {spec(name)}, 3, epoch, 1);
        // Edges are repeated, so nothing black comes in; other light is the same light everywhere.
        QVERIFY(std::ranges::all_of(result.pixels, [&](std::uint8_t v) { return v == result.pixels.front(); }));
        if (name != "colour_jitter") QVERIFY(result == image);
    }
}

void TstAugment::flippingVerticallySwapsRows() {
    const ParamMap always{{"probability", 1.0}};
    QVERIFY(applied("flip_vertical", always, {3, 2, 1, {1, 2, 3, 4, 5, 6}}, {{0.99}}) ==
            (Image{3, 2, 1, {4, 5, 6, 1, 2, 3}}));
    const Image image = patterned(7, 5, 3);
    QVERIFY(applied("flip_vertical", always, applied("flip_vertical", always, image, {}), {}) == image);
}

void TstAugment::rotatingByAQuarterTurnsAgainstTheClock() {
    const Image image{3, 3, 1, {1, 2, 3, 4, 5, 6, 7, 8, 9}};
    QVERIFY(applied("rotate", {{"degrees", 90.0}}, image, {{1}}) == (Image{3, 3, 1, {3, 6, 9, 2, 5, 8, 1, 4, 7}}));
    QVERIFY(applied("rotate", {{"degrees", 90.0}}, image, {{0}}) == (Image{3, 3, 1, {7, 4, 1, 8, 5, 2, 9, 6, 3}}));
}

void TstAugment::rotatingByHalfIsFlippingBothWays() {
    const Image image = patterned(8, 5, 3);
    const ParamMap always{{"probability", 1.0}};
    const Image flipped = applied("flip_horizontal", always, applied("flip_vertical", always, image, {}), {});
    QVERIFY(applied("rotate", {{"degrees", 180.0}}, image, {{1}}) == flipped);
}

void TstAugment::scalingUpMakesADotLarger() {
    Image image = plain(9, 9, 1, 0);
    image.pixels[4 * 9 + 4] = 200;
    const Image larger = applied("scale", {{"range", 1.0}}, image, {{1}});
    QCOMPARE(int{larger.pixels[4 * 9 + 4]}, 200);
    // Twice as large: bilinear weights of a half beside the middle.
    QCOMPARE(int{larger.pixels[4 * 9 + 3]}, 100);
    QCOMPARE(int{larger.pixels[4 * 9 + 2]}, 0);
    const Image smaller = applied("scale", {{"range", 1.0}}, image, {{0}});
    QVERIFY(meanOf(smaller) <= meanOf(image));
}

void TstAugment::croppingTakesThePartAndEnlargesIt() {
    Image quarters = plain(8, 8, 1, 0);
    for (std::size_t y = 0; y < 8; ++y)
        for (std::size_t x = 0; x < 8; ++x)
            quarters.pixels[y * 8 + x] = static_cast<std::uint8_t>(50 + 50 * (x / 4) + 100 * (y / 4));
    const ParamMap quarter{{"area", 0.25}};
    const Image topLeft = applied("crop", quarter, quarters, {{0, 0.5, 0, 0}});
    const Image bottomRight = applied("crop", quarter, quarters, {{0, 0.5, 1, 1}});
    for (std::size_t y = 0; y < 7; ++y) {
        for (std::size_t x = 0; x < 7; ++x) {
            QCOMPARE(int{topLeft.pixels[y * 8 + x]}, 50);
            QCOMPARE(int{bottomRight.pixels[(y + 1) * 8 + x + 1]}, 200);
        }
    }
}

void TstAugment::perspectivePullsTheCornersIn() {
    // A frame around a plain field: where corners move in, less of the frame is left.
    Image frame = plain(20, 20, 1, 255);
    for (std::size_t y = 2; y < 18; ++y)
        std::fill_n(frame.pixels.begin() + std::ptrdiff_t(y * 20 + 2), 16, std::uint8_t{0});
    for (std::uint64_t seed = 1; seed < 10; ++seed) {
        const Image result = applied("perspective", {{"strength", 0.6}}, frame, {{}, seed});
        QVERIFY(result != frame);
        QVERIFY(meanOf(result) < meanOf(frame));
    }
}

void TstAugment::brightnessMultiplies() {
    const ParamMap params{{"brightness", 0.5}, {"contrast", 0.0}, {"saturation", 0.0}, {"hue", 0.0}};
    const Image image{2, 1, 3, {10, 20, 30, 100, 200, 250}};
    QVERIFY(applied("colour_jitter", params, image, {{1}}) == (Image{2, 1, 3, {15, 30, 45, 150, 255, 255}}));
    QVERIFY(applied("colour_jitter", params, image, {{0}}) == (Image{2, 1, 3, {5, 10, 15, 50, 100, 125}}));
}

void TstAugment::contrastGoesToTheMean() {
    const ParamMap params{{"brightness", 0.0}, {"contrast", 1.0}, {"saturation", 0.0}, {"hue", 0.0}};
    const Image image{4, 1, 1, {40, 80, 120, 160}};
    QVERIFY(applied("colour_jitter", params, image, {{0.5, 0}}) == plain(4, 1, 1, 100));
    QVERIFY(applied("colour_jitter", params, image, {{0.5, 1}}) == (Image{4, 1, 1, {0, 60, 140, 220}}));
}

void TstAugment::saturationGoesToGrey() {
    const ParamMap params{{"brightness", 0.0}, {"contrast", 0.0}, {"saturation", 1.0}, {"hue", 0.0}};
    const Image red = {1, 1, 3, {200, 0, 0}};
    const Image grey = applied("colour_jitter", params, red, {{0.5, 0.5, 0}});
    QVERIFY(grey == plain(1, 1, 3, 60));  // 0.299 x 200
    QVERIFY(applied("colour_jitter", params, red, {{0.5, 0.5, 0.5}}) == red);
}

void TstAugment::halfATurnOfHueMakesRedCyan() {
    const ParamMap params{{"brightness", 0.0}, {"contrast", 0.0}, {"saturation", 0.0}, {"hue", 0.5}};
    const Image cyan = applied("colour_jitter", params, {1, 1, 3, {200, 0, 0}}, {{0.5, 0.5, 0.5, 1}});
    QVERIFY(cyan.pixels[0] <= 8 && cyan.pixels[1] >= 192 && cyan.pixels[2] >= 192);
}

void TstAugment::blurringSpreadsADotAndKeepsTheSum() {
    Image dot = plain(15, 15, 1, 0);
    dot.pixels[7 * 15 + 7] = 255;
    const Image result = applied("blur", {{"probability", 1.0}, {"sigma", 1.0}}, dot, {{0, 1}});
    QVERIFY(result.pixels[7 * 15 + 7] < 60 && result.pixels[7 * 15 + 7] > 30);  // 255 / (2 pi) = 41
    QCOMPARE(result.pixels[7 * 15 + 6], result.pixels[7 * 15 + 8]);
    QCOMPARE(result.pixels[6 * 15 + 7], result.pixels[7 * 15 + 8]);
    QVERIFY(std::abs(meanOf(result) - meanOf(dot)) < 0.1);
}

void TstAugment::noiseHasTheDeviationAskedFor() {
    const Image image = plain(64, 64, 3, 128);
    const Image result = applied("noise", {{"deviation", 20.0}}, image, {{0.5}, 9});
    QVERIFY(std::abs(meanOf(result) - 128) < 0.5);
    QVERIFY(std::abs(deviationOf(result) - 10) < 0.5);
    QVERIFY(applied("noise", {{"deviation", 20.0}}, image, {{0.5}, 9}) == result);
    QVERIFY(applied("noise", {{"deviation", 20.0}}, image, {{0.5}, 10}) != result);
}

void TstAugment::cutoutCoversASquare() {
    const ParamMap params{{"probability", 1.0}, {"side", 0.4}, {"fill", std::int64_t{9}}};
    const Image result = applied("cutout", params, plain(10, 10, 3, 200), {{0.5, 0.5, 0}});
    for (std::size_t y = 0; y < 10; ++y) {
        for (std::size_t x = 0; x < 10; ++x) {
            const bool covered = x >= 3 && x < 7 && y >= 3 && y < 7;
            for (std::size_t c = 0; c < 3; ++c) QCOMPARE(int{result.pixels[(y * 10 + x) * 3 + c]}, covered ? 9 : 200);
        }
    }
}

void TstAugment::cutoutIsCutOffAtTheEdge() {
    const ParamMap params{{"probability", 1.0}, {"side", 0.4}, {"fill", std::int64_t{0}}};
    const Image result = applied("cutout", params, plain(10, 10, 1, 200), {{0, 0, 0}});
    QCOMPARE(std::ranges::count(result.pixels, 0), std::ptrdiff_t{4});
    QCOMPARE(int{result.pixels[0]}, 0);
}

void TstAugment::randAugmentPicksAnewForEachPicture() {
    const std::vector<TransformSpec> specs{spec("rand_augment", {{"count", std::int64_t{1}}, {"strength", 1.0}})};
    const Image image = patterned(32, 32, 3);
    std::set<std::vector<std::uint8_t>> results;
    int keptMost = 0;
    for (std::uint32_t sample = 0; sample < 60; ++sample) {
        const Image result = augmented(image, specs, 1, 0, sample);
        results.insert(result.pixels);
        std::size_t same = 0;
        for (std::size_t i = 0; i < result.pixels.size(); ++i) same += result.pixels[i] == image.pixels[i];
        keptMost += same > result.pixels.size() / 2;  // a cutout, and nothing else, leaves most pixels as they are
    }
    QVERIFY(results.size() > 50);
    QVERIFY2(keptMost >= 2 && keptMost <= 30, std::to_string(keptMost).c_str());
}

QTEST_GUILESS_MAIN(TstAugment)
#include "tst_augment.moc"
