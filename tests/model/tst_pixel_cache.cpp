// PixelCache: the same bytes as decoding gives, from run to run, whatever happens to the files.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <atomic>
#include <chrono>

#include "model/data/batch_loader.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

class TstPixelCache : public QObject {
    Q_OBJECT

  private slots:
    void init();
    void theFirstOpeningDecodesAndTellsOfIt();
    void theNextOpeningDecodesNothing();
    void changedPicturesAreDecodedAnew();
    void newPicturesAreAddedAndOldOnesKept();
    void otherPreprocessingIsAnotherFile();
    void augmentationIsNotPartOfIt();
    void theLimitHolds();
    void oldFilesMakeRoom();
    void whatAKilledProcessLeftIsRemoved();
    void damagedFilesAreMadeAnew_data();
    void damagedFilesAreMadeAnew();
    void undecodablePicturesAreNotTriedAgain();
    void aFolderThatCannotBeWrittenIsAnError();
    void cancellingLeavesNothingBehind();
    void batchesFromTheCacheAreTheSame();

  private:
    Result<PixelCache> open() { return open(m_preprocess, 1'000'000); }
    Result<PixelCache> open(const Preprocess& preprocess, std::int64_t limit) {
        m_decoded = 0;
        return PixelCache::open(m_index, preprocess,
                                {.folder = m_folder,
                                 .limitBytes = limit,
                                 .progress = [&](std::size_t, std::size_t total) { m_decoded = total; }});
    }
    std::vector<fs::path> files() const {
        std::vector<fs::path> list;
        for (const auto& entry : fs::directory_iterator(m_folder)) list.push_back(entry.path());
        return list;
    }
    /// Whether all held pictures are what decoding gives, and how many they are.
    std::size_t rightOnes(const PixelCache& cache) const {
        std::size_t count = 0;
        std::vector<std::uint8_t> pixels(static_cast<std::size_t>(m_preprocess.pictureBytes()));
        for (std::uint32_t i = 0; i < m_index.samples.size(); ++i) {
            if (!cache.read(i, pixels.data())) continue;
            const auto expected = readPrepared(m_index.absolutePath(m_index.samples[i]), m_preprocess);
            if (!expected || expected->pixels != pixels) return 0;
            ++count;
        }
        return count;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_folder;
    DatasetIndex m_index;
    Preprocess m_preprocess;
    std::size_t m_decoded = 0;  // pictures looked at while the file was made; 0 when it was there
};

void TstPixelCache::init() {
    m_dir = std::make_unique<QTemporaryDir>();
    const fs::path root = m_dir->filePath("data").toStdString();
    m_folder = m_dir->filePath("cache").toStdString();
    test::makeTinyDataSet(root, {.classes = 2, .imagesPerClass = 10, .sizePixels = 12});
    auto index = scanDataset(root);
    QVERIFY(index.ok());
    m_index = *std::move(index);
    m_preprocess = {};
    m_preprocess.width = 7;
    m_preprocess.height = 5;
}

void TstPixelCache::theFirstOpeningDecodesAndTellsOfIt() {
    const auto cache = open();
    QVERIFY2(cache.ok(), cache.ok() ? "" : cache.error().message.c_str());
    QCOMPARE(m_decoded, std::size_t{20});
    QCOMPARE(cache->count(), std::size_t{20});
    QCOMPARE(rightOnes(*cache), std::size_t{20});
    QCOMPARE(files().size(), std::size_t{1});
    QCOMPARE(static_cast<std::int64_t>(fs::file_size(files()[0])), cacheFileBytes(20, m_preprocess));
}

void TstPixelCache::theNextOpeningDecodesNothing() {
    QVERIFY(open().ok());
    const auto again = open();
    QVERIFY(again.ok());
    QCOMPARE(m_decoded, std::size_t{0});
    QCOMPARE(rightOnes(*again), std::size_t{20});
}

void TstPixelCache::changedPicturesAreDecodedAnew() {
    QVERIFY(open().ok());
    const std::vector<std::uint8_t> white(12 * 12 * 3, 255);
    const fs::path file = m_index.absolutePath(m_index.samples[3]);
    test::writeTestFile(file, test::encodeBmp(12, 12, white));
    // Of the same length, perhaps within the same tick of the clock: the time is what tells.
    fs::last_write_time(file, fs::file_time_type::clock::now() + std::chrono::seconds(5));
    const auto cache = open();
    QVERIFY(cache.ok());
    QCOMPARE(rightOnes(*cache), std::size_t{20});
    std::vector<std::uint8_t> pixels(105);
    QVERIFY(cache->read(3, pixels.data()));
    QVERIFY(std::ranges::all_of(pixels, [](std::uint8_t v) { return v == 255; }));
}

void TstPixelCache::newPicturesAreAddedAndOldOnesKept() {
    QVERIFY(open().ok());
    // The places of all others move.
    m_index.samples.erase(m_index.samples.begin());
    const auto fewer = open();
    QVERIFY(fewer.ok());
    QCOMPARE(m_decoded, std::size_t{0});
    QCOMPARE(rightOnes(*fewer), std::size_t{19});
    const std::string path = m_index.classes[0] + "/new.bmp";
    const std::vector<std::uint8_t> grey(12 * 12 * 3, 99);
    test::writeTestFile(m_index.root / path, test::encodeBmp(12, 12, grey));
    m_index.samples.insert(m_index.samples.begin() + 4, {path, 0, Split::train, 12, 12});
    const auto more = open();
    QVERIFY(more.ok());
    QCOMPARE(rightOnes(*more), std::size_t{20});
}

void TstPixelCache::otherPreprocessingIsAnotherFile() {
    QVERIFY(open().ok());
    Preprocess other = m_preprocess;
    other.steps = {{"equalise", {}}};
    QVERIFY(open(other, 1'000'000).ok());
    QCOMPARE(m_decoded, std::size_t{20});
    QCOMPARE(files().size(), std::size_t{2});
}

void TstPixelCache::augmentationIsNotPartOfIt() {
    QVERIFY(open().ok());
    Preprocess other = m_preprocess;
    other.augment = {{"shift", {{"fraction", 0.3}}}};
    other.mean = {1, 2, 3};
    other.features.kind = FeatureKind::hog;
    QVERIFY(open(other, 1'000'000).ok());
    QCOMPARE(m_decoded, std::size_t{0});
}

void TstPixelCache::theLimitHolds() {
    const std::int64_t limit = cacheFileBytes(7, m_preprocess) + 50;
    const auto cache = open(m_preprocess, limit);
    QVERIFY(cache.ok());
    QCOMPARE(cache->count(), std::size_t{7});
    QCOMPARE(rightOnes(*cache), std::size_t{7});
    for (std::uint32_t i = 0; i < 20; ++i) QVERIFY(!cache->isUnreadable(i));  // there is no room for them
    QVERIFY(static_cast<std::int64_t>(fs::file_size(files()[0])) <= limit);
    // A larger file is not kept when the limit is lowered.
    QVERIFY(open().ok());
    QVERIFY(open(m_preprocess, limit).ok());
    QVERIFY(static_cast<std::int64_t>(fs::file_size(files()[0])) <= limit);
    QCOMPARE(open(m_preprocess, 10)->count(), std::size_t{0});
}

void TstPixelCache::oldFilesMakeRoom() {
    QVERIFY(open().ok());
    const fs::path first = files()[0];
    Preprocess other = m_preprocess;
    other.steps = {{"equalise", {}}};
    QVERIFY(open(other, cacheFileBytes(20, m_preprocess) + 100).ok());
    QVERIFY(!fs::exists(first));
    QCOMPARE(files().size(), std::size_t{1});
}

void TstPixelCache::whatAKilledProcessLeftIsRemoved() {
    const fs::path dead = m_folder / "1234.pixels.999999999.tmp";  // no process has so large a number
    const fs::path alive = m_folder / ("1234.pixels." + std::to_string(QCoreApplication::applicationPid()) + ".tmp");
    const fs::path other = m_folder / "notes.tmp";
    for (const fs::path& file : {dead, alive, other}) test::writeTestFile(file, "unfinished");
    QVERIFY(open().ok());
    QVERIFY(!fs::exists(dead));
    QVERIFY(fs::exists(alive));
    QVERIFY(fs::exists(other));
}

void TstPixelCache::damagedFilesAreMadeAnew_data() {
    QTest::addColumn<qint64>("keep");
    QTest::addColumn<qint64>("flip");
    QTest::newRow("empty") << qint64{0} << qint64{-1};
    QTest::newRow("cut in the header") << qint64{20} << qint64{-1};
    QTest::newRow("cut in the pictures") << qint64{300} << qint64{-1};
    for (const qint64 at : {0, 8, 16, 24, 31, 32}) QTest::addRow("byte %d", int(at)) << qint64{-1} << at;
}

void TstPixelCache::damagedFilesAreMadeAnew() {
    QFETCH(qint64, keep);
    QFETCH(qint64, flip);
    QVERIFY(open().ok());
    std::string bytes = *readFile(files()[0]);
    if (keep >= 0) bytes.resize(static_cast<std::size_t>(keep));
    if (flip >= 0) bytes[static_cast<std::size_t>(flip)] ^= 0x55;
    test::writeTestFile(files()[0], bytes);
    const auto cache = open();
    QVERIFY(cache.ok());
    QCOMPARE(m_decoded, std::size_t{20});
    QCOMPARE(rightOnes(*cache), std::size_t{20});
}

void TstPixelCache::undecodablePicturesAreNotTriedAgain() {
    test::writeTestFile(m_index.absolutePath(m_index.samples[2]), "no picture");
    fs::remove(m_index.absolutePath(m_index.samples[5]));
    QCOMPARE(open()->count(), std::size_t{18});
    const auto again = open();
    QCOMPARE(m_decoded, std::size_t{0});
    QCOMPARE(rightOnes(*again), std::size_t{18});
    for (std::uint32_t i = 0; i < 20; ++i) QCOMPARE(again->isUnreadable(i), i == 2 || i == 5);
}

void TstPixelCache::aFolderThatCannotBeWrittenIsAnError() {
    test::writeTestFile(m_folder, "a file where the folder should be");
    const auto cache = open();
    QVERIFY(!cache.ok());
    QVERIFY2(cache.error().message.find("can't be written") != std::string::npos, cache.error().message.c_str());
}

void TstPixelCache::cancellingLeavesNothingBehind() {
    std::stop_source source;
    source.request_stop();
    QVERIFY(!PixelCache::open(m_index, m_preprocess,
                              {.folder = m_folder, .limitBytes = 1'000'000, .stop = source.get_token()})
                 .ok());
    QVERIFY(!fs::exists(m_folder) || files().empty());
}

void TstPixelCache::batchesFromTheCacheAreTheSame() {
    m_preprocess.augment = {{"shift", {{"fraction", 0.3}}}};
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < m_index.samples.size(); ++i) all.push_back(i);
    auto some = open(m_preprocess, cacheFileBytes(9, m_preprocess));
    QVERIFY(some.ok());
    for (const bool training : {false, true}) {
        const LoaderOptions options{.batch = 6, .epoch = 2, .training = training, .threads = 3};
        BatchLoader plain(m_index, all, m_preprocess, options), cached(m_index, all, m_preprocess, options, &*some);
        while (const auto expected = plain.next()) {
            const auto batch = cached.next();
            QVERIFY(batch.has_value());
            QVERIFY(batch->pixels == expected->pixels && batch->labels == expected->labels);
        }
    }
}

QTEST_GUILESS_MAIN(TstPixelCache)
#include "tst_pixel_cache.moc"
