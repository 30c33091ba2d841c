// The jobs that Lemnos was made for, small, with 8 PCs that are processes on 127.0.0.1: tests/lan/seed_jobs.sh from
// drawn pictures to an exported model.
#include <QProcess>
#include <QtTest>
#include <nlohmann/json.hpp>

class TstSeedJobs : public QObject {
    Q_OBJECT

  private slots:
    void eightPcsLearnAndTheSavedRunGivesTheSame_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"mlp512", "mlp256"}) QTest::newRow(name) << name;
    }
    void eightPcsLearnAndTheSavedRunGivesTheSame() {
        QFETCH(QString, name);
        QProcess process;
        process.start(LEMNOS_SOURCE_DIR "/tests/lan/seed_jobs.sh", {LEMNOS_BUILD_DIR, "small", name});
        QVERIFY(process.waitForFinished(280'000));
        const QByteArray errors = process.readAllStandardError();
        QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0, errors.constData());
        const auto json = nlohmann::json::parse(process.readAllStandardOutput().toStdString());
        qInfo("%s", json.dump().c_str());
        const auto &told = json["told"], &loaded = json["loaded"];
        // Far above chance, and the same when the run is loaded.
        QVERIFY(double(loaded["accuracy"]) > 10 * double(json["chance"]));
        for (const char* figure : {"accuracy", "loss", "count"}) QCOMPARE(double(loaded[figure]), double(told[figure]));
    }
};

QTEST_GUILESS_MAIN(TstSeedJobs)
#include "tst_seed_jobs.moc"
