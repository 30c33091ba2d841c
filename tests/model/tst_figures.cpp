// What a run writes for other programs, and where it says that its time goes.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>

#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

#include "model/crc32c.h"
#include "model/train/class_counts.h"
#include "model/train/metrics_file.h"
#include "model/train/step_clock.h"
#include "model/train/tensorboard.h"
#include "model/train/trainer.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

Event epochEvent(std::int64_t epoch, double loss, std::int64_t validationCount = 4) {
    return {100.5, EpochEvent{.epoch = epoch,
                              .epochs = 9,
                              .train = {loss, 0.5, 8},
                              .validation = {2 * loss, 0.25, validationCount,
                                             validationCount > 0 ? std::optional(0.625) : std::nullopt},
                              .seconds = 1.5,
                              .imagesPerSecond = 60,
                              .best = epoch == 1,
                              .learningRate = 0.001}};
}

const QByteArray header =
    "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,validation_macro_f1,learning_rate,"
    "images_per_second,seconds,best\n";

/// CRC-32C bit by bit, from its polynomial.
std::uint32_t slowCrc(std::string_view bytes) {
    std::uint32_t crc = 0xffffffffu;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0x82f63b78u : 0);
    }
    return ~crc;
}

std::uint32_t slowMasked(std::string_view bytes) {
    const std::uint32_t crc = slowCrc(bytes);
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

/// The records of a TFRecord file; checks lengths and checksums.
QList<QByteArray> recordsOf(const std::string& file) {
    QList<QByteArray> records;
    std::size_t at = 0;
    while (at < file.size()) {
        std::uint64_t length = 0;
        std::uint32_t lengthCrc = 0, crc = 0;
        if (file.size() - at < 16) qFatal("a record is cut off");
        std::memcpy(&length, &file[at], 8);
        std::memcpy(&lengthCrc, &file[at + 8], 4);
        if (lengthCrc != slowMasked(std::string_view(file).substr(at, 8))) qFatal("a length is wrong");
        if (length > file.size() - at - 16) qFatal("a record is cut off");
        const std::string_view bytes = std::string_view(file).substr(at + 12, length);
        std::memcpy(&crc, &file[at + 12 + length], 4);
        if (crc != slowMasked(bytes)) qFatal("a checksum is wrong");
        records << QByteArray(bytes.data(), qsizetype(bytes.size()));
        at += 16 + length;
    }
    return records;
}

/// TensorFlow's event.proto and summary.proto as far as scalars go, read by protobuf itself.
class EventReader {
    google::protobuf::DescriptorPool m_pool;
    google::protobuf::DynamicMessageFactory m_factory{&m_pool};

    static void field(google::protobuf::DescriptorProto& message, const char* name, int number,
                      google::protobuf::FieldDescriptorProto::Type type, const char* typeName = nullptr,
                      bool repeated = false) {
        auto* added = message.add_field();
        added->set_name(name);
        added->set_number(number);
        added->set_type(type);
        added->set_label(repeated ? google::protobuf::FieldDescriptorProto::LABEL_REPEATED
                                  : google::protobuf::FieldDescriptorProto::LABEL_OPTIONAL);
        if (typeName) added->set_type_name(typeName);
    }

  public:
    EventReader() {
        using Field = google::protobuf::FieldDescriptorProto;
        google::protobuf::FileDescriptorProto file;
        file.set_name("event.proto");
        auto* value = file.add_message_type();
        value->set_name("Value");
        field(*value, "tag", 1, Field::TYPE_STRING);
        field(*value, "simple_value", 2, Field::TYPE_FLOAT);
        auto* summary = file.add_message_type();
        summary->set_name("Summary");
        field(*summary, "value", 1, Field::TYPE_MESSAGE, ".Value", true);
        auto* event = file.add_message_type();
        event->set_name("Event");
        field(*event, "wall_time", 1, Field::TYPE_DOUBLE);
        field(*event, "step", 2, Field::TYPE_INT64);
        field(*event, "file_version", 3, Field::TYPE_STRING);
        field(*event, "summary", 5, Field::TYPE_MESSAGE, ".Summary");
        if (!m_pool.BuildFile(file)) qFatal("the description is wrong");
    }

    /// "time step version tag=value" of a record.
    QString read(const QByteArray& record) {
        const auto* type = m_pool.FindMessageTypeByName("Event");
        const std::unique_ptr<google::protobuf::Message> event(m_factory.GetPrototype(type)->New());
        if (!event->ParseFromArray(record.data(), int(record.size()))) return QStringLiteral("not an Event");
        const auto* reflection = event->GetReflection();
        if (!reflection->GetUnknownFields(*event).empty()) return QStringLiteral("unknown fields");
        QString text = QString("%1 %2 %3")
                           .arg(reflection->GetDouble(*event, type->FindFieldByName("wall_time")))
                           .arg(reflection->GetInt64(*event, type->FindFieldByName("step")))
                           .arg(reflection->GetString(*event, type->FindFieldByName("file_version")).c_str());
        const auto& summary = reflection->GetMessage(*event, type->FindFieldByName("summary"));
        const auto* values = summary.GetDescriptor()->FindFieldByName("value");
        for (int i = 0; i < summary.GetReflection()->FieldSize(summary, values); ++i) {
            const auto& value = summary.GetReflection()->GetRepeatedMessage(summary, values, i);
            const auto* valueType = value.GetDescriptor();
            text += QString(" %1=%2")
                        .arg(value.GetReflection()->GetString(value, valueType->FindFieldByName("tag")).c_str())
                        .arg(value.GetReflection()->GetFloat(value, valueType->FindFieldByName("simple_value")));
        }
        return text;
    }
};

}  // namespace

class TstFigures : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    static QByteArray bytesOf(const fs::path& file) { return QByteArray::fromStdString(*readFile(file)); }

  private slots:
    void checksumsAreThoseOfTheStandard() {
        const auto crcOf = [](const QByteArray& bytes) { return crc32c(std::as_bytes(std::span(bytes))); };
        // RFC 3720, appendix B.4.
        QCOMPARE(crcOf(QByteArray(32, '\0')), 0x8a9136aau);
        QCOMPARE(crcOf(QByteArray(32, '\xff')), 0x62a8ab43u);
        QByteArray ascending;
        for (char i = 0; i < 32; ++i) ascending.append(i);
        QCOMPARE(crcOf(ascending), 0x46dd794eu);
        QCOMPARE(crcOf("123456789"), 0xe3069283u);
    }

    void metricsHaveARowForEachEpoch() {
        auto file = MetricsFile::create(path("a.csv"), {});
        QVERIFY(file.ok());
        QCOMPARE(bytesOf(path("a.csv")), header);
        QVERIFY(file->add(epochEvent(1, 1.25)).ok());
        QVERIFY(file->add({1, LogEvent{LogEvent::Level::info, "passed over"}}).ok());
        QVERIFY(file->add(epochEvent(2, std::numeric_limits<double>::quiet_NaN(), 0)).ok());
        QCOMPARE(bytesOf(path("a.csv")),
                 header + "1,1.25,0.5,2.5,0.25,0.625,0.001,60,1.5,1\n2,,0.5,,,,0.001,60,1.5,0\n");
    }

    void aFileThatWasCutOffIsWholeAgain() {
        QVERIFY(writeAtomically(path("b.csv"), (header + "1,1.25,0.5,2.").toStdString()).ok());
        auto file = MetricsFile::create(path("b.csv"), {epochEvent(1, 9), epochEvent(1, 1), epochEvent(2, 0.5)});
        QVERIFY(file.ok() && file->add(epochEvent(3, 0.25)).ok());
        QCOMPARE(bytesOf(path("b.csv")),
                 header +
                     "1,1,0.5,2,0.25,0.625,0.001,60,1.5,1\n2,0.5,0.5,1,0.25,0.625,0.001,60,1.5,0\n"
                     "3,0.25,0.5,0.5,0.25,0.625,0.001,60,1.5,0\n");
    }

    void aFolderThatIsNotThereIsTold() {
        const auto file = MetricsFile::create(path("no/a.csv"), {});
        QVERIFY(!file.ok() && file.error().message.find("a.csv") != std::string::npos);
        QVERIFY(writeAtomically(path("blocked"), "a file").ok());
        const auto board = TensorBoardFiles::create(path("blocked"), 1, "x");
        QVERIFY(!board.ok() && board.error().message.find("blocked") != std::string::npos);
    }

    void tensorBoardFilesBeginLikeThoseOfTensorFlow() {
        QVERIFY(TensorBoardFiles::create(path("board0"), 1, "x").ok());
        // What every file that TensorFlow writes begins with: 24, its masked checksum, and the tag of the time.
        QVERIFY(bytesOf(path("board0/train/events.out.tfevents.x"))
                    .startsWith(QByteArray("\x18\0\0\0\0\0\0\0\xa3\x7fK\"\t", 13)));
    }

    void tensorBoardReadsWhatTheRunHasTold() {
        auto board = TensorBoardFiles::create(path("board"), 99, "x");
        QVERIFY(board.ok());
        QVERIFY(board
                    ->add({7,
                           ProgressEvent{
                               .epoch = 3, .step = 2, .steps = 200, .train = {0.5, 0.75, 8}, .learningRate = 0.25}})
                    .ok());
        QVERIFY(board->add(epochEvent(3, 0.125)).ok());
        QVERIFY(board->add(epochEvent(4, 0.25, 0)).ok());
        EventReader reader;
        QStringList train, validation;
        for (const QByteArray& record : recordsOf(*readFile(path("board/train/events.out.tfevents.x"))))
            train << reader.read(record);
        for (const QByteArray& record : recordsOf(*readFile(path("board/validation/events.out.tfevents.x"))))
            validation << reader.read(record);
        QCOMPARE(train, (QStringList{"99 0 brain.Event:2", "7 402  batch_loss=0.5", "7 402  batch_accuracy=0.75",
                                     "7 402  batch_learning_rate=0.25", "100.5 3  epoch_loss=0.125",
                                     "100.5 3  epoch_accuracy=0.5", "100.5 3  epoch_learning_rate=0.001",
                                     "100.5 4  epoch_loss=0.25", "100.5 4  epoch_accuracy=0.5",
                                     "100.5 4  epoch_learning_rate=0.001"}));
        QCOMPARE(validation, (QStringList{"99 0 brain.Event:2", "100.5 3  epoch_loss=0.25",
                                          "100.5 3  epoch_accuracy=0.25", "100.5 3  epoch_macro_f1=0.625"}));
    }

    void aRunWritesBothAndAResumedOneGoesOn() {
        test::makeTinyDataSet(path("data"), {.classes = 3, .imagesPerClass = 20, .sizePixels = 12});
        RunSpec spec = *makeRunSpec(path("data"), "mlp256");
        spec.settings["epochs"] = std::int64_t{2};
        spec.settings["tensorboard"] = true;
        spec.run = path("run");
        std::vector<EpochEvent> epochs;
        const auto sink = [&](const Event& event) {
            if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) epochs.push_back(*epoch);
        };
        QVERIFY(train(spec, sink, {}).ok());
        QVERIFY(fs::remove(path("run/metrics.csv")));
        QVERIFY(resume(path("run"), sink, {}, 3).ok());
        QCOMPARE(epochs.size(), std::size_t(3));
        const QList<QByteArray> rows = bytesOf(path("run/metrics.csv")).split('\n');
        QCOMPARE(rows.size(), 5);  // with the header, and what follows the last line end
        for (int i = 0; i < 3; ++i) {
            const QList<QByteArray> fields = rows[i + 1].split(',');
            QCOMPARE(fields[0].toInt(), i + 1);
            QCOMPARE(fields[3].toDouble(), epochs[std::size_t(i)].validation.loss);
            QCOMPARE(fields[5].toDouble(), *epochs[std::size_t(i)].validation.macroF1);
            QCOMPARE(fields[6].toDouble(), 0.001);
            QVERIFY(epochs[std::size_t(i)].times.compute > 0);
        }
        int records = 0;
        for (const auto& file : fs::directory_iterator(path("run/tensorboard/validation")))
            records += int(recordsOf(*readFile(file.path())).size());
        QCOMPARE(records, 2 + 3 * 3);  // two files, and loss, accuracy and macro F1 of three epochs
    }

    void theBestEpochGoesByWhatTheUserChose() {
        test::makeTinyDataSet(path("data2"), {.classes = 3, .imagesPerClass = 20, .sizePixels = 12});
        for (const std::string by : {"accuracy", "loss", "macro_f1"}) {
            RunSpec spec = *makeRunSpec(path("data2"), "mlp256");
            spec.settings["epochs"] = std::int64_t{6};
            spec.settings["patience"] = std::int64_t{0};
            spec.settings["best_by"] = by;
            spec.settings["learning_rate"] = 0.05;  // so that the loss goes up and down
            spec.run = path(by.c_str());
            std::vector<EpochEvent> epochs;
            std::string told;
            std::int64_t best = 0;
            QVERIFY(train(spec,
                          [&](const Event& event) {
                              if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) epochs.push_back(*epoch);
                              if (const auto* started = std::get_if<StartedEvent>(&event.what))
                                  told = toString(started->bestBy);
                              if (const auto* end = std::get_if<FinishedEvent>(&event.what)) best = end->bestEpoch;
                          },
                          {})
                        .ok());
            QCOMPARE(told, by);
            const auto expected = std::ranges::min_element(epochs, {}, [&](const EpochEvent& e) {
                const auto& v = e.validation;
                return by == "loss"       ? std::pair(v.loss, 0.0)
                       : by == "accuracy" ? std::pair(-v.accuracy, v.loss)
                                          : std::pair(-v.macroF1.value(), v.loss);
            });
            QCOMPARE(best, expected->epoch);
        }
    }

    void macroF1IsTheMeanOverClassesThatOccur() {
        ClassCounts counts(4);
        QVERIFY(!counts.macroF1());
        for (int i = 0; i < 8; ++i) counts.add(0, 0);
        counts.add(0, 1);
        counts.add(1, 1);
        counts.add(2, 0);
        counts.add(9, 0);           // no class: takes no part
        counts.add(2, 0xffffffff);  // a network that gives no numbers
        QCOMPARE(*counts.macroF1(), (16.0 / 18 + 2.0 / 3 + 0) / 3);
    }

    void theMacroF1OfARunIsThatOfWhatItPredicts() {
        test::makeTinyDataSet(path("data3"), {.classes = 3, .imagesPerClass = 20, .sizePixels = 12});
        RunSpec spec = *makeRunSpec(path("data3"), "mlp256");
        spec.settings["epochs"] = std::int64_t{4};
        spec.settings["learning_rate"] = 0.05;
        spec.run = path("f1");
        std::vector<Metrics> told;
        std::vector<double> expected;
        QVERIFY(train(spec,
                      [&](const Event& event) {
                          if (const auto* epoch = std::get_if<EpochEvent>(&event.what))
                              told.push_back(epoch->validation);
                          const auto* seen = std::get_if<PredictionsEvent>(&event.what);
                          if (!seen) return;
                          std::map<std::string, std::array<double, 3>> classes;  // right, wrongly named, missed
                          for (const Prediction& p : seen->predictions) {
                              if (p.isRight())
                                  ++classes[p.label][0];
                              else
                                  ++classes[p.predicted][1], ++classes[p.label][2];
                          }
                          double sum = 0;
                          for (const auto& [name, n] : classes) sum += n[0] / (n[0] + (n[1] + n[2]) / 2);
                          expected.push_back(sum / double(classes.size()));
                      },
                      {})
                    .ok());
        QCOMPARE(told.size(), std::size_t(4));
        QCOMPARE(told.size(), expected.size());
        for (std::size_t i = 0; i < told.size(); ++i) {
            QVERIFY(told[i].count <= 8);  // so that the predictions are all there is
            QCOMPARE(*told[i].macroF1, expected[i]);
        }
    }

    void aCycleThatWaitsForTheDeviceIsTheDevices() {
        StepClock clock;
        clock.waited(0.3, 1, 3);
        clock.uploaded(0.2);
        clock.collected(0.5, 1.0);
        QCOMPARE(clock.take(), (StepTimes{.compute = 1.0}));
    }

    void aCycleInWhichTheDeviceRanDryIsWhatTheLoopDid() {
        StepClock clock;
        clock.waited(0.8, 1, 3);
        clock.uploaded(0.1);
        clock.collected(0.01, 1.0);
        const StepTimes times = clock.take();
        QCOMPARE(times.read, 0.2);
        QCOMPARE(times.decode, 0.6);
        QCOMPARE(times.upload, 0.1);
        QCOMPARE(times.compute, 0.01);
        QVERIFY(std::abs(times.sync - 0.09) < 1e-12);
        QCOMPARE(clock.take(), StepTimes());
    }

    void waitingForOtherDevicesIsNotComputing() {
        StepClock clock;
        clock.collected(0.9, 1.0, 0.25);
        QCOMPARE(clock.take(), (StepTimes{.compute = 0.75, .sync = 0.25}));
    }

    void theAdviceIsAboutWhatHoldsTrainingUp() {
        QVERIFY(adviceOn({}).empty());
        QVERIFY(adviceOn({.read = 5, .decode = 1, .compute = 5}).find("faster disk") != std::string::npos);
        QVERIFY(adviceOn({.decode = 5, .compute = 5}).find("picture cache") != std::string::npos);
        QVERIFY(adviceOn({.upload = 5, .compute = 5}).find("smaller pictures") != std::string::npos);
        QVERIFY(adviceOn({.compute = 5, .sync = 5}).find("larger batch") != std::string::npos);
        QVERIFY(adviceOn({.decode = 1, .compute = 9}).find("device is busy") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TstFigures)
#include "tst_figures.moc"
