// Decoding: every format and pixel type, orientation, and files of every kind of badness.
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <random>

#include "model/data/image.h"
#include "tests/support/temp_data_set.h"
#include "tests/support/test_data.h"

using namespace lemnos;
namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

class TstImage : public QObject {
    Q_OBJECT

  private slots:
    void everyFormatGivesTheSamePixels_data();
    void everyFormatGivesTheSamePixels();
    void otherPixelTypesBecomeEightBitRgb();
    void realValuedTiffIsScaled();
    void exifOrientationIsHonoured_data();
    void exifOrientationIsHonoured();
    void otherContentIsNamed_data();
    void otherContentIsNamed();
    void giganticHeadersAreRefused_data();
    void giganticHeadersAreRefused();
    void everyTruncationIsAnErrorOrAPicture_data();
    void everyTruncationIsAnErrorOrAPicture();
    void everyChangedBitIsAnErrorOrAPicture_data();
    void everyChangedBitIsAnErrorOrAPicture();
    void damagedChunksThatDecideNothingDoNotMatter();
    void filesAreReadWhateverTheirPath();
    void whatCantBeReadIsNamed();
    void greyIsToldByThePixels();
    void greyFollowsTheLumaWeights();
    void shrinkingAveragesAreas();
    void growingInterpolates();
    void shrinkingOneWayAndGrowingTheOtherDoesBoth();
    void theNastyFilesAreAsTheOracleSays();
};

namespace {

constexpr int width = 20, height = 14;

/// Smooth, so that JPEG keeps it nearly as it is; every channel differs.
Image example() {
    Image image{width, height, 3, {}};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            image.pixels.push_back(static_cast<std::uint8_t>(40 + 8 * x));
            image.pixels.push_back(static_cast<std::uint8_t>(200 - 6 * y));
            image.pixels.push_back(static_cast<std::uint8_t>(90 + 2 * x + 3 * y));
        }
    }
    return image;
}

cv::Mat bgrOf(const Image& image) {
    cv::Mat mat(image.height, image.width, CV_8UC3);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const std::uint8_t* pixel = &image.pixels[static_cast<std::size_t>((y * image.width + x) * 3)];
            mat.at<cv::Vec3b>(y, x) = {pixel[2], pixel[1], pixel[0]};
        }
    }
    return mat;
}

Bytes encoded(const std::string& extension, const cv::Mat& mat, const std::vector<int>& options = {}) {
    Bytes bytes;
    cv::imencode(extension, mat, bytes, options);
    return bytes;
}

Bytes encodedExample(const std::string& format) {
    if (format == "webp") return encoded(".webp", bgrOf(example()), {cv::IMWRITE_WEBP_QUALITY, 101});
    return encoded("." + format, bgrOf(example()));
}

void addFormats() {
    QTest::addColumn<QString>("format");
    for (const char* format : {"png", "jpg", "bmp", "webp", "tiff"}) QTest::newRow(format) << format;
}

const std::uint8_t* pixelAt(const Image& image, int x, int y) {
    return &image.pixels[static_cast<std::size_t>((y * image.width + x) * image.channels)];
}

int largestDifference(const Image& a, const Image& b) {
    int largest = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
    return largest;
}

Bytes bytesOf(const std::string& text) {
    return {text.begin(), text.end()};
}

/// Whatever the bytes are: a picture that is complete, or an Error with a sentence.
bool isSound(const Result<Image>& result) {
    if (!result) return result.error().message.ends_with('.');
    const auto size = static_cast<std::size_t>(result->width) * static_cast<std::size_t>(result->height) * 3;
    return result->channels == 3 && result->width > 0 && result->height > 0 && result->pixels.size() == size;
}

/// An APP1 segment whose only entry is the orientation (Exif 2.3, 4.5.2), put behind the start of a JPEG.
Bytes withOrientation(const Bytes& jpeg, int orientation) {
    Bytes segment{0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,
                  'M',  'M',  0, 42, 0,   0,   0,   8,   0, 1,
                  0x01, 0x12, 0, 3,  0,   0,   0,   1,   0, static_cast<std::uint8_t>(orientation),
                  0,    0,    0, 0,  0,   0};
    Bytes result(jpeg.begin(), jpeg.begin() + 2);
    result.insert(result.end(), segment.begin(), segment.end());
    result.insert(result.end(), jpeg.begin() + 2, jpeg.end());
    return result;
}

void putBigEndian(Bytes& bytes, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

void putLittleEndian(Bytes& bytes, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

/// CRC-32 of the PNG specification, annex D, the slow way.
std::uint32_t crc32(const Bytes& bytes, std::size_t from, std::size_t length) {
    std::uint32_t crc = 0xffffffffu;
    for (std::size_t i = from; i < from + length; ++i) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? 0xedb88320u ^ (crc >> 1) : crc >> 1;
    }
    return ~crc;
}

Bytes giganticPng() {
    Bytes bytes = encodedExample("png");
    putBigEndian(bytes, 16, 100'000);
    putBigEndian(bytes, 20, 100'000);
    putBigEndian(bytes, 29, crc32(bytes, 12, 17));
    return bytes;
}

Bytes giganticJpeg() {
    Bytes bytes = encodedExample("jpg");
    for (std::size_t i = 0; i + 8 < bytes.size(); ++i) {
        if (bytes[i] == 0xff && bytes[i + 1] == 0xc0)
            std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(i) + 5, 4, 0xff);
    }
    return bytes;
}

Bytes giganticBmp() {
    Bytes bytes = encodedExample("bmp");
    putLittleEndian(bytes, 18, 2'000'000'000);
    putLittleEndian(bytes, 22, static_cast<std::uint32_t>(-2'000'000'000));
    return bytes;
}

Bytes giganticWebp() {
    Bytes bytes = bytesOf(std::string("RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0", 20));
    bytes.resize(72, 0);
    std::fill_n(bytes.begin() + 24, 6, 0xff);
    return bytes;
}

/// A first directory with nothing but width and height.
Bytes giganticTiff() {
    Bytes bytes = bytesOf(std::string("II*\0\x08\0\0\0\x02\0", 10));
    bytes.resize(10 + 2 * 12 + 4, 0);
    for (std::size_t i = 0; i < 2; ++i) {
        const std::size_t at = 10 + 12 * i;
        bytes[at] = static_cast<std::uint8_t>(i), bytes[at + 1] = 1, bytes[at + 2] = 4, bytes[at + 4] = 1;
        putLittleEndian(bytes, at + 8, 1'000'000);
    }
    return bytes;
}

QByteArray sizeText(const Image& image) {
    return QByteArray::number(image.width) + "x" + QByteArray::number(image.height);
}

}  // namespace

void TstImage::everyFormatGivesTheSamePixels_data() {
    addFormats();
}

void TstImage::everyFormatGivesTheSamePixels() {
    QFETCH(QString, format);
    const auto image = decodeImage(encodedExample(format.toStdString()));
    QVERIFY2(image.ok(), image.ok() ? "" : image.error().message.c_str());
    QCOMPARE(image->width, width);
    QCOMPARE(image->height, height);
    QCOMPARE(image->channels, 3);
    const int tolerance = format == "jpg" ? 12 : 0;
    QVERIFY(largestDifference(*image, example()) <= tolerance);
}

void TstImage::otherPixelTypesBecomeEightBitRgb() {
    struct Case {
        const char* name;
        cv::Mat mat;
        std::array<std::uint8_t, 3> expected;
    };
    const cv::Size size(9, 7);
    const Case cases[] = {
        {"grey", cv::Mat(size, CV_8UC1, cv::Scalar(77)), {77, 77, 77}},
        {"grey, 16 bits", cv::Mat(size, CV_16UC1, cv::Scalar(77 * 257)), {77, 77, 77}},
        {"colour, 16 bits", cv::Mat(size, CV_16UC3, cv::Scalar(10 * 257, 20 * 257, 30 * 257)), {30, 20, 10}},
        {"alpha", cv::Mat(size, CV_8UC4, cv::Scalar(10, 20, 30, 128)), {30, 20, 10}},
        {"alpha, 16 bits", cv::Mat(size, CV_16UC4, cv::Scalar(10 * 257, 20 * 257, 30 * 257, 0)), {30, 20, 10}},
    };
    for (const Case& entry : cases) {
        for (const char* extension : {".png", ".tiff"}) {
            if (std::string(extension) == ".tiff" && entry.mat.channels() == 4) continue;  // written premultiplied
            const auto image = decodeImage(encoded(extension, entry.mat));
            QVERIFY2(image.ok(), entry.name);
            QCOMPARE(image->channels, 3);
            const std::uint8_t* pixel = pixelAt(*image, 4, 3);
            for (std::size_t c = 0; c < 3; ++c) QVERIFY2(std::abs(pixel[c] - entry.expected[c]) <= 1, entry.name);
        }
    }
    cv::Mat bilevel(size, CV_8UC1, cv::Scalar(0));
    bilevel.at<std::uint8_t>(3, 4) = 255;
    const auto image = decodeImage(encoded(".png", bilevel, {cv::IMWRITE_PNG_BILEVEL, 1}));
    QVERIFY(image.ok());
    QCOMPARE(int{*pixelAt(*image, 4, 3)}, 255);
    QCOMPARE(int{*pixelAt(*image, 5, 3)}, 0);
}

void TstImage::realValuedTiffIsScaled() {
    cv::Mat unit(6, 8, CV_32FC1, cv::Scalar(0.5)), wide(6, 8, CV_32FC3, cv::Scalar(10, 20, 300));
    unit.at<float>(0, 0) = std::nanf("");
    const auto first = decodeImage(encoded(".tiff", unit));
    QVERIFY(first.ok());
    QVERIFY(std::abs(*pixelAt(*first, 3, 3) - 128) <= 1);
    QCOMPARE(int{*pixelAt(*first, 0, 0)}, 0);
    const auto second = decodeImage(encoded(".tiff", wide, {cv::IMWRITE_TIFF_COMPRESSION, 1}));
    QVERIFY(second.ok());
    QCOMPARE(int{pixelAt(*second, 3, 3)[0]}, 255);
    QCOMPARE(int{pixelAt(*second, 3, 3)[2]}, 10);
}

void TstImage::exifOrientationIsHonoured_data() {
    // What stands upright in the corners when the stored picture has 0 1 / 2 3 there (Exif 2.3, table 6).
    QTest::addColumn<int>("orientation");
    QTest::addColumn<QString>("corners");
    const char* const corners[] = {"0123", "1032", "3210", "2301", "0213", "2031", "3120", "1302"};
    for (int i = 0; i < 8; ++i) QTest::addRow("%d", i + 1) << i + 1 << corners[i];
    QTest::addRow("none") << 0 << "0123";
    QTest::addRow("invalid") << 77 << "0123";
}

void TstImage::exifOrientationIsHonoured() {
    QFETCH(int, orientation);
    QFETCH(QString, corners);
    constexpr int stored[] = {20, 90, 160, 230};
    cv::Mat quarters(32, 64, CV_8UC3);
    for (int i = 0; i < 4; ++i) quarters(cv::Rect(i % 2 * 32, i / 2 * 16, 32, 16)) = cv::Scalar::all(stored[i]);
    const auto image = decodeImage(withOrientation(encoded(".jpg", quarters), orientation));
    QVERIFY(image.ok());
    const bool turned = orientation >= 5 && orientation <= 8;
    QCOMPARE(image->width, turned ? 32 : 64);
    QCOMPARE(image->height, turned ? 64 : 32);
    for (int i = 0; i < 4; ++i) {
        const int x = i % 2 ? image->width - 4 : 3, y = i / 2 ? image->height - 4 : 3;
        QVERIFY(std::abs(*pixelAt(*image, x, y) - stored[corners[i].digitValue()]) < 10);
    }
}

void TstImage::otherContentIsNamed_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const QByteArray& bytes) { QTest::newRow(name) << bytes << name; };
    row("empty", "");
    row("nothing but zeros", QByteArray(100, '\0'));
    row("GIF", "GIF89a\1\0\1\0");
    row("HEIC", QByteArray("\0\0\0\x18"
                           "ftypheic",
                           12));
    row("AVIF", QByteArray("\0\0\0\x18"
                           "ftypavif",
                           12));
    row("JPEG 2000", QByteArray("\0\0\0\x0cjP  \r\n", 10));
    row("PNM", "P6 1 1 255 abc");
    row("PDF", "%PDF-1.7");
    row("ZIP", "PK\3\4....");
    row("SVG", "<svg xmlns=''/>");
    row("web page", "<!DOCTYPE html><html></html>");
    row("icon", QByteArray("\0\0\1\0\1\0", 6));
    row("Photoshop", "8BPS....");
    row("not a picture", "hello, world");
    row("damaged or cut off", "\xff\xd8\xff");
}

void TstImage::otherContentIsNamed() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, words);
    const auto image = decodeImage(bytesOf(bytes.toStdString()));
    QVERIFY(!image.ok());
    const QString message = QString::fromStdString(image.error().message);
    QVERIFY2(message.contains(words), qPrintable(message));
    QVERIFY(isSound(image));
}

void TstImage::giganticHeadersAreRefused_data() {
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char* name, const Bytes& bytes) {
        QTest::newRow(name) << QByteArray(reinterpret_cast<const char*>(bytes.data()), static_cast<int>(bytes.size()));
    };
    row("png", giganticPng());
    row("jpeg", giganticJpeg());
    row("bmp", giganticBmp());
    row("webp", giganticWebp());
    row("tiff", giganticTiff());
}

void TstImage::giganticHeadersAreRefused() {
    QFETCH(QByteArray, bytes);
    const auto image = decodeImage(bytesOf(bytes.toStdString()));
    QVERIFY(!image.ok());
    QVERIFY2(image.error().message.find("200 million") != std::string::npos, image.error().message.c_str());
}

void TstImage::everyTruncationIsAnErrorOrAPicture_data() {
    addFormats();
}

void TstImage::everyTruncationIsAnErrorOrAPicture() {
    QFETCH(QString, format);
    const Bytes whole = encodedExample(format.toStdString());
    for (std::size_t length = 0; length < whole.size(); ++length)
        QVERIFY(isSound(decodeImage(std::span(whole).first(length))));
    QVERIFY(!decodeImage(std::span(whole).first(whole.size() / 4)).ok());
}

void TstImage::everyChangedBitIsAnErrorOrAPicture_data() {
    addFormats();
}

void TstImage::everyChangedBitIsAnErrorOrAPicture() {
    QFETCH(QString, format);
    const Bytes whole = encodedExample(format.toStdString());
    std::mt19937 random(5);
    for (int i = 0; i < 400; ++i) {
        Bytes bytes = whole;
        // Half of them in the header, where they do most harm.
        const std::size_t range = i % 2 ? bytes.size() : std::min<std::size_t>(bytes.size(), 64);
        for (int k = 0; k < 1 + i % 3; ++k) bytes[random() % range] ^= static_cast<std::uint8_t>(1u << random() % 8);
        QVERIFY(isSound(decodeImage(bytes)));
    }
}

void TstImage::damagedChunksThatDecideNothingDoNotMatter() {
    Bytes bytes = encodedExample("png");
    const Bytes chunk{0, 0, 0, 3, 't', 'E', 'X', 't', 'a', 0, 'b', 1, 2, 3, 4};  // its checksum is wrong
    bytes.insert(bytes.begin() + 33, chunk.begin(), chunk.end());
    const auto image = decodeImage(bytes);
    QVERIFY(image.ok());
    QVERIFY(*image == example());
}

void TstImage::filesAreReadWhateverTheirPath() {
    QTemporaryDir dir;
    const Image expected = example();
    for (const char* name : {"plain.bmp", "\xe7\x8e\xab\xe7\x91\xb0/\xf0\x9f\x8c\xb9 rose.bmp", "-rf.jpg",
                             "line\nbreak.png", "\xff\xfe.bmp"}) {
        const fs::path file = fs::path(dir.path().toStdString()) / name;
        test::writeTestFile(file, test::encodeBmp(width, height, expected.pixels));
        const auto image = readImage(file);
        QVERIFY2(image.ok(), name);
        QVERIFY(*image == expected);
        fs::remove(file);  // QTemporaryDir can't remove a name that is not UTF-8
    }
}

void TstImage::whatCantBeReadIsNamed() {
    QTemporaryDir dir;
    const fs::path folder = dir.path().toStdString();
    test::writeTestFile(folder / "text.png", "no picture");
    for (const fs::path& file : {folder / "missing.png", folder, folder / "text.png"}) {
        const auto image = readImage(file);
        QVERIFY(!image.ok());
        const QString message = QString::fromStdString(image.error().message);
        QCOMPARE(message.count(QString::fromStdString(displayPath(file))), 1);
        QCOMPARE(image.error().where, displayPath(file));
    }
    const auto reason = readImageOrReason(folder / "text.png");
    QVERIFY(!reason.ok());
    QVERIFY(reason.error().message.find("text.png") == std::string::npos);
}

void TstImage::greyIsToldByThePixels() {
    Image image{2, 2, 3, {9, 9, 9, 0, 0, 0, 255, 255, 255, 7, 7, 7}};
    QVERIFY(isGrey(image));
    image.pixels[10] = 8;
    QVERIFY(!isGrey(image));
    QVERIFY(isGrey({2, 1, 1, {1, 200}}));
}

void TstImage::greyFollowsTheLumaWeights() {
    const Image image{4, 1, 3, {255, 0, 0, 0, 255, 0, 0, 0, 255, 12, 200, 77}};
    const Image grey = toChannels(image, 1);
    QCOMPARE(grey.channels, 1);
    for (std::size_t i = 0; i < 4; ++i) {
        // ITU-R BT.601, 2.5.1.
        const double luma =
            0.299 * image.pixels[3 * i] + 0.587 * image.pixels[3 * i + 1] + 0.114 * image.pixels[3 * i + 2];
        QVERIFY(std::abs(grey.pixels[i] - luma) <= 1);
    }
    const Image colour = toChannels(grey, 3);
    for (std::size_t i = 0; i < 12; ++i) QCOMPARE(colour.pixels[i], grey.pixels[i / 3]);
    QVERIFY(toChannels(image, 3) == image);
}

void TstImage::shrinkingAveragesAreas() {
    const Image image{4, 2, 1, {0, 100, 8, 8, 100, 200, 8, 8}};
    QVERIFY(resized(image, 2, 1) == (Image{2, 1, 1, {100, 8}}));
    QVERIFY(resized(image, 1, 1) == (Image{1, 1, 1, {54}}));
    QVERIFY(resized(image, 4, 2) == image);
}

void TstImage::growingInterpolates() {
    const Image image = resized({2, 1, 1, {0, 200}}, 4, 1);
    // Centres of the four pixels lie at -0.25, 0.25, 0.75 and 1.25 of the two.
    QVERIFY(image == (Image{4, 1, 1, {0, 50, 150, 200}}));
    const Image single = resized({1, 1, 3, {1, 2, 3}}, 5, 4);
    QCOMPARE(single.pixels.size(), std::size_t{60});
    for (std::size_t i = 0; i < 60; ++i) QCOMPARE(int{single.pixels[i]}, static_cast<int>(i % 3) + 1);
}

void TstImage::shrinkingOneWayAndGrowingTheOtherDoesBoth() {
    const Image image{4, 1, 1, {0, 100, 200, 0}};
    QVERIFY(resized(image, 2, 3) == (Image{2, 3, 1, {50, 100, 50, 100, 50, 100}}));
}

void TstImage::theNastyFilesAreAsTheOracleSays() {
    const auto folder = test::testDataSet("nasty_images");
    if (!folder) return;  // everything above stands without them
    const auto table = test::testDataFile("nasty_oracle.tsv");
    std::ifstream stream(*table);
    std::string line;
    std::getline(stream, line);
    int pictures = 0, refused = 0;
    const QStringList ours{"png", "jpeg", "bmp", "webp", "tiff"};
    while (std::getline(stream, line)) {
        const QStringList fields = QString::fromStdString(line).split('\t');
        const QString name = fields[0], magic = fields[3], verdict = fields[5];
        if (name.contains('\\')) continue;  // escaped names; the part below reads those
        // The table does not know BigTIFF, and calls signed pictures another kind.
        const bool decodes = verdict.contains("int") || verdict.contains("float");
        const bool known = ours.contains(magic) || name.endsWith("hopper_bigtiff.tif");
        const auto image = readImage(*folder / "dev" / name.toStdString());
        QVERIFY2(isSound(image), qPrintable(name));
        QVERIFY2(image.ok() == (decodes && known), qPrintable(name));
        ++(image ? pictures : refused);
        if (!image) continue;
        QStringList size = verdict.section(' ', 1).split('x').mid(0, 2);
        static const QRegularExpression turned("(Landscape_|exif_orientation_)[5-8]\\.jpg$");
        if (turned.match(name).hasMatch()) std::swap(size[0], size[1]);  // the table has pictures as stored
        QCOMPARE(QString(sizeText(*image)), size.join('x'));
    }
    QVERIFY(pictures > 600 && refused > 700);
    for (const auto& entry : fs::directory_iterator(*folder / "dev" / "filenames"))
        QVERIFY2(readImage(entry.path()).ok(), displayPath(entry.path()).c_str());
}

QTEST_GUILESS_MAIN(TstImage)
#include "tst_image.moc"
