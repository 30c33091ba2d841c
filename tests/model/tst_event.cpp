// Events as JSON lines: what is written, what is read back, and what is refused.
#include <QTest>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "model/train/event.h"

using namespace lemnos;

class TstEvent : public QObject {
    Q_OBJECT

  private slots:
    void everyKindSurvivesARoundTrip();
    void aLineIsTheDocumentedJson();
    void aDocumentedLineIsRead();
    void aLossThatIsNotANumberIsStillAnEvent();
    void aTextWithNewlinesStaysOnOneLine();
    void bytesThatAreNotUtf8DoNotStopTheLine();
    void linesThatAreNoEventsAreRefused_data();
    void linesThatAreNoEventsAreRefused();
};

namespace {

std::vector<Event> oneOfEach() {
    FinishedEvent withTest{"completed", 5, 4, {0.25, 0.75, 80}, Metrics{0.5, 0.625, 40, 0.5}, 12.5};
    FinishedEvent withoutTest{"stopped", 2, 1, {0.25, 0.75, 80}, {}, 2.5};
    return {
        {1.5,
         StartedEvent{"/runs/一", "llvmpipe", "mlp512", 123456, 800, 100, 101, 5, 25, 1 << 20, true, BestBy::loss}},
        {2.0, PhaseEvent{"Looking through the pictures", 3, 10}},
        {2.5, ProgressEvent{2,
                            3,
                            25,
                            {1.25, 0.5, 96},
                            1234.5,
                            17.0,
                            0.01,
                            {0.1, 0.2, 0.3, 0.4, 0.5},
                            {{"Ryzen 5", "processor", 40, 0.5, 1.0}, {"一", "", 56, 1.5, 0}}}},
        {3.0, EpochEvent{2, 5, {1.0, 0.5, 800}, {0.75, 0.625, 100}, 8.5, 94.0, true, 0.01, {0.1, 0.2, 0.3, 0.4, 0.5}}},
        {3.5, LogEvent{LogEvent::Level::warning, "cat/3.jpg can't be read"}},
        {4.0, withTest},
        {4.5, withoutTest},
        {5.0, FailedEvent{"The device was lost."}},
        {5.2, PredictionsEvent{3, {{"/data/caf\xe9/1.png", "cat", "dog", 0.75}, {"/data/2.png", "cat", "cat", 1}}}},
        {5.5, ControlEvent{{RunCommand::Kind::learningRate, 0.001}, 3, 17}},
    };
}

}  // namespace

void TstEvent::everyKindSurvivesARoundTrip() {
    std::size_t kinds = 0;
    for (const Event& event : oneOfEach()) {
        kinds = std::max(kinds, event.what.index() + 1);
        const std::string line = toLine(event);
        const Result<Event> back = eventFromLine(line);
        QVERIFY2(back.ok(), line.c_str());
        QCOMPARE(back->what.index(), event.what.index());
        QCOMPARE(back->time, event.time);
        QCOMPARE(toJson(*back).dump(), toJson(event).dump());
    }
    QCOMPARE(kinds, std::variant_size_v<decltype(Event::what)>);
}

void TstEvent::aLineIsTheDocumentedJson() {
    const Event event{
        2.5, ProgressEvent{
                 2, 3, 25, {1.25, 0.5, 96}, 1234.5, 17.0, 0.01, {1, 2, 3, 4, 5}, {{"a", "0000:01:00.0", 96, 12, 3}}}};
    QCOMPARE(
        QByteArray::fromStdString(toLine(event)),
        QByteArray(
            R"({"devices":[{"name":"a","place":"0000:01:00.0","samples":96,"waiting_seconds":3.0,)"
            R"("working_seconds":12.0}],"epoch":2,"eta_seconds":17.0,"event":"progress","images_per_second":1234.5,"learning_rate":0.01,)"
            R"("step":3,"steps":25,"time":2.5,"times":{"compute":4.0,"decode":2.0,"read":1.0,"sync":5.0,)"
            R"("upload":3.0},"train":{"accuracy":0.5,"count":96,"loss":1.25}})"));
}

void TstEvent::aDocumentedLineIsRead() {
    const Result<Event> event = eventFromLine(
        R"({"event":"epoch","time":9,"epoch":3,"epochs":7,"train":{"loss":1,"accuracy":0.5,"count":8},)"
        R"("validation":{"loss":2,"accuracy":0.25,"count":4},"seconds":1.5,"images_per_second":60,"best":true,)"
        R"("added_by_a_later_version":1})");
    QVERIFY(event.ok());
    const auto* epoch = std::get_if<EpochEvent>(&event->what);
    QVERIFY(epoch);
    QCOMPARE(event->time, 9.0);
    QCOMPARE(epoch->epoch, 3);
    QCOMPARE(epoch->epochs, 7);
    QCOMPARE(epoch->train.loss, 1.0);
    QCOMPARE(epoch->validation.accuracy, 0.25);
    QCOMPARE(epoch->validation.count, 4);
    QCOMPARE(epoch->seconds, 1.5);
    QVERIFY(epoch->best);
}

void TstEvent::aLossThatIsNotANumberIsStillAnEvent() {
    for (const double loss : {std::nan(""), std::numeric_limits<double>::infinity()}) {
        const Result<Event> back = eventFromLine(toLine({1, ProgressEvent{1, 1, 1, {loss, 0, 1}, 1, 1}}));
        QVERIFY(back.ok());
        QVERIFY(std::isnan(std::get<ProgressEvent>(back->what).train.loss));
    }
}

void TstEvent::aTextWithNewlinesStaysOnOneLine() {
    const std::string text = "one\ntwo\r\n\"three\"";
    const std::string line = toLine({1, LogEvent{LogEvent::Level::info, text}});
    QCOMPARE(line.find('\n'), std::string::npos);
    QCOMPARE(std::get<LogEvent>(eventFromLine(line)->what).text, text);
}

void TstEvent::bytesThatAreNotUtf8DoNotStopTheLine() {
    const Result<Event> back = eventFromLine(toLine({1, FailedEvent{"caf\xe9.jpg is gone"}}));
    QVERIFY(back.ok());
    QCOMPARE(QString::fromStdString(std::get<FailedEvent>(back->what).message),
             QString("caf\u00e9.jpg is gone").replace(QChar(0xe9), QChar(0xfffd)));
}

void TstEvent::linesThatAreNoEventsAreRefused_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("named");
    QTest::newRow("empty") << QByteArray("") << "JSON";
    QTest::newRow("cut off") << QByteArray(R"({"event":"failed","ti)") << "JSON";
    QTest::newRow("a list") << QByteArray("[]") << "object";
    QTest::newRow("no kind") << QByteArray(R"({"time":1})") << "event";
    QTest::newRow("unknown kind") << QByteArray(R"({"event":"party","time":1})") << "event";
    QTest::newRow("no time") << QByteArray(R"({"event":"failed","message":"x"})") << "time";
    QTest::newRow("wrong type") << QByteArray(R"({"event":"failed","time":1,"message":7})") << "message";
    QTest::newRow("missing field") << QByteArray(R"({"event":"phase","time":1,"text":"x","done":1})") << "total";
    QTest::newRow("negative") << QByteArray(R"({"event":"phase","time":1,"text":"x","done":-1,"total":2})") << "done";
    QTest::newRow("too large") << QByteArray(
                                      R"({"event":"phase","time":1,"text":"x","done":9300000000000000000,"total":2})")
                               << "done";
    QTest::newRow("real count") << QByteArray(R"({"event":"phase","time":1,"text":"x","done":1e300,"total":2})")
                                << "done";
    QTest::newRow("devices") << QByteArray(
                                    R"({"event":"progress","time":1,"epoch":1,"step":1,"steps":1,"train":{"loss":1,)"
                                    R"("accuracy":1,"count":1},"images_per_second":1,"eta_seconds":1,"devices":[7]})")
                             << "devices";
    QTest::newRow("level") << QByteArray(R"({"event":"log","time":1,"text":"x","level":"loud"})") << "level";
    QTest::newRow("metrics")
        << QByteArray(
               R"({"event":"progress","time":1,"epoch":1,"step":1,"steps":1,"train":{"loss":1,"accuracy":1},"images_per_second":1,"eta_seconds":1})")
        << "count";
    QTest::newRow("no list") << QByteArray(R"({"event":"predictions","time":1,"epoch":1,"predictions":7})")
                             << "predictions";
    QTest::newRow("no picture") << QByteArray(
                                       R"({"event":"predictions","time":1,"epoch":1,"predictions":[{"label":"a"}]})")
                                << "picture";
    QTest::newRow("deep") << QByteArray(100000, '[') << "JSON";
}

void TstEvent::linesThatAreNoEventsAreRefused() {
    QFETCH(QByteArray, line);
    QFETCH(QString, named);
    const Result<Event> event = eventFromLine(line.toStdString());
    QVERIFY(!event.ok());
    QVERIFY2(event.error().message.find(named.toStdString()) != std::string::npos, event.error().message.c_str());
}

QTEST_GUILESS_MAIN(TstEvent)
#include "tst_event.moc"
