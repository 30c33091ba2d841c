// Training as the ranks of an MPI job, with mpirun on this PC.
#include <signal.h>

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "model/exchange/safetensors.h"
#include "model/files.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

constexpr int waitMs = 120'000;

}  // namespace

class TstMpi : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString path(const QString& name) const { return m_folder.filePath(name); }

    struct Outcome {
        int code = 0;
        QByteArray output, errors;
    };
    /// 0 ranks: without MPI.
    static Outcome run(int ranks, const QStringList& arguments) {
        QProcess process;
        start(process, ranks, arguments);
        process.waitForFinished(waitMs);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
                process.readAllStandardError()};
    }
    static void start(QProcess& process, int ranks, const QStringList& arguments) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("OMPI_ALLOW_RUN_AS_ROOT", "1");
        environment.insert("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
        environment.insert("OMPI_MCA_btl_vader_single_copy_mechanism", "none");  // not allowed in containers
        process.setProcessEnvironment(environment);
        if (ranks == 0)
            process.start(LEMNOS_CLI, arguments);
        else
            process.start("mpirun",
                          QStringList{"-n", QString::number(ranks), "--oversubscribe", LEMNOS_CLI} + arguments);
    }
    /// The ranks that mpirun has started.
    static std::vector<pid_t> ranksOf(const QProcess& mpirun) {
        std::vector<pid_t> ids;
        const std::string task = "/proc/" + std::to_string(mpirun.processId()) + "/task";
        for (const auto& thread : fs::directory_iterator(task)) {
            const auto children = readFile(thread.path() / "children");
            for (const QString& id : QString::fromStdString(children ? *children : "").split(' ', Qt::SkipEmptyParts))
                ids.push_back(id.toInt());
        }
        return ids;
    }
    QStringList training(const QString& run, const QStringList& more = {}) const {
        return QStringList{"train",      "--data",  path("data"), "--template", "linear",   "--epochs",
                           "3",          "--batch", "12",         "--seed",     "7",        "--augment",
                           "shift=0.1",  "--shard", "4",          "--exact",    "--device", "cpu",
                           "--patience", "0",       "--run",      path(run),    "--json"} +
               more;
    }
    std::string weights(const QString& run) const {
        return *readFile(fs::path(path(run).toStdString()) / "weights.safetensors");
    }

  private slots:
    void initTestCase() {
        test::makeTinyDataSet(path("data").toStdString(), {.classes = 3, .imagesPerClass = 30, .sizePixels = 12});
        const Outcome alone = run(0, training("alone"));
        QVERIFY2(alone.code == 0, alone.errors.constData());
    }

    void theWeightsAreThoseOfOneProcess_data() {
        QTest::addColumn<int>("ranks");
        for (const int ranks : {1, 3}) QTest::addRow("%d", ranks) << ranks;
    }
    void theWeightsAreThoseOfOneProcess() {
        QFETCH(int, ranks);
        const QString name = "ranks" + QString::number(ranks);
        const Outcome outcome = run(ranks, training(name, {"--collective", "mpi"}));
        QVERIFY2(outcome.code == 0, outcome.errors.constData());
        QVERIFY(weights(name) == weights("alone"));
        QCOMPARE(outcome.output.count("\"test\""), 1);  // one rank speaks
    }

    void aRunGoesOnWithAnotherNumberOfRanks() {
        QVERIFY(
            run(2, training("short", {"--collective", "mpi"}).replaceInStrings(QRegularExpression("^3$"), "2")).code ==
            0);
        const Outcome outcome = run(3, {"resume", path("short"), "--collective", "mpi", "--epochs", "3"});
        QVERIFY2(outcome.code == 0, outcome.errors.constData());
        QVERIFY(weights("short") == weights("alone"));
    }

    void everyDeviceOfARankTakesPart() {
        const Outcome outcome = run(2, training("devices", {"--collective", "mpi", "--device", "cpu"}));
        QVERIFY2(outcome.code == 0, outcome.errors.constData());
        QVERIFY(weights("devices") == weights("alone"));
    }

    // As srun and scancel do it: all ranks are told at once.
    void ranksThatAreToldToStopEndWithACheckpoint() {
        QStringList arguments =
            training("stopped", {"--collective", "mpi"}).replaceInStrings(QRegularExpression("^3$"), "100000");
        arguments.replaceInStrings("--json", "--events");
        QProcess process;
        start(process, 3, arguments);
        QByteArray output;
        while (!output.contains("\"event\":\"epoch\"") && process.waitForReadyRead(waitMs))
            output += process.readAllStandardOutput();
        const std::vector<pid_t> ranks = ranksOf(process);
        QCOMPARE(ranks.size(), std::size_t(3));
        for (auto rank = ranks.rbegin(); rank != ranks.rend(); ++rank) ::kill(*rank, SIGTERM);
        QVERIFY(process.waitForFinished(waitMs));
        output += process.readAllStandardOutput();
        QVERIFY2(output.contains("\"reason\":\"stopped\""), process.readAllStandardError().constData());
        QCOMPARE(process.exitCode(), 0);
    }

    void roundedSumsTrainNearlyTheSame_data() {
        QTest::addColumn<QString>("wire");
        QTest::addColumn<int>("ranks");
        QTest::newRow("float16, 2 ranks") << "float16" << 2;
        QTest::newRow("int8, 3 ranks") << "int8" << 3;
    }
    void roundedSumsTrainNearlyTheSame() {
        QFETCH(QString, wire);
        QFETCH(int, ranks);
        QStringList arguments = training(wire, {"--collective", "mpi", "--wire", wire});
        arguments.removeAll("--exact");
        const Outcome outcome = run(ranks, arguments);
        QVERIFY2(outcome.code == 0, outcome.errors.constData());
        const auto rounded = readSafetensors(fs::path(path(wire).toStdString()) / "weights.safetensors"),
                   exact = readSafetensors(fs::path(path("alone").toStdString()) / "weights.safetensors");
        QVERIFY(rounded.ok() && exact.ok());
        // Adam makes whole steps of what rounding leaves of tiny gradients, so single weights may be far apart.
        double difference = 0, count = 0;
        for (std::size_t i = 0; i < exact->tensors.size(); ++i)
            for (std::size_t k = 0; k < exact->tensors[i].values.size(); ++k, ++count)
                difference += std::abs(double(exact->tensors[i].values[k]) - double(rounded->tensors[i].values[k]));
        QVERIFY2(difference > 0 && difference / count < 0.002, qPrintable(QString::number(difference / count)));
    }

    void aRunThatCannotBeginEndsTheWholeJobWithTheReason() {
        QStringList arguments = training("nothing", {"--collective", "mpi"});
        arguments.replaceInStrings(path("data"), path("no such folder"));
        const Outcome outcome = run(3, arguments);
        QVERIFY(outcome.code != 0);
        QVERIFY2(outcome.errors.contains("no such folder"), outcome.errors.constData());
    }
};

QTEST_GUILESS_MAIN(TstMpi)
#include "tst_mpi.moc"
