// MpiCollective, of ranks that mpirun starts on this PC: the conformance suite. Where Lemnos was built without MPI,
// what it then says.
#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <cstdio>

#include "model/mpi/mpi.h"
#include "tests/support/rank_processes.h"

using namespace lemnos;

class TstWithoutMpi : public QObject {
    Q_OBJECT

  private slots:
    // A program without the plug-in beside it is one that was built without MPI.
    void whatToInstallIsSaid() {
        // Beside this program, for a hard link can't leave the file system; it goes with the test.
        const QTemporaryDir folder(QCoreApplication::applicationDirPath() + "/without-mpi-XXXXXX");
        const QString alone = folder.filePath("lemnos-cli");
        std::filesystem::create_hard_link(LEMNOS_CLI, alone.toStdString());
        QProcess process;
        process.start(alone, {"train", "--collective", "mpi", "--data", folder.path()});
        QVERIFY(process.waitForFinished());
        QVERIFY(process.exitCode() != 0);
        const QByteArray errors = process.readAllStandardError();
        QVERIFY2(errors.contains("openmpi-bin"), errors.constData());
    }
};

namespace {

#ifdef LEMNOS_MPI
void startRanks(QProcess& mpirun, int size, const QString& socket) {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("OMPI_ALLOW_RUN_AS_ROOT", "1");
    environment.insert("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
    environment.insert("OMPI_MCA_btl_vader_single_copy_mechanism", "none");  // not allowed in containers
    mpirun.setProcessEnvironment(environment);
    mpirun.start("mpirun", {"-n", QString::number(size), "--oversubscribe", QCoreApplication::applicationFilePath(),
                            "--rank", socket});
}

int beRank(const char* socket) {
    auto world = openMpi();
    if (!world) {
        std::fprintf(stderr, "%s\n", world.error().message.c_str());
        return 1;
    }
    test::serveRank(*std::move(world), socket);
    return 0;
}

int conform(int argc, char** argv) {
    test::RankProcesses processes(startRanks);
    test::CollectiveSuite suite([&](int size) { return processes.group(size); }, false);
    return QTest::qExec(&suite, argc, argv);
}
#endif

}  // namespace

int main(int argc, char** argv) {
#ifdef LEMNOS_MPI
    if (argc == 3 && std::string_view(argv[1]) == "--rank") return beRank(argv[2]);
#endif
    const QCoreApplication application(argc, argv);
    TstWithoutMpi without;
    const int result = QTest::qExec(&without, argc, argv);
#ifdef LEMNOS_MPI
    return std::max(result, conform(argc, argv));
#else
    std::puts("This build has no MPI; with libopenmpi-dev, the conformance suite runs over it here.");
    return result;
#endif
}

#include "tst_mpi_collective.moc"
