// Safetensors: files built by hand from the format's definition, and everything that may be wrong with one.
#include <QTemporaryDir>
#include <QTest>
#include <cstring>
#include <limits>

#include "model/exchange/safetensors.h"
#include "model/files.h"

using namespace lemnos;

class TstSafetensors : public QObject {
    Q_OBJECT

  private slots:
    void aFileBuiltByHandIsRead();
    void aWrittenFileHasTheDocumentedLayout();
    void everyFloatSurvivesBitForBit();
    void equalContentGivesEqualBytes();
    void theOrderOfTensorsIsKept();
    void aHeaderOfAnotherWriterMayBeUnalignedAndPadded();
    void emptyFilesAndEmptyTensorsAreValid();
    void theFileOnDiskIsTheSame();
    void everyTruncationIsRefused();
    void damagedFilesAreRefused_data();
    void damagedFilesAreRefused();
    void anErrorNamesTheFile();
};

namespace {

std::string fileOf(const std::string& header, std::size_t dataBytes) {
    std::string bytes(8, '\0');
    const std::uint64_t size = header.size();
    std::memcpy(bytes.data(), &size, 8);
    return bytes + header + std::string(dataBytes, '\x01');
}

TensorFile example() {
    TensorFile file;
    file.tensors = {{"dense.weight", {2, 3}, {1, 2, 3, 4, 5, 6}}, {"dense.bias", {3}, {7, 8, 9}}, {"\u4e00", {}, {10}}};
    file.metadata = {{"format", "lemnos"}, {"epoch", "3"}};
    return file;
}

}  // namespace

void TstSafetensors::aFileBuiltByHandIsRead() {
    std::string bytes =
        fileOf(R"({"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}})", 0);
    const float values[] = {1.5f, -2.25f};
    bytes.append(reinterpret_cast<const char*>(values), sizeof values);
    const Result<TensorFile> file = parseSafetensors(bytes);
    QVERIFY2(file.ok(), file.ok() ? "" : file.error().message.c_str());
    QCOMPARE(file->tensors.size(), 1u);
    QCOMPARE(file->tensors[0].name, std::string("x"));
    QCOMPARE(file->tensors[0].dims, (std::vector<std::int64_t>{1, 2}));
    QCOMPARE(file->tensors[0].values, (std::vector<float>{1.5f, -2.25f}));
    QCOMPARE(file->metadata, (std::map<std::string, std::string>{{"a", "b"}}));
    QVERIFY(file->find("x"));
    QVERIFY(!file->find("y"));
}

void TstSafetensors::aWrittenFileHasTheDocumentedLayout() {
    TensorFile file;
    file.tensors = {{"x", {1, 2}, {1.5f, -2.25f}}};
    const std::string bytes = toSafetensors(file);
    std::uint64_t headerBytes = 0;
    std::memcpy(&headerBytes, bytes.data(), 8);
    QCOMPARE(headerBytes % 8, 0u);
    const std::string header = bytes.substr(8, headerBytes);
    QCOMPARE(QByteArray::fromStdString(header).trimmed(),
             QByteArray(R"({"x":{"data_offsets":[0,8],"dtype":"F32","shape":[1,2]}})"));
    const float values[] = {1.5f, -2.25f};
    QCOMPARE(bytes.substr(8 + headerBytes), std::string(reinterpret_cast<const char*>(values), sizeof values));
}

void TstSafetensors::everyFloatSurvivesBitForBit() {
    TensorFile file;
    NamedTensor tensor{"bits", {0}, {}};
    for (std::uint32_t i = 0; i < 1u << 16; ++i) {
        const std::uint32_t bits = i * 65537u;
        float value = 0;
        std::memcpy(&value, &bits, 4);
        tensor.values.push_back(value);
    }
    tensor.dims = {static_cast<std::int64_t>(tensor.values.size())};
    file.tensors = {tensor};
    const Result<TensorFile> back = parseSafetensors(toSafetensors(file));
    QVERIFY(back.ok());
    QCOMPARE(std::memcmp(back->tensors[0].values.data(), tensor.values.data(), tensor.values.size() * 4), 0);
}

void TstSafetensors::equalContentGivesEqualBytes() {
    QCOMPARE(toSafetensors(example()), toSafetensors(example()));
    TensorFile other = example();
    other.tensors[1].values[2] = 9.5f;
    QVERIFY(toSafetensors(other) != toSafetensors(example()));
}

void TstSafetensors::theOrderOfTensorsIsKept() {
    const Result<TensorFile> back = parseSafetensors(toSafetensors(example()));
    QVERIFY(back.ok());
    QCOMPARE(back->tensors.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
        QCOMPARE(back->tensors[i].name, example().tensors[i].name);
        QCOMPARE(back->tensors[i].dims, example().tensors[i].dims);
        QCOMPARE(back->tensors[i].values, example().tensors[i].values);
    }
    QCOMPARE(back->metadata, example().metadata);
}

void TstSafetensors::aHeaderOfAnotherWriterMayBeUnalignedAndPadded() {
    QVERIFY(parseSafetensors(fileOf(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   )", 4)).ok());
}

void TstSafetensors::emptyFilesAndEmptyTensorsAreValid() {
    QVERIFY(parseSafetensors(toSafetensors({})).ok());
    const Result<TensorFile> file =
        parseSafetensors(fileOf(R"({"x":{"dtype":"F32","shape":[3,0],"data_offsets":[0,0]}})", 0));
    QVERIFY(file.ok());
    QCOMPARE(file->tensors[0].values.size(), 0u);
}

void TstSafetensors::theFileOnDiskIsTheSame() {
    const QTemporaryDir dir;
    const std::filesystem::path path =
        std::filesystem::path(dir.path().toStdString()) / "\u6743\u91cd \U0001f44b.safetensors";
    QVERIFY(writeSafetensors(path, example()).ok());
    QCOMPARE(*readFile(path), toSafetensors(example()));
    QCOMPARE(readSafetensors(path)->tensors.size(), 3u);
}

void TstSafetensors::everyTruncationIsRefused() {
    const std::string bytes = toSafetensors(example());
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        QVERIFY2(!parseSafetensors(std::string_view(bytes).substr(0, length)).ok(), std::to_string(length).c_str());
    }
    QVERIFY(!parseSafetensors(bytes + "x").ok());
}

void TstSafetensors::damagedFilesAreRefused_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("named");
    const auto row = [](const char* name, const std::string& header, std::size_t dataBytes, const char* named) {
        QTest::newRow(name) << QByteArray::fromStdString(fileOf(header, dataBytes)) << named;
    };
    QTest::newRow("huge header length") << QByteArray(8, '\xff') << "header";
    QTest::newRow("header length past the end") << QByteArray("\x10\0\0\0\0\0\0\0{}", 10) << "header";
    row("not JSON", "{", 0, "JSON");
    row("a list", "[]", 0, "JSON object");
    row("half precision", R"({"x":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}})", 4, "F16");
    row("no type", R"({"x":{"shape":[1],"data_offsets":[0,4]}})", 4, "'x'");
    row("no shape", R"({"x":{"dtype":"F32","data_offsets":[0,4]}})", 4, "shape");
    row("no offsets", R"({"x":{"dtype":"F32","shape":[1]}})", 4, "offsets");
    row("not an object", R"({"x":5})", 0, "'x'");
    row("three offsets", R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}})", 4, "offsets");
    row("negative extent", R"({"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4, "whole number");
    row("real extent", R"({"x":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", 4, "whole number");
    row("backward offsets", R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4, "offsets");
    row("wrong size", R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4, "size");
    row("overflowing shape", R"({"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0,
        "large");
    row("overflowing to the right size", R"({"x":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}})",
        4, "large");
    row("huge offsets",
        R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[18446744073709551612,18446744073709551615]}})", 4,
        "offsets");
    row("overlap",
        R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
        12, "overlaps");
    row("same place",
        R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
        4, "overlaps");
    row("gap", R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8, "gap");
    row("bytes behind", R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 8, "8");
    row("past the end", R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4, "8");
    row("duplicate name",
        R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
        4, "twice");
    row("duplicate field", R"({"x":{"dtype":"F32","dtype":"F16","shape":[1],"data_offsets":[0,4]}})", 4, "twice");
    row("metadata not an object", R"({"__metadata__":[]})", 0, "metadata");
    row("metadata not a text", R"({"__metadata__":{"a":1}})", 0, "metadata");
    row("many extents", R"({"x":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}})", 4,
        "shape");
    row("deep", std::string(1 << 20, '['), 0, "JSON");
}

void TstSafetensors::damagedFilesAreRefused() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, named);
    const Result<TensorFile> file = parseSafetensors(bytes.toStdString());
    QVERIFY(!file.ok());
    QVERIFY2(file.error().message.find(named.toStdString()) != std::string::npos, file.error().message.c_str());
}

void TstSafetensors::anErrorNamesTheFile() {
    const QTemporaryDir dir;
    const std::filesystem::path path = std::filesystem::path(dir.path().toStdString()) / "best.safetensors";
    QVERIFY(writeAtomically(path, "nonsense").ok());
    const Result<TensorFile> file = readSafetensors(path);
    QVERIFY(!file.ok());
    QVERIFY(file.error().message.find("best.safetensors") != std::string::npos);
    const Result<TensorFile> missing = readSafetensors(path.parent_path() / "none.safetensors");
    QVERIFY(!missing.ok());
    QVERIFY(missing.error().message.find("none.safetensors") != std::string::npos);
}

QTEST_GUILESS_MAIN(TstSafetensors)
#include "tst_safetensors.moc"
