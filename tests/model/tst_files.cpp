// Files and text: atomic writing, reading of anything that a path may name, folders of the program, and escapes.
#include <sys/stat.h>

#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <thread>

#include "model/files.h"
#include "model/text.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

class TstFiles : public QObject {
    Q_OBJECT

  private slots:
    void whatIsWrittenIsRead_data();
    void whatIsWrittenIsRead();
    void writingReplacesAndLeavesNothingBehind();
    void aReaderSeesTheOldOrTheNewContent();
    void writingWhereNothingCanBeWrittenIsAnErrorThatNamesTheFile();
    void readingWhatIsNoFileIsAnError();
    void foldersComeFromTheEnvironment();
    void invalidUtf8IsReplacedByteByByte_data();
    void invalidUtf8IsReplacedByteByByte();
    void escapingIsReversibleAndFitsOneLine();
    void brokenEscapesAreRefused();
    void partingKeepsEmptyParts();
};

namespace {

std::size_t entryCount(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

fs::path pathOf(const QTemporaryDir& dir) {
    return dir.path().toStdString();
}

/// All single bytes, and some pairs that look like the start of a longer sequence.
std::vector<std::string> awkwardTexts() {
    std::vector<std::string> texts{
        "", "plain", "a\tb\nc\\d\r", "\xe4\xb8\xad\xe6\x96\x87", "\xf0\x9f\x98\x80", "\\x41", "\xed\xa0\x80"};
    for (int byte = 0; byte < 256; ++byte) texts.push_back(std::string("x") + static_cast<char>(byte) + "y");
    return texts;
}

}  // namespace

void TstFiles::whatIsWrittenIsRead_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("size");
    QTest::newRow("empty") << QByteArray("empty") << 0;
    QTest::newRow("large") << QByteArray("large.bin") << 3'000'000;
    QTest::newRow("chinese and emoji") << QByteArray("\xe7\x8e\xab\xe7\x91\xb0 \xf0\x9f\x8c\xb9.png") << 100;
    QTest::newRow("newline") << QByteArray("a\nb\tc") << 10;
    QTest::newRow("not UTF-8") << QByteArray("\xff\xfe.jpg") << 10;
    QTest::newRow("longest name") << QByteArray(255, 'n') << 10;
}

void TstFiles::whatIsWrittenIsRead() {
    QFETCH(QByteArray, name);
    QFETCH(int, size);
    QTemporaryDir dir;
    const fs::path file = pathOf(dir) / name.toStdString();
    std::string bytes;
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(static_cast<unsigned>(i) * 7919u >> 3);
    const Status status = writeAtomically(file, bytes);
    QVERIFY2(status.ok(), status.ok() ? "" : status.error().message.c_str());
    const auto read = readFile(file);
    QVERIFY(read.ok());
    QVERIFY(*read == bytes);
    fs::remove(file);  // QTemporaryDir can't remove a name that is not UTF-8
}

void TstFiles::writingReplacesAndLeavesNothingBehind() {
    QTemporaryDir dir;
    const fs::path file = pathOf(dir) / "f";
    QVERIFY(writeAtomically(file, "a long first content").ok());
    QVERIFY(writeAtomically(file, "second").ok());
    QCOMPARE(*readFile(file), std::string("second"));
    QCOMPARE(entryCount(pathOf(dir)), std::size_t{1});
}

void TstFiles::aReaderSeesTheOldOrTheNewContent() {
    QTemporaryDir dir;
    const fs::path file = pathOf(dir) / "f";
    const std::string first(100'000, 'a'), second(200'000, 'b');
    QVERIFY(writeAtomically(file, first).ok());
    std::atomic<bool> mixed = false;
    {
        const std::jthread reader([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                const auto bytes = readFile(file);
                if (!bytes || (*bytes != first && *bytes != second)) mixed = true;
            }
        });
        for (int i = 0; i < 20; ++i) QVERIFY(writeAtomically(file, i % 2 ? first : second).ok());
    }
    QVERIFY(!mixed);
}

void TstFiles::writingWhereNothingCanBeWrittenIsAnErrorThatNamesTheFile() {
    QTemporaryDir dir;
    QVERIFY(writeAtomically(pathOf(dir) / "file", "x").ok());
    fs::create_directories(pathOf(dir) / "folder" / "inner");
    for (const fs::path& file : {pathOf(dir) / "missing" / "f", pathOf(dir) / "file" / "f", pathOf(dir) / "folder"}) {
        const Status status = writeAtomically(file, "content");
        QVERIFY(!status.ok());
        QVERIFY(status.error().message.find(displayPath(file)) != std::string::npos);
    }
    QCOMPARE(entryCount(pathOf(dir)), std::size_t{2});
    QCOMPARE(*readFile(pathOf(dir) / "file"), std::string("x"));
}

void TstFiles::readingWhatIsNoFileIsAnError() {
    QTemporaryDir dir;
    const fs::path pipe = pathOf(dir) / "pipe";
    QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
    fs::create_symlink("nowhere", pathOf(dir) / "dangling");
    for (const fs::path& file :
         {pathOf(dir), pathOf(dir) / "missing", pipe, pathOf(dir) / "dangling", fs::path("/dev/zero"), fs::path()}) {
        const auto bytes = readFile(file);
        QVERIFY(!bytes.ok());
        QVERIFY(bytes.error().message.find(displayPath(file)) != std::string::npos);
    }
    // A file that does not tell its size.
    const auto version = readFile("/proc/self/status");
    QVERIFY(version.ok() && version->starts_with("Name:"));
}

void TstFiles::foldersComeFromTheEnvironment() {
    const auto restore = [](const char* name, const QByteArray& value) {
        value.isNull() ? qunsetenv(name) : qputenv(name, value);
    };
    const QByteArray runs = qgetenv("LEMNOS_RUNS"), cache = qgetenv("LEMNOS_CACHE"), data = qgetenv("XDG_DATA_HOME"),
                     xdgCache = qgetenv("XDG_CACHE_HOME"), home = qgetenv("HOME");
    qputenv("LEMNOS_RUNS", "/a/runs");
    qputenv("LEMNOS_CACHE", "/a/cache");
    QCOMPARE(runsFolder(), fs::path("/a/runs"));
    QCOMPARE(cacheFolder(), fs::path("/a/cache"));
    qunsetenv("LEMNOS_RUNS");
    qunsetenv("LEMNOS_CACHE");
    qputenv("XDG_DATA_HOME", "/x/data");
    qputenv("XDG_CACHE_HOME", "relative, so ignored");
    qputenv("HOME", "/home/someone");
    QCOMPARE(runsFolder(), fs::path("/x/data/lemnos/runs"));
    QCOMPARE(cacheFolder(), fs::path("/home/someone/.cache/lemnos"));
    restore("LEMNOS_RUNS", runs);
    restore("LEMNOS_CACHE", cache);
    restore("XDG_DATA_HOME", data);
    restore("XDG_CACHE_HOME", xdgCache);
    restore("HOME", home);
}

void TstFiles::invalidUtf8IsReplacedByteByByte_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    const QString bad(QChar::ReplacementCharacter);
    QTest::newRow("plain") << QByteArray("plain") << "plain";
    QTest::newRow("chinese") << QByteArray("\xe4\xb8\xad") << QString::fromUtf8("\xe4\xb8\xad");
    QTest::newRow("emoji") << QByteArray("\xf0\x9f\x98\x80") << QString::fromUtf8("\xf0\x9f\x98\x80");
    QTest::newRow("lone byte") << QByteArray(
                                      "a\xff"
                                      "b")
                               << "a" + bad + "b";
    QTest::newRow("cut off") << QByteArray("\xe4\xb8") << bad + bad;
    QTest::newRow("overlong slash") << QByteArray("\xc0\xaf") << bad + bad;
    QTest::newRow("overlong, 3 bytes") << QByteArray("\xe0\x80\xaf") << bad + bad + bad;
    QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << bad + bad + bad;
    QTest::newRow("beyond Unicode") << QByteArray("\xf4\x90\x80\x80") << bad + bad + bad + bad;
}

void TstFiles::invalidUtf8IsReplacedByteByByte() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(toUtf8(bytes.toStdString())), text);
    QCOMPARE(QString::fromStdString(displayPath(bytes.toStdString())), text);
}

void TstFiles::escapingIsReversibleAndFitsOneLine() {
    for (const std::string& text : awkwardTexts()) {
        const std::string line = escaped(text);
        QVERIFY(line.find_first_of("\t\n\r") == std::string::npos);
        QCOMPARE(toUtf8(line), line);
        QVERIFY(unescaped(line) == text);
    }
    QCOMPARE(escaped("a\tb\xff"), std::string("a\\tb\\xff"));
    QCOMPARE(escaped("\xe4\xb8\xad"), std::string("\xe4\xb8\xad"));
}

void TstFiles::brokenEscapesAreRefused() {
    for (const char* text : {"\\", "a\\", "\\q", "\\x", "\\x4", "\\xg0", "\\x0G", "\\xFF"}) QVERIFY(!unescaped(text));
}

void TstFiles::partingKeepsEmptyParts() {
    using Parts = std::vector<std::string_view>;
    QVERIFY(parted("a,b", ',') == (Parts{"a", "b"}));
    QVERIFY(parted("", ',') == Parts{""});
    QVERIFY(parted(",,", ',') == (Parts{"", "", ""}));
}

QTEST_GUILESS_MAIN(TstFiles)
#include "tst_files.moc"
