// Training with other PCs, as real processes: each PC is a `lemnos-cli peer serve` with settings and caches of its own,
// reached over 127.0.0.1. Workers are killed and stopped at seeded moments, 6 times here; as often as LEMNOS_KILLS says
// where it is set.
#include <signal.h>

#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "model/files.h"
#include "model/train/run_store.h"
#include "tests/support/temp_data_set.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

constexpr int waitMs = 60'000;

/// A PC that shares.
class Pc {
  public:
    Pc(const QString& folder, const QString& name) : m_folder(folder + "/" + name), m_name(name) {
        m_environment = QProcessEnvironment::systemEnvironment();
        m_environment.insert("LEMNOS_CONFIG", m_folder + "/config");
        m_environment.insert("LEMNOS_CACHE", m_folder + "/cache");
        // Many processes share two cores.
        m_environment.insert("OMP_WAIT_POLICY", "passive");
    }

    void setVariable(const QString& name, const QString& value) { m_environment.insert(name, value); }
    const QString& name() const { return m_name; }
    QString folder() const { return m_folder; }
    QString id() const {
        return QString::fromStdString(nlohmann::json::parse(call({"peer", "id", "--json"}).toStdString())["id"]);
    }
    QString address() const { return "127.0.0.1:" + QString::number(m_port); }

    void start(const QStringList& more = {}) {
        m_process.setProcessEnvironment(m_environment);
        m_process.start(LEMNOS_CLI, QStringList{"peer", "serve", "--listen", "127.0.0.1", "--port",
                                                QString::number(m_port), "--device", "cpu", "--events"} +
                                        more);
        const auto sharing = waitForEvent("sharing");
        m_port = sharing["port"];
    }
    /// Reads on until it tells this; anything else is passed over.
    nlohmann::json waitForEvent(const std::string& event) {
        while (m_process.canReadLine() || m_process.waitForReadyRead(waitMs)) {
            while (m_process.canReadLine()) {
                const auto json = nlohmann::json::parse(m_process.readLine().toStdString(), nullptr, false);
                if (json.is_object() && json["event"] == event) return json;
            }
        }
        qFatal("'%s' did not tell %s: %s", qPrintable(m_name), event.c_str(),
               m_process.readAllStandardError().constData());
        return {};
    }
    void stop() {
        m_process.terminate();
        m_process.waitForFinished(waitMs);
    }
    /// With no time to tell anybody.
    void kill() {
        m_process.kill();
        m_process.waitForFinished(waitMs);
    }
    /// The processes that it has started.
    std::vector<pid_t> workers() const {
        std::vector<pid_t> ids;
        const std::string tasks = "/proc/" + std::to_string(m_process.processId()) + "/task";
        std::error_code code;
        for (const auto& task : fs::directory_iterator(tasks, code)) {
            const auto children = readFile(task.path() / "children");
            for (const QString& id : QString::fromStdString(children ? *children : "").split(' ', Qt::SkipEmptyParts))
                ids.push_back(id.toInt());
        }
        return ids;
    }

    /// What a command prints; the test ends when it fails.
    QByteArray call(const QStringList& arguments) const {
        QProcess process;
        process.setProcessEnvironment(m_environment);
        process.start(LEMNOS_CLI, arguments);
        process.waitForFinished(waitMs);
        if (process.exitCode() != 0) qFatal("%s", process.readAllStandardError().constData());
        return process.readAllStandardOutput();
    }
    const QProcessEnvironment& environment() const { return m_environment; }

  private:
    QString m_folder, m_name;
    QProcessEnvironment m_environment;
    int m_port = 0;
    QProcess m_process;
};

void trustEachOther(const Pc& a, const Pc& b) {
    a.call({"peer", "trust", b.id(), b.name(), "--address", b.address()});
    b.call({"peer", "trust", a.id(), a.name()});
}

}  // namespace

class TstLanTraining : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<Pc> m_leader;
    std::vector<std::unique_ptr<Pc>> m_pcs;

    QString path(const QString& name) const { return m_folder.filePath(name); }

    QStringList training(const QString& run, const QString& peers, const QString& epochs = "3") const {
        QStringList arguments{"train",      "--data",  path("data"), "--template", "linear",   "--epochs",
                              epochs,       "--batch", "24",         "--seed",     "7",        "--augment",
                              "shift=0.1",  "--shard", "4",          "--exact",    "--device", "cpu",
                              "--patience", "0",       "--run",      path(run)};
        if (!peers.isEmpty()) arguments << "--peers" << peers;
        return arguments;
    }
    std::string weights(const QString& run) const {
        return *readFile(fs::path(path(run).toStdString()) / "weights.safetensors");
    }
    /// Runs a command of the leader; what it has said about errors.
    struct Outcome {
        int code = 0;
        QString errors;
    };
    Outcome run(const QStringList& arguments, const std::function<void(const nlohmann::json&)>& hear = {}) const {
        QProcess process;
        process.setProcessEnvironment(m_leader->environment());
        process.start(LEMNOS_CLI, arguments + (hear ? QStringList{"--events"} : QStringList{"--json"}));
        while (process.state() != QProcess::NotRunning && process.waitForReadyRead(waitMs)) {
            while (process.canReadLine()) {
                const QByteArray line = process.readLine();
                if (hear) hear(nlohmann::json::parse(line.toStdString()));
            }
        }
        process.waitForFinished(waitMs);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
                QString::fromUtf8(process.readAllStandardError())};
    }

  private slots:
    void initTestCase() {
        test::makeTinyDataSet(path("data").toStdString(), {.classes = 3, .imagesPerClass = 60, .sizePixels = 16});
        m_leader = std::make_unique<Pc>(m_folder.path(), "Leader");
        for (const char* name : {"Anna", "Studio"}) {
            m_pcs.push_back(std::make_unique<Pc>(m_folder.path(), name));
            m_pcs.back()->start();
            trustEachOther(*m_leader, *m_pcs.back());
        }
        const Outcome alone = run(training("alone", ""));
        QVERIFY2(alone.code == 0, qPrintable(alone.errors));
    }
    void cleanupTestCase() {
        for (const auto& pc : m_pcs) pc->stop();
    }

    void theWeightsAreThoseOfOnePc() {
        const Outcome together = run(training("together", "Anna,Studio"));
        QVERIFY2(together.code == 0, qPrintable(together.errors));
        QVERIFY(weights("together") == weights("alone"));
        QCOMPARE(m_pcs[0]->waitForEvent("training")["text"], "3");
        QCOMPARE(m_pcs[1]->waitForEvent("training")["peer"], "Leader");
        // Each is told how much it has done.
        for (const auto& pc : m_pcs) {
            const auto worked = pc->waitForEvent("worked");
            QVERIFY(worked["pictures"] > 0 && worked["busy"] > 0 && worked["busy"] <= 1);
        }
        // Both were given the pictures, and keep them.
        for (const auto& pc : m_pcs) QCOMPARE(QDir(pc->folder() + "/cache/peers").entryList({"*.blobs"}).size(), 1);
        const auto spec = RunStore::open(path("together").toStdString())->readSpec();
        QVERIFY(spec.ok());
        QCOMPARE(spec->peers, (std::vector<std::string>{"Anna", "Studio"}));
    }

    void everyDeviceOfAPcTakesPart() {
        Pc rich(m_folder.path(), "Rich");
        rich.start({"--device", "cpu"});  // twice, with that of all
        trustEachOther(*m_leader, rich);
        std::set<std::string> devices;
        const QStringList both{"--device", "cpu"};
        const Outcome outcome = run(training("devices", "Rich") + both, [&](const nlohmann::json& event) {
            if (event["event"] != "progress") return;
            for (const auto& device : event["devices"]) devices.insert(std::string(device["name"]));
        });
        QVERIFY2(outcome.code == 0, qPrintable(outcome.errors));
        QVERIFY(weights("devices") == weights("alone"));
        QVERIFY(devices.contains("Rich") && devices.contains("Rich (2)"));
        QVERIFY(QString::fromStdString(rich.waitForEvent("waiting")["text"]).startsWith("2 x "));
        rich.stop();
    }

    void aPcThatHasThePicturesItselfIsSentOnlyWhatIsOtherwiseThere() {
        const auto large = [&](const QString& name, const QString& peers) {
            return training(name, peers) << "--size"
                                         << "128x128";  // several blobs
        };
        QVERIFY(run(large("ownAlone", "")).code == 0);
        Pc owner(m_folder.path(), "Owner");
        owner.start();
        trustEachOther(*m_leader, owner);
        const fs::path copy = path("copy").toStdString();
        fs::copy(path("data").toStdString(), copy, fs::copy_options::recursive);
        owner.call({"scan", QString::fromStdString(copy.string())});
        QVERIFY(run(large("own", "Owner")).code == 0);
        const auto all = owner.waitForEvent("pictures");
        QVERIFY(all["own"] > 0);
        QCOMPARE(all["received"], 0);
        QVERIFY(weights("own") == weights("ownAlone"));

        // One file is not what it was.
        fs::remove_all((owner.folder() + "/cache/peers").toStdString());
        fs::remove(copy / "class_1" / "007.bmp");
        fs::remove(copy / "class_1" / "008.bmp");
        QVERIFY(run(large("ownMost", "Owner")).code == 0);
        const auto most = owner.waitForEvent("pictures");
        QVERIFY(most["received"] > 0 && most["own"] > 3 * most["received"].get<int>());
        QVERIFY(most["own"].get<int>() + most["received"].get<int>() == all["own"].get<int>());
        QVERIFY(weights("ownMost") == weights("ownAlone"));
        owner.stop();
    }

    void aRunSurvivesTheEndOfItsHelpers() {
        const int kills = qEnvironmentVariableIsSet("LEMNOS_KILLS") ? qEnvironmentVariableIntValue("LEMNOS_KILLS") : 6;
        const int perRun = 3;
        std::mt19937 random(20261126);
        QVERIFY(run(training("long", "", "60")).code == 0);
        for (int done = 0, round = 0; done < kills; ++round) {
            const QString name = "killed" + QString::number(round);
            int left = perRun, countdown = 10;
            const Outcome outcome = run(training(name, "Anna,Studio", "60"), [&](const nlohmann::json& event) {
                if (event["event"] != "epoch" || left == 0 || --countdown > 0) return;
                const std::vector<pid_t> workers = m_pcs[random() % 2]->workers();
                if (workers.empty()) return;
                ::kill(workers[0], SIGKILL);
                --left;
                ++done;
                countdown = 3 + int(random() % 10);
            });
            QVERIFY2(outcome.code == 0, qPrintable(outcome.errors));
            QVERIFY(weights(name) == weights("long"));
            QVERIFY2(left < perRun, "nobody was killed");
        }
    }

    void aHelperEndsWithTheProcessThatShares() {
        std::vector<pid_t> workers;
        const Outcome outcome = run(training("abandoned", "Anna,Studio", "60"), [&](const nlohmann::json& event) {
            if (event["event"] != "epoch" || !workers.empty()) return;
            workers = m_pcs[0]->workers();
            m_pcs[0]->kill();
        });
        QVERIFY2(outcome.code == 0, qPrintable(outcome.errors));
        QCOMPARE(workers.size(), std::size_t(1));
        QTRY_VERIFY_WITH_TIMEOUT(::kill(workers[0], 0) != 0, waitMs);
        QVERIFY(weights("abandoned") == weights("long"));
        m_pcs[0]->start();
    }

    void aLeaderThatIsKilledGoesOnWhereItWas() {
        QProcess leader;
        leader.setProcessEnvironment(m_leader->environment());
        leader.start(LEMNOS_CLI, training("orphaned", "Anna,Studio", "60") << "--events");
        for (int epochs = 0; epochs < 20 && leader.waitForReadyRead(waitMs);)
            while (leader.canReadLine()) epochs += leader.readLine().contains("\"event\":\"epoch\"") ? 1 : 0;
        leader.kill();
        leader.waitForFinished(waitMs);
        for (const auto& pc : m_pcs) pc->waitForEvent("ended");
        const Outcome resumed = run({"resume", path("orphaned")});
        QVERIFY2(resumed.code == 0, qPrintable(resumed.errors));
        QVERIFY(weights("orphaned") == weights("long"));
    }

    void aPcThatHelpsOnlyWhenIdleLeavesWhenItsOwnerComesAndReturns() {
        // What the guest takes for its system: a screen.
        const fs::path screen = path("guest-system/sys/class/drm/card0-DP-1").toStdString();
        const auto turn = [&](const char* state) {
            test::writeTestFile(screen / "status", "connected\n");
            test::writeTestFile(screen / "dpms", state);
        };
        turn("Off\n");
        Pc guest(m_folder.path(), "Guest");
        guest.setVariable("LEMNOS_SYSTEM_ROOT", path("guest-system"));
        guest.start({"--when-idle"});
        trustEachOther(*m_leader, guest);
        enum { helps, asked, gone, back } state = helps;
        QStringList log;
        const Outcome outcome = run(training("visited", "Guest", "100000"), [&](const nlohmann::json& event) {
            const QString text = QString::fromStdString(event.value("text", ""));
            if (event["event"] == "log") log << text;
            if (state == helps && event["event"] == "epoch") {
                turn("On\n");
                state = asked;
            } else if (state == asked && text.contains("'Guest' no longer helps: The PC is in use: its screen is on")) {
                turn("Off\n");
                state = gone;
            } else if (state == gone && text.contains("goes on with 'Guest'")) {
                m_leader->call({"control", path("visited"), "stop"});
                state = back;
            }
        });
        QVERIFY2(outcome.code == 0, qPrintable(outcome.errors));
        QVERIFY2(state == back, qPrintable(log.join('\n')));
        QVERIFY(QString::fromStdString(guest.waitForEvent("ended")["text"]).contains("screen is on"));
        guest.waitForEvent("training");
        guest.stop();
    }

    void whoIsNotKnownIsNamed() {
        const Outcome outcome = run(training("none", "Nobody"));
        QVERIFY(outcome.code != 0 && outcome.errors.contains("Nobody"));
    }

    void whoCanNotHelpIsNamedWithTheReasonAndTheOthersBegin() {
        Pc silent(m_folder.path(), "Silent"), distrusting(m_folder.path(), "Distrusting"),
            small(m_folder.path(), "Small");
        silent.start();
        trustEachOther(*m_leader, silent);
        silent.stop();
        distrusting.start();
        m_leader->call({"peer", "trust", distrusting.id(), distrusting.name(), "--address", distrusting.address()});
        small.start({"--memory", "1"});
        trustEachOther(*m_leader, small);
        QString warnings, waits, phrases;
        const auto hear = [&](const nlohmann::json& event) {
            const QString text = QString::fromStdString(event.value("text", ""));
            if (event["event"] == "log") warnings += text + '\n';
            if (event.contains("phrase")) phrases += QString::fromStdString(event["phrase"].dump()) + '\n';
            if (event["event"] == "phase") waits += text + '\n';
        };
        const auto arguments = [&](const QString& name, const QString& peers) {
            return training(name, peers, "1").replaceInStrings("linear", "mlp512");
        };
        Outcome outcome = run(arguments("some", "Anna,Silent,Distrusting,Small"), hear);
        QVERIFY2(outcome.code == 0, qPrintable(outcome.errors));
        for (const char* part : {"'Silent' can't help: ", "peer serve", "'Distrusting' can't help: ", "not paired",
                                 "'Small' can't help: ", "lends 1 MB"})
            QVERIFY2(warnings.contains(part), qPrintable(part + ("\n" + warnings)));
        QVERIFY(!warnings.contains("'Anna'"));
        // The window can translate them, also what another PC has said.
        for (const char* part : {"'%1' can't help: %2", "Waiting for %1: %2", "this PC lends %2.", "pair them first"})
            QVERIFY2(phrases.contains(part), qPrintable(part + ("\n" + phrases)));
        // Who is waited for, and why, was told meanwhile.
        QVERIFY2(waits.contains(QRegularExpression("Waiting for ('\\w+', )*'Silent'.*: .*peer serve")),
                 qPrintable(waits));

        // Nobody but the one that leads is left.
        outcome = run(arguments("single", "Small"), hear);
        QVERIFY2(outcome.code == 0, qPrintable(outcome.errors));
        outcome = run(arguments("single2", ""));
        QVERIFY(outcome.code == 0 && weights("single") == weights("single2"));
        distrusting.stop();
        small.stop();
    }

    void aPcThatIsNotThereAtOnceIsTriedAgain() {
        Pc late(m_folder.path(), "Late");
        late.start();
        trustEachOther(*m_leader, late);
        late.stop();
        bool started = false;
        QStringList warnings;
        const Outcome outcome = run(training("late", "Anna,Late", "60"), [&](const nlohmann::json& event) {
            const QString text = QString::fromStdString(event.value("text", ""));
            if (event["event"] == "log") warnings << text;
            if (started || event["event"] != "phase" || !text.contains("'Late': ") || !text.contains("peer serve"))
                return;
            late.start();
            started = true;
        });
        QVERIFY2(outcome.code == 0, qPrintable(outcome.errors));
        QVERIFY(started);
        // All three, one attempt or another.
        QCOMPARE(late.waitForEvent("training")["text"], "3");
        QVERIFY(run(training("lateAlone", "", "60")).code == 0);
        QVERIFY2(weights("late") == weights("lateAlone"), qPrintable(warnings.join('\n')));
        late.stop();
    }
};

QTEST_GUILESS_MAIN(TstLanTraining)
#include "tst_lan_training.moc"
