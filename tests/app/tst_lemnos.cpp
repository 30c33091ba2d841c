// The program lemnos from a command line.
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "app/session/qt_path.h"
#include "model/train/run_store.h"

using namespace lemnos;

namespace {

struct Outcome {
    int code = -1;
    QString out, err;
};

constexpr int waitMs = 60'000;

Outcome run(const QStringList& arguments) {
    QProcess process;
    process.start(LEMNOS_APP, arguments);
    if (!process.waitForFinished(waitMs) || process.exitStatus() != QProcess::NormalExit) return {};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

}  // namespace

class TstLemnos : public QObject {
    Q_OBJECT

    /// A run folder with these events.
    std::filesystem::path makeRun(const QString& name, const std::vector<Event>& events) {
        RunSpec spec = *makeRunSpec("/data/flowers", "mlp256");
        spec.run = toPath(m_folder.filePath(name));
        Result<RunStore> store = RunStore::create(spec);
        if (!store) qFatal("%s", store.error().message.c_str());
        for (const Event& event : events) {
            if (!store->append(event)) qFatal("an event could not be written");
        }
        return store->folder();
    }

    QTemporaryDir m_folder;

  private slots:
    void helpNamesEveryOption() {
        const Outcome outcome = run({"--help"});
        QCOMPARE(outcome.code, 0);
        for (const char* text : {"DATA", "--curves", "--out", "--version"}) QVERIFY2(outcome.out.contains(text), text);
    }

    void theVersionIsTold() {
        const Outcome outcome = run({"--version"});
        QCOMPARE(outcome.code, 0);
        QVERIFY(outcome.out.startsWith("Lemnos "));
    }

    void wrongUsageIsASentenceAndExitCodeTwo_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("an unknown option") << QStringList{"--bogus"};
        QTest::newRow("curves without a file") << QStringList{"--curves", "run"};
        QTest::newRow("a file without curves") << QStringList{"--out", "x.png"};
        QTest::newRow("curves without a run") << QStringList{"--curves"};
    }

    void wrongUsageIsASentenceAndExitCodeTwo() {
        QFETCH(const QStringList, arguments);
        const Outcome outcome = run(arguments);
        QCOMPARE(outcome.code, 2);
        QVERIFY(outcome.err.contains("lemnos: ") && outcome.err.contains("--help"));
    }

    void curvesOfARunAreDrawn() {
        std::vector<Event> events = {{.what = StartedEvent{.epochs = 5}}};
        for (int i = 1; i <= 5; ++i) {
            events.push_back({.what = EpochEvent{.epoch = i,
                                                 .epochs = 5,
                                                 .train = {.loss = 2.0 / i, .accuracy = 0.15 * i, .count = 100},
                                                 .validation = {.loss = 2.2 / i, .accuracy = 0.14 * i, .count = 20},
                                                 .best = true}});
        }
        const std::filesystem::path folder = makeRun(QStringLiteral("lauf 跑"), events);
        const QString picture = m_folder.filePath(QStringLiteral("kurven 曲线.png"));
        const Outcome outcome = run({"--curves", toText(folder), "--out", picture});
        QVERIFY2(outcome.code == 0, qPrintable(outcome.err));
        const QImage image(picture);
        QCOMPARE(image.size(), QSize(1280, 800));
        // Both series of both charts are there: their colours are in the upper and in the lower half.
        for (const QColor color : {QColor("#0072b2"), QColor("#d55e00")}) {
            for (const int half : {0, 1}) {
                int count = 0;
                for (int y = 60 + half * 400; y < 400 + half * 400; ++y) {
                    for (int x = 120; x < 1180; ++x) count += image.pixelColor(x, y) == color ? 1 : 0;
                }
                QVERIFY2(count > 100, qPrintable(QString("%1 in half %2: %3").arg(color.name()).arg(half).arg(count)));
            }
        }
    }

    void aRunWithoutCurvesIsAnError() {
        const Outcome outcome = run({"--curves", toText(makeRun("empty", {})), "--out", m_folder.filePath("none.png")});
        QCOMPARE(outcome.code, 1);
        QVERIFY(outcome.err.contains("no curves"));
        QVERIFY(!QFile::exists(m_folder.filePath("none.png")));
    }

    void aMissingRunIsAnError() {
        const Outcome outcome = run({"--curves", m_folder.filePath("nowhere"), "--out", m_folder.filePath("none.png")});
        QCOMPARE(outcome.code, 1);
        QVERIFY(outcome.err.contains("nowhere"));
    }
};

QTEST_GUILESS_MAIN(TstLemnos)
#include "tst_lemnos.moc"
