// The Machines page in the real window. The other PC is this program's own lemnos-cli with settings of its own.
// With LEMNOS_SHOTS=FOLDER it also saves pictures of its states there, light and dark.
#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QProcess>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QtTest>
#include <functional>
#include <nlohmann/json.hpp>

#include "app/gui/pair_dialog.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/peer_card.h"
#include "app/session/lan_peers.h"
#include "tests/support/temp_data_set.h"
#include "tests/support/window_test.h"

using namespace lemnos;

namespace {

constexpr int longMs = 30'000;

/// `lemnos-cli` of another PC.
class OtherPc {
  public:
    explicit OtherPc(const QString& folder) {
        m_environment = QProcessEnvironment::systemEnvironment();
        m_environment.insert("LEMNOS_CONFIG", folder + "/other-config");
        m_environment.insert("LEMNOS_CACHE", folder + "/other-cache");
        m_process.setProcessEnvironment(m_environment);
    }
    ~OtherPc() { stop(); }
    void start(const QStringList& arguments) {
        stop();
        m_process.start(LEMNOS_CLI, arguments);
    }
    void stop() {
        m_process.terminate();
        m_process.waitForFinished(longMs);
    }
    /// Waits for the event, while the window lives on.
    nlohmann::json event(const std::string& name) {
        nlohmann::json found;
        const auto look = [&] {
            while (m_process.canReadLine()) {
                const auto json = nlohmann::json::parse(m_process.readLine().toStdString(), nullptr, false);
                if (json.is_object() && json["event"] == name) found = json;
            }
            return !found.is_null();
        };
        if (!QTest::qWaitFor(look, longMs)) qFatal("the other PC did not tell %s", name.c_str());
        return found;
    }
    /// What a command prints there, when it has ended.
    QByteArray call(const QStringList& arguments) const { return callIn(m_environment, arguments); }
    static QByteArray callIn(const QProcessEnvironment& environment, const QStringList& arguments) {
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start(LEMNOS_CLI, arguments);
        process.waitForFinished(longMs);
        if (process.exitCode() != 0) qFatal("%s", process.readAllStandardError().constData());
        return process.readAllStandardOutput();
    }
    void answer(const QByteArray& text) { m_process.write(text + '\n'); }

  private:
    QProcessEnvironment m_environment;
    QProcess m_process;
};

}  // namespace

class TstMachinesPage : public test::WindowTest {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    bool m_yes = true;

    QString label(const char* name) { return find<QLabel>(name)->text(); }
    PairDialog* dialog() { return m_window->findChild<PairDialog*>(); }
    PeerCard* card() { return m_window->findChild<PeerCard*>(); }

    /// Presses "pair", and does `work` with the dialog that opens, once it waits at a port.
    void whilePairing(const std::function<void(const QString& port)>& work) {
        QTimer::singleShot(0, this, [this, work] {
            // Whatever happens, the dialog does not stay.
            const auto close = qScopeGuard([&] {
                if (dialog()) dialog()->reject();
            });
            QTRY_VERIFY_WITH_TIMEOUT(dialog() && dialog()->findChild<QLabel*>("pairingWhere")->text().contains("port"),
                                     longMs);
            const QString where = dialog()->findChild<QLabel*>("pairingWhere")->text();
            work(QRegularExpression("port (\\d+)").match(where).captured(1));
        });
        click("pairPc");
    }

  private slots:
    void initTestCase() { qputenv("LEMNOS_CLI", LEMNOS_CLI); }

    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("LEMNOS_CONFIG", m_folder->filePath("config").toUtf8());
        Outside outside;
        outside.dialogs.confirm = [this](QWidget*, const QString&, const QString&, const QString&) { return m_yes; };
        m_window = std::make_unique<MainWindow>(outside);
        m_window->resize(1280, 800);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTest::keyClick(m_window.get(), Qt::Key_6, Qt::ControlModifier);
    }
    void cleanup() { m_window.reset(); }

    void whatIsLentIsKeptAndIsWhatIsShared() {
        const auto file = m_folder->filePath("config/sharing.json");
        const auto saved = [&](const char* text) {
            QFile read(file);
            return read.open(QIODevice::ReadOnly) && read.readAll().contains(text);
        };
        QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<QCheckBox*>("param_when_idle"), longMs);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<QCheckBox*>("shareDevice_cpu"), longMs);
        find<QCheckBox>("param_when_idle")->click();
        find<QCheckBox>("shareDevice_cpu")->click();
        QTRY_VERIFY_WITH_TIMEOUT(saved("\"when_idle\": true") && saved("\"device\": \"cpu\""), longMs);
        // Another window shows it.
        m_window = std::make_unique<MainWindow>();
        m_window->show();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<QCheckBox*>("param_when_idle"), longMs);
        QVERIFY(find<QCheckBox>("param_when_idle")->isChecked());
        QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<QCheckBox*>("shareDevice_cpu"), longMs);
        QVERIFY(find<QCheckBox>("shareDevice_cpu")->isChecked());
    }

    void whatCanNotBeReadIsSaidAndLeftAlone() {
        QDir().mkpath(m_folder->filePath("config"));
        QFile file(m_folder->filePath("config/sharing.json"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("no settings") > 0);
        file.close();
        m_window = std::make_unique<MainWindow>();
        m_window->show();
        QTRY_VERIFY_WITH_TIMEOUT(label("sharingProblem").contains("sharing.json"), longMs);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("no settings"));
    }

    void nothingIsSharedUnlessTheUserSaysSo() {
        QVERIFY(label("shareState").contains("Not shared"));
        QVERIFY(find<QLabel>("noOthers")->isVisible());
        QCOMPARE(find<QAbstractButton>("lanChip")->text().trimmed(), QString("LAN off"));
        shoot("machines-empty");
        click("sharePc");
        QTRY_VERIFY_WITH_TIMEOUT(label("shareState").contains("at port"), longMs);
        QVERIFY(find<QAbstractButton>("lanChip")->text().contains("shared"));
        shoot("machines-shared");
        click("sharePc");
        QVERIFY(label("shareState").contains("Not shared"));
    }

    void twoPcsArePairedByTheDigitsThatThisOneShows() {
        OtherPc other(m_folder->path());
        whilePairing([&](const QString& port) {
            shoot("pair-waiting");
            other.start({"peer", "pair", "127.0.0.1:" + port, "--name", "This one", "--events"});
            other.event("ask");
            auto* code = dialog()->findChild<QLabel*>("pairingCode");
            QTRY_VERIFY_WITH_TIMEOUT(code->text().size() == 7, longMs);
            other.answer(code->text().remove(' ').toUtf8());
            other.event("paired");
            auto* yes = dialog()->findChild<QAbstractButton*>("pairingYes");
            QTRY_VERIFY_WITH_TIMEOUT(yes->isVisible(), longMs);
            shoot("pair-code");
            QTest::mouseClick(yes, Qt::LeftButton);
            auto* end = dialog()->findChild<QLabel*>("pairingEnd");
            QTRY_VERIFY_WITH_TIMEOUT(end->isVisible(), longMs);
            shoot("pair-done");
        });
        QTRY_VERIFY_WITH_TIMEOUT(card(), longMs);
        QVERIFY(!find<QLabel>("noOthers")->isVisible());

        // It takes part in the next run, is heard once it shares, and is forgotten.
        auto* takesPart = card()->findChild<QCheckBox*>("peerTakesPart");
        QTest::mouseClick(takesPart, Qt::LeftButton, {}, QPoint(8, takesPart->height() / 2));
        QCOMPARE(m_window->project().spec().peers.size(), std::size_t(1));
        QVERIFY(find<QAbstractButton>("lanChip")->text().contains("with "));
        other.start({"peer", "serve", "--listen", "127.0.0.1", "--port", "0", "--events"});
        QTRY_VERIFY_WITH_TIMEOUT(card()->findChild<QLabel*>("peerState")->text().contains("Shares now"), longMs);
        shoot("machines-peer");
        QTest::mouseClick(card()->findChild<QAbstractButton*>("forgetPeer"), Qt::LeftButton);
        QVERIFY(m_window->project().spec().peers.empty());
        QTRY_VERIFY_WITH_TIMEOUT(!card() || !card()->findChild<QCheckBox*>("peerTakesPart")->isVisible(), longMs);
    }

    void whoSaysNoOnceMaySayYesToTheNextPairing() {
        OtherPc other(m_folder->path());
        whilePairing([&](const QString& port) {
            auto* code = dialog()->findChild<QLabel*>("pairingCode");
            auto* yes = dialog()->findChild<QAbstractButton*>("pairingYes");
            for (const char* answer : {"pairingNo", "pairingYes"}) {
                other.start({"peer", "pair", "127.0.0.1:" + port, "--name", "This one", "--events"});
                other.event("ask");
                // The question of the pairing before is gone once the new code is there.
                QTRY_VERIFY_WITH_TIMEOUT(code->text().size() == 7 && !yes->isVisible(), longMs);
                other.answer(code->text().remove(' ').toUtf8());
                QTRY_VERIFY_WITH_TIMEOUT(yes->isVisible(), longMs);
                QTest::mouseClick(dialog()->findChild<QAbstractButton*>(answer), Qt::LeftButton);
            }
            QTRY_VERIFY_WITH_TIMEOUT(dialog()->findChild<QLabel*>("pairingEnd")->isVisible(), longMs);
        });
        QTRY_VERIFY_WITH_TIMEOUT(card() && card()->findChild<QCheckBox*>("peerTakesPart")->isVisible(), longMs);
    }

    void theDigitsOfTheOtherPcAreTypedHere() {
        OtherPc other(m_folder->path());
        other.start({"peer", "pair", "--listen", "127.0.0.1", "--port", "0", "--events"});
        const int port = other.event("waiting")["port"];
        QTRY_VERIFY_WITH_TIMEOUT(card() && card()->findChild<QAbstractButton*>("pairWithPeer")->isVisible(), longMs);
        QVERIFY(card()->findChild<QLabel*>("peerState")->text().contains(QString::number(port)));
        QTimer::singleShot(0, this, [&] {
            // Whatever happens, the dialog does not stay.
            const auto close = qScopeGuard([&] {
                if (dialog()) dialog()->reject();
            });
            QTRY_VERIFY_WITH_TIMEOUT(dialog(), longMs);
            const std::string code = other.event("code")["code"];
            auto* typed = dialog()->findChild<QLineEdit*>("pairingTyped");
            QTRY_VERIFY_WITH_TIMEOUT(typed->isVisible(), longMs);
            shoot("pair-typing");
            QTest::keyClicks(typed, QString::fromStdString(code));
            QTest::keyClick(typed, Qt::Key_Return);
            QTRY_VERIFY_WITH_TIMEOUT(dialog()->findChild<QLabel*>("pairingEnd")->isVisible(), longMs);
            other.event("confirm");
            other.answer("yes");
            other.event("paired");
        });
        QTest::mouseClick(card()->findChild<QAbstractButton*>("pairWithPeer"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(card() && card()->findChild<QCheckBox*>("peerTakesPart")->isVisible(), longMs);
    }

    void wrongDigitsPairNobody() {
        OtherPc other(m_folder->path());
        other.start({"peer", "pair", "--listen", "127.0.0.1", "--port", "0", "--events"});
        const QString address = "127.0.0.1:" + QString::number(int(other.event("waiting")["port"]));
        QTimer::singleShot(0, this, [&] {
            // Whatever happens, the dialog does not stay.
            const auto close = qScopeGuard([&] {
                if (dialog()) dialog()->reject();
            });
            QTRY_VERIFY_WITH_TIMEOUT(dialog(), longMs);
            QTest::keyClicks(dialog()->findChild<QLineEdit*>("pairingAddress"), address);
            QTest::mouseClick(dialog()->findChild<QAbstractButton*>("pairingGo"), Qt::LeftButton);
            auto* typed = dialog()->findChild<QLineEdit*>("pairingTyped");
            QTRY_VERIFY_WITH_TIMEOUT(typed->isVisible(), longMs);
            const std::string code = other.event("code")["code"];
            QTest::keyClicks(typed, code == "123456" ? "654321" : "123456");
            QTest::keyClick(typed, Qt::Key_Return);
            auto* problem = dialog()->findChild<QLabel*>("pairingProblem");
            QTRY_VERIFY_WITH_TIMEOUT(problem->isVisible(), longMs);
            QVERIFY(problem->text().contains("not trusted"));
            shoot("pair-wrong");
        });
        click("pairPc");
        QVERIFY(m_window->findChildren<QCheckBox*>("peerTakesPart").empty() ||
                !m_window->findChild<QCheckBox*>("peerTakesPart")->isVisible());
    }

    void whatWouldHelpIsMeasuredAndTakenOverOnlyAsTheUserAccepts() {
        QVERIFY(!find<QAbstractButton>("adviseTeam")->isEnabled());
        QVERIFY(!find("adviseTeam")->toolTip().isEmpty());
        const QString data = m_folder->filePath("data");
        test::makeTinyDataSet(data.toStdString(), {.classes = 2, .imagesPerClass = 200, .sizePixels = 8});
        drop({data});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().missingForTraining().isEmpty(), longMs);
        QTest::keyClick(m_window.get(), Qt::Key_6, Qt::ControlModifier);
        QVERIFY(find("adviseTeam")->toolTip().contains("Tick"));

        OtherPc other(m_folder->path());
        const auto idFrom = [](const QByteArray& json) {
            return QString::fromStdString(nlohmann::json::parse(json.toStdString())["id"]);
        };
        const auto own = QProcessEnvironment::systemEnvironment();
        other.call({"peer", "trust", idFrom(OtherPc::callIn(own, {"peer", "id", "--json"})), "This one"});
        const QString id = idFrom(other.call({"peer", "id", "--json"}));
        other.start({"peer", "serve", "--listen", "127.0.0.1", "--port", "0", "--device", "cpu", "--events"});
        const QString address = "127.0.0.1:" + QString::number(int(other.event("sharing")["port"]));
        OtherPc::callIn(own, {"peer", "trust", id, "Other", "--address", address});
        m_window->project().setDevice("cpu");
        m_window->project().setPeers({"Other"});

        click("adviseTeam");
        auto* ways = find<QTableWidget>("adviceWays");
        QTRY_VERIFY_WITH_TIMEOUT(ways->isVisible(), 2 * longMs);
        QVERIFY(!label("adviceSentences").isEmpty());
        QVERIFY(label("advicePcs").contains("Other"));
        shoot("machines-advice");
        // The way that stands there first changes nothing; one that does has to be accepted.
        QVERIFY(find<QAbstractButton>("adviceUse")->isEnabled());
        QVERIFY(!find<QCheckBox>("adviceAccept")->isChecked());
        ways->selectRow(ways->rowCount() - 1);
        QVERIFY(label("adviceArithmetic").contains("Not the same training"));
        QVERIFY(!find<QAbstractButton>("adviceUse")->isEnabled());
        find<QCheckBox>("adviceAccept")->setFocus();
        QTest::keyClick(find<QCheckBox>("adviceAccept"), Qt::Key_Space);
        QTRY_VERIFY(find<QAbstractButton>("adviceUse")->isEnabled());
        click("adviceUse");
        QTRY_VERIFY(!m_window->findChild<QDialog*>("advice"));
        QCOMPARE(textParam(m_window->project().settings(), "wire"), std::string("int8"));
        QVERIFY(intParam(m_window->project().settings(), "local_steps") > 1);
        QCOMPARE(m_window->project().peers().size(), std::size_t(1));
    }

    void theDiagnosisSaysWhatItHasLookedAt() {
        click("diagnoseLan");
        QTRY_VERIFY_WITH_TIMEOUT(label("lanFindings").contains("UDP port 7411"), longMs);
        shoot("machines-diagnosis");
    }

    void listsThatAreNoneAreRefused() {
        QVERIFY(!lanPeersFrom("[]", "").ok());
        QVERIFY(!lanPeersFrom("{}", "[]").ok());
        QVERIFY(!lanPeersFrom("[1]", "[]").ok());
        const auto peers = lanPeersFrom(R"([{"id":"b","name":"Zoe"},{"id":"a","name":"Anna"}])",
                                        R"([{"id":"c","name":"Bert","address":"1.2.3.4:5","pairing":true},
                                            {"id":"a","name":"x","address":"1.2.3.5:6","version":"1"}])");
        QVERIFY(peers.ok());
        QCOMPARE(peers->size(), std::size_t(3));
        QVERIFY((*peers)[0].name == "Anna" && (*peers)[0].shares && (*peers)[0].address == "1.2.3.5:6");
        QVERIFY((*peers)[1].name == "Zoe" && !(*peers)[1].shares);
        QVERIFY((*peers)[2].name == "Bert" && (*peers)[2].pairing && !(*peers)[2].trusted);
    }
};

QTEST_MAIN(TstMachinesPage)
#include "tst_machines_page.moc"
