// RunSession, CliCall and DeviceList against programs that behave and misbehave.
#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "app/session/cli_call.h"
#include "app/session/device_list.h"
#include "app/session/output_tail.h"
#include "app/session/run_session.h"

using namespace lemnos;

namespace {

/// A line of events.jsonl.
QByteArray line(decltype(Event::what) what) {
    return QByteArray::fromStdString(toLine(Event{.time = 1, .what = std::move(what)}));
}

QByteArray echo(const QByteArray& text) {
    return "cat <<'END'\n" + text + "\nEND\n";
}

}  // namespace

class TstSession : public QObject {
    Q_OBJECT

    /// Puts a shell script in the place of lemnos-cli.
    void fake(const QByteArray& script) {
        const QString path = m_folder->filePath("fake cli 假.sh");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\n" + script);
        file.close();
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        qputenv("LEMNOS_CLI", QFile::encodeName(path));
    }

    RunSpec spec() {
        RunSpec result = *makeRunSpec("/data/flowers", "mlp256");
        return result;
    }

    std::unique_ptr<QTemporaryDir> m_folder;

  private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void cleanup() { qunsetenv("LEMNOS_CLI"); }

    void aRunThatHangsIsKilledAndGoesOn() {
        const QString folder = m_folder->filePath("run");
        QVERIFY(QDir().mkpath(folder));
        const QByteArray begun = line(StartedEvent{.run = folder.toStdString()});
        QFile events(folder + "/events.jsonl");
        QVERIFY(events.open(QIODevice::WriteOnly));
        events.write(begun + '\n' + line(EpochEvent{.epoch = 1}) + '\n');
        events.close();
        // It listens to nothing, until it is called again as "resume".
        fake("if [ \"$1\" = resume ]; then\n" + echo(line(FinishedEvent{.reason = "completed", .epochs = 2})) +
             "exit 0\nfi\ntrap '' TERM\n" + echo(begun) + "while :; do sleep 0.05; done\n");
        RunSession session;
        QString reason;
        connect(&session, &RunSession::finished, this,
                [&](const FinishedEvent& event) { reason += QString::fromStdString(event.reason); });
        QSignalSpy begins(&session, &RunSession::started), told(&session, &RunSession::event),
            failures(&session, &RunSession::failed);
        session.start(spec());
        QTRY_COMPARE(told.size(), 1);
        session.restart();
        QTRY_COMPARE_WITH_TIMEOUT(reason, QString("completed"), 60000);
        QVERIFY(!session.isRunning());
        QCOMPARE(begins.size(), 2);
        QCOMPARE(told.size(), 4);  // what it had told, the two lines in its folder, and its end
        QCOMPARE(failures.size(), 0);
    }

    void aResumedRunTellsWhatItHasBeenThroughFirst() {
        const QString folder = m_folder->filePath("run");
        QVERIFY(QDir().mkpath(folder));
        QFile events(folder + "/events.jsonl");
        QVERIFY(events.open(QIODevice::WriteOnly));
        events.write(line(StartedEvent{.run = folder.toStdString()}) + '\n' + line(EpochEvent{.epoch = 1}) + '\n' +
                     line(FinishedEvent{.reason = "stopped", .epochs = 1}) + '\n');
        events.close();
        fake("echo \"$1 $2\" >&2\n" + echo(line(EpochEvent{.epoch = 2})) +
             echo(line(FinishedEvent{.reason = "completed", .epochs = 2})));
        RunSession session;
        std::vector<std::int64_t> epochs;
        connect(&session, &RunSession::event, this, [&](const Event& event) {
            if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) epochs.push_back(epoch->epoch);
        });
        QString said, reason;
        connect(&session, &RunSession::output, this, [&](const QString& text) { said += text; });
        connect(&session, &RunSession::finished, this,
                [&](const FinishedEvent& event) { reason += QString::fromStdString(event.reason); });
        QSignalSpy started(&session, &RunSession::started);
        session.resume(folder.toStdString());
        QVERIFY(session.isRunning());
        QTRY_VERIFY(!session.isRunning());
        QCOMPARE(epochs, (std::vector<std::int64_t>{1, 2}));
        QCOMPARE(reason, QString("completed"));  // and not also the "stopped" of the earlier part
        QCOMPARE(started.count(), 1);
        QVERIFY2(said.contains("resume " + folder), qPrintable(said));
    }

    void eventsComeInOrderAndTheLastOneEndsTheRun() {
        fake(echo(line(StartedEvent{.run = "/runs/a", .epochs = 2})) + echo(line(EpochEvent{.epoch = 1})) +
             echo(line(FinishedEvent{.reason = "completed", .epochs = 2})));
        RunSession session;
        std::vector<std::size_t> kinds;
        connect(&session, &RunSession::event, this, [&](const Event& event) { kinds.push_back(event.what.index()); });
        QString reason;
        bool runningAtEnd = true;
        connect(&session, &RunSession::finished, this, [&](const FinishedEvent& event) {
            reason = QString::fromStdString(event.reason);
            runningAtEnd = session.isRunning();
        });
        QSignalSpy failed(&session, &RunSession::failed);
        session.start(spec());
        QVERIFY(session.isRunning());
        QTRY_COMPARE(reason, QString("completed"));
        QVERIFY(!runningAtEnd);
        QCOMPARE(kinds, (std::vector<std::size_t>{0, 3, 5}));
        QCOMPARE(failed.count(), 0);
    }

    void theSpecIsHandedOverAsAFileTheProgramCanRead() {
        const QString copy = m_folder->filePath("got.json");
        fake("[ \"$1\" = train ] && [ \"$2\" = --spec ] && [ \"$4\" = --events ] || exit 9\ncp \"$3\" '" +
             copy.toUtf8() + "'\n" + echo(line(FinishedEvent{.reason = "completed"})));
        RunSession session;
        QSignalSpy finished(&session, &RunSession::finished);
        session.start(spec());
        QTRY_COMPARE(finished.count(), 1);
        const Result<RunSpec> got = readRunSpec(copy.toStdString());
        QVERIFY(got.ok());
        QCOMPARE(QString::fromStdString(got->data.path.string()), QString("/data/flowers"));
        QCOMPARE(got->settings, spec().settings);
    }

    void aFailedEventIsTheReason() {
        fake(echo(line(FailedEvent{.message = "The disk is full."})) + "exit 1\n");
        RunSession session;
        QSignalSpy failed(&session, &RunSession::failed);
        session.start(spec());
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed.first().first().toString(), QString("The disk is full."));
    }

    void whatLemnosCliSaysOfItselfIsTheReason() {
        fake("echo noise >&2\necho 'lemnos-cli: The folder is empty.' >&2\nexit 1\n");
        RunSession session;
        QSignalSpy failed(&session, &RunSession::failed);
        session.start(spec());
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed.first().first().toString(), QString("The folder is empty."));
    }

    void aCrashIsToldWithTheLastLinesOfTheProgram() {
        fake("echo 'driver: device lost' >&2\nkill -SEGV $$\n");
        RunSession session;
        QSignalSpy failed(&session, &RunSession::failed);
        session.start(spec());
        QTRY_COMPARE(failed.count(), 1);
        const QString sentence = failed.first().first().toString();
        QVERIFY2(sentence.contains("crashed"), qPrintable(sentence));
        QVERIFY2(sentence.contains("driver: device lost"), qPrintable(sentence));
    }

    void anEndWithoutAResultIsAFailure() {
        fake(echo(line(StartedEvent{.run = "/runs/a"})) + "exit 0\n");
        RunSession session;
        QSignalSpy failed(&session, &RunSession::failed);
        session.start(spec());
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed.first().first().toString().contains("without a result"));
    }

    void aMissingProgramIsNamed() {
        qputenv("LEMNOS_CLI", "/nowhere/lemnos-cli");
        RunSession session;
        QSignalSpy failed(&session, &RunSession::failed);
        session.start(spec());
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed.first().first().toString().contains("/nowhere/lemnos-cli"));
        QVERIFY(!session.isRunning());
    }

    void linesThatAreNoEventsAreOutputAndDoNoHarm() {
        fake("echo 'MESA: warning'\necho '{\"half\":'\nprintf 'loose end'\n" +
             echo("\n" + line(FinishedEvent{.reason = "completed"})));
        RunSession session;
        QSignalSpy output(&session, &RunSession::output);
        QSignalSpy finished(&session, &RunSession::finished);
        session.start(spec());
        QTRY_COMPARE(finished.count(), 1);
        QCOMPARE(output.count(), 3);
        QCOMPARE(output.first().first().toString(), QString("MESA: warning"));
    }

    void aLastEventWithoutALineEndCounts() {
        fake("printf '%s' '" + line(FinishedEvent{.reason = "patience"}) + "'\n");
        RunSession session;
        QSignalSpy finished(&session, &RunSession::finished);
        session.start(spec());
        QTRY_COMPARE(finished.count(), 1);
    }

    void stopAsksForACheckpointAndTheRunEndsInOrder() {
        QFile last(m_folder->filePath("last"));
        QVERIFY(last.open(QIODevice::WriteOnly));
        last.write(line(FinishedEvent{.reason = "stopped"}) + '\n');
        last.close();
        fake("trap \"cat '" + last.fileName().toUtf8() + "'; exit 0\" TERM\n" +
             echo(line(StartedEvent{.run = "/runs/a"})) + "while :; do sleep 0.05; done\n");
        RunSession session;
        QSignalSpy events(&session, &RunSession::event);
        QSignalSpy stopping(&session, &RunSession::stopping);
        QString reason;
        connect(&session, &RunSession::finished, this,
                [&](const FinishedEvent& event) { reason = QString::fromStdString(event.reason); });
        session.start(spec());
        QTRY_COMPARE(events.count(), 1);
        session.stop();
        QVERIFY(session.isStopping());
        QCOMPARE(stopping.count(), 1);
        QTRY_COMPARE(reason, QString("stopped"));
        QVERIFY(!session.isStopping());
    }

    void askedTwiceItEndsAtOnce() {
        fake("trap '' TERM\n" + echo(line(StartedEvent{.run = "/runs/a"})) + "while :; do sleep 0.05; done\n");
        RunSession session;
        QSignalSpy events(&session, &RunSession::event);
        QSignalSpy failed(&session, &RunSession::failed);
        session.start(spec());
        QTRY_COMPARE(events.count(), 1);
        session.stop();
        session.stop();
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed.first().first().toString().contains("checkpoint"));
    }

    void aSessionCanRunAgain() {
        fake(echo(line(FinishedEvent{.reason = "completed"})));
        RunSession session;
        QSignalSpy finished(&session, &RunSession::finished);
        for (int i = 1; i <= 3; ++i) {
            session.start(spec());
            QTRY_COMPARE(finished.count(), i);
        }
    }

    void aSessionThatGoesAwayLeavesItsRunAlone() {
        const QString word = m_folder->filePath("word"), mark = m_folder->filePath("mark");
        fake(echo(line(StartedEvent{.run = "/runs/a"})) + "while ! [ -e '" + word.toUtf8() +
             "' ]; do sleep 0.05; done\necho more\ntouch '" + mark.toUtf8() + "'\n");
        auto session = std::make_unique<RunSession>();
        QSignalSpy events(session.get(), &RunSession::event);
        session->start(spec());
        QTRY_COMPARE(events.count(), 1);
        session.reset();
        QVERIFY(QFile(word).open(QIODevice::WriteOnly));
        QTRY_VERIFY(QFile::exists(mark));
    }

    void linesAreCutWhereverTheBytesBreak() {
        OutputTail tail;
        QCOMPARE(tail.add("one\ntw"), QList<QByteArray>{"one"});
        QCOMPARE(tail.add("o\r\nthree"), QList<QByteArray>{"two"});
        QCOMPARE(tail.takeRest(), QByteArray("three"));
        QCOMPARE(tail.lastLines(), (QList<QByteArray>{"one", "two", "three"}));
    }

    void aLineWithoutEndTakesBoundedMemory() {
        OutputTail tail;
        qsizetype given = 0, got = 0;
        for (int i = 0; i < 40; ++i) {
            const QByteArray piece(100'000, 'x');
            given += piece.size();
            for (const QByteArray& cut : tail.add(piece)) got += cut.size();
        }
        QVERIFY(given - got <= 1 << 20);
        QVERIFY(tail.lastLines().last().size() <= 2000);
    }

    void aCallTellsItsLinesAndItsWholeOutput() {
        fake("echo \"$1\"\necho \"$2\"\n");
        CliCall call;
        QSignalSpy lines(&call, &CliCall::line);
        QSignalSpy done(&call, &CliCall::done);
        call.start({"devices", "--json"});
        QTRY_COMPARE(done.count(), 1);
        QCOMPARE(done.first().first().toByteArray(), QByteArray("devices\n--json\n"));
        QCOMPARE(lines.count(), 2);
        QVERIFY(!call.isRunning());
    }

    void aCallThatFailsTellsTheReason() {
        fake("echo 'lemnos-cli: There is no such run.' >&2\nexit 1\n");
        CliCall call;
        QSignalSpy failed(&call, &CliCall::failed);
        call.start({"export"});
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed.first().first().toString(), QString("There is no such run."));
    }

    void aSilentFailureIsStillASentence() {
        fake("exit 3\n");
        CliCall call;
        QSignalSpy failed(&call, &CliCall::failed);
        call.start({"export"});
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed.first().first().toString().contains("exit code 3"));
    }

    void aCancelledCallSaysNothing() {
        fake("echo ready\nwhile :; do sleep 0.05; done\n");
        CliCall call;
        QSignalSpy lines(&call, &CliCall::line);
        QSignalSpy done(&call, &CliCall::done);
        QSignalSpy failed(&call, &CliCall::failed);
        call.start({});
        QTRY_COMPARE(lines.count(), 1);
        call.cancel();
        QVERIFY(!call.isRunning());
        fake("echo second\n");
        call.start({});
        QTRY_COMPARE(done.count(), 1);
        QCOMPARE(done.first().first().toByteArray(), QByteArray("second\n"));
        QCOMPARE(failed.count(), 0);
    }

    void devicesAreListed() {
        fake(
            "echo '[{\"id\":\"vulkan:0\",\"name\":\"RTX "
            "4070\",\"kind\":\"GPU\",\"memory_bytes\":12884901888},{\"x\":1}]'\n");
        DeviceList devices;
        QSignalSpy changed(&devices, &DeviceList::changed);
        devices.refresh();
        QTRY_COMPARE(changed.count(), 1);
        QCOMPARE(devices.devices().size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(devices.devices()[0].name), QString("RTX 4070"));
        QCOMPARE(devices.devices()[0].memoryBytes, std::int64_t{12884901888});
        QVERIFY(devices.problem().isEmpty());
    }

    void noDeviceIsAProblemWithAWayOut_data() {
        QTest::addColumn<QByteArray>("script");
        QTest::newRow("an empty list") << QByteArray("echo '[]'\n");
        QTest::newRow("no list") << QByteArray("echo 'hello'\n");
        QTest::newRow("an error") << QByteArray("echo 'lemnos-cli: Vulkan is broken.' >&2\nexit 1\n");
    }

    void noDeviceIsAProblemWithAWayOut() {
        QFETCH(const QByteArray, script);
        fake(script);
        DeviceList devices;
        QSignalSpy changed(&devices, &DeviceList::changed);
        devices.refresh();
        QTRY_COMPARE(changed.count(), 1);
        QVERIFY(devices.isKnown());
        QVERIFY(devices.devices().empty());
        QVERIFY(!devices.problem().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TstSession)
#include "tst_session.moc"
