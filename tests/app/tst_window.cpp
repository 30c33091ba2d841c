// The real window, driven with drops, clicks and keys.
#include <QAbstractItemView>
#include <QCheckBox>
#include <QComboBox>
#include <QDockWidget>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSlider>
#include <QTabBar>
#include <QTemporaryDir>
#include <QThread>
#include <QToolButton>
#include <QtTest>
#include <atomic>

#include "app/gui/graph/graph_view.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/live_plot.h"
#include "app/gui/widgets/number_field.h"
#include "app/gui/widgets/rail_button.h"
#include "app/session/qt_path.h"
#include "tests/support/window_test.h"

using namespace lemnos;

namespace {

constexpr int trainingMs = 240'000;
constexpr int scanMs = 60'000;

/// The longest time that the GUI thread did not come round.
class Watchdog : public QObject {
  public:
    Watchdog() {
        m_last.start();
        startTimer(2);
    }
    qint64 longestMs() const { return m_longest; }

  protected:
    void timerEvent(QTimerEvent*) override { m_longest = std::max(m_longest, m_last.restart()); }

  private:
    QElapsedTimer m_last;
    qint64 m_longest = 0;
};

QByteArray line(decltype(Event::what) what) {
    return QByteArray::fromStdString(toLine(Event{.time = 1, .what = std::move(what)}));
}

}  // namespace

class TstWindow : public test::WindowTest {
    Q_OBJECT

    /// Functions that count what runs on the GUI thread and must not.
    Outside watched() {
        Outside outside;
        outside.backend.scan = [this](const std::vector<std::filesystem::path>& folders, const ScanOptions& options) {
            noteThread();
            return scanSources(folders, options);
        };
        outside.backend.readImage = [this](const std::filesystem::path& path) {
            noteThread();
            return readImage(path);
        };
        outside.backend.makeSample = [this](const std::filesystem::path& folder, const SampleDataOptions& options) {
            noteThread();
            SampleDataOptions few = options;
            few.imagesPerClass = 20;
            return makeSampleData(folder, few);
        };
        outside.dialogs.chooseFolder = [this](QWidget*, const QString&, const QString&) { return m_chosen; };
        outside.dialogs.askText = [this](QWidget*, const QString&, const QString&, const QStringList&, const QString&,
                                         bool) { return std::optional(m_typed); };
        outside.dialogs.quitWhileTraining = [this](QWidget*) {
            ++m_asked;
            return m_answer;
        };
        return outside;
    }

    void noteThread() {
        ++m_backendCalls;
        if (QThread::currentThread() == qApp->thread()) ++m_onGuiThread;
    }

    void open() {
        m_window = std::make_unique<MainWindow>(watched());
        m_window->resize(1280, 800);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    void fakeCli(const QByteArray& script) {
        const QString path = m_home->filePath("fake-cli");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\n[ \"$1\" = devices ] && { echo '[]'; exit 0; }\n" + script);
        file.close();
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        qputenv("LEMNOS_CLI", QFile::encodeName(path));
    }

    /// A run that starts, trains one epoch and goes on until it is told to stop.
    QByteArray endlessRun() {
        QFile last(m_home->filePath("last"));
        if (!last.open(QIODevice::WriteOnly)) qFatal("no temporary file");
        last.write(line(FinishedEvent{.reason = "stopped", .epochs = 1, .bestEpoch = 1}) + '\n');
        return "trap \"cat '" + last.fileName().toUtf8() + "'; exit 0\" TERM\ncat <<'END'\n" +
               line(StartedEvent{.run = "/runs/a", .device = "a device", .network = "mlp", .epochs = 9}) + "\n" +
               line(EpochEvent{.epoch = 1, .epochs = 9, .best = true}) + "\nEND\nwhile :; do sleep 0.05; done\n";
    }

    void openSample() {
        drop({m_sample});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), scanMs);
    }

    std::unique_ptr<QTemporaryDir> m_home;
    QString m_sample, m_chosen, m_typed;
    std::atomic<int> m_backendCalls = 0, m_onGuiThread = 0;
    int m_asked = 0;
    Dialogs::Quit m_answer = Dialogs::Quit::cancel;

  private slots:
    void initTestCase() {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", m_home->filePath("data").toUtf8());
        qputenv("LEMNOS_RUNS", m_home->filePath("runs").toUtf8());
        qputenv("LEMNOS_PROJECTS", m_home->filePath("projects").toUtf8());
        qputenv("LEMNOS_CACHE", m_home->filePath("cache").toUtf8());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_home->filePath("config"));
        standForTheProgram();
        m_sample = m_home->filePath(QStringLiteral("样本 data"));
        QVERIFY(makeSampleData(toPath(m_sample), {.imagesPerClass = 30, .sizePixels = 20}).ok());
    }

    void init() {
        QSettings().clear();
        qputenv("LEMNOS_CLI", LEMNOS_CLI);
        m_backendCalls = m_onGuiThread = m_asked = 0;
        m_answer = Dialogs::Quit::stopRun;
        open();
    }

    void cleanup() {
        m_window.reset();
        QCOMPARE(m_onGuiThread.load(), 0);
    }

    void aDroppedFolderIsTrainedOnWatchedAndExported() {
        const Watchdog watchdog;
        openSample();
        QVERIFY(m_backendCalls > 0);
        QCOMPARE(m_window->project().dataset()->index->classes.size(), std::size_t{10});
        QTRY_VERIFY(find<QLabel>("splitSummary")->text().contains("train"));

        QTest::mouseClick(find("railModel"), Qt::LeftButton);
        auto* tabs = find<QTabBar>("modelTabs");
        QTest::mouseClick(tabs, Qt::LeftButton, Qt::NoModifier, tabs->tabRect(1).center());
        click("template_mlp256");
        QCOMPARE(m_window->project().graph().name, std::string("mlp256"));

        QTest::mouseClick(find("railTrain"), Qt::LeftButton);
        auto* epochs = find<NumberField>("param_epochs");
        epochs->setFocus();
        epochs->selectAll();
        QTest::keyClicks(epochs, "3");
        QVERIFY(find<QLabel>("equivalentCommand")->text().contains("--epochs 3"));

        click("trainButton");
        QVERIFY(m_window->session().isRunning());
        auto* loss = find<LivePlot>("lossPlot");
        auto* accuracy = find<LivePlot>("accuracyPlot");
        QTRY_VERIFY_WITH_TIMEOUT(loss->livePointCount() > 0 && accuracy->livePointCount() > 0, trainingMs);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->session().isRunning(), trainingMs);
        QVERIFY2(m_window->project().runState() == RunState::finished,
                 qPrintable(find<QLabel>("trainNoticeText")->text()));
        QCOMPARE(loss->epochPointCount(), 3);
        QCOMPARE(accuracy->epochPointCount(), 3);
        QVERIFY(find<QLabel>("trainNoticeText")->text().contains("complete"));
        QVERIFY(!find<QPlainTextEdit>("logView")->toPlainText().isEmpty());

        click("goToExport");
        click("exportButton");
        QTRY_VERIFY_WITH_TIMEOUT(find("exportResult")->isVisible(), trainingMs);
        QVERIFY2(find<QLabel>("exportResultTitle")->text().contains("verified"),
                 qPrintable(find<QLabel>("exportResultText")->text()));
        QVERIFY(QFile::exists(find<QLineEdit>("exportFolder")->text() + "/model.onnx"));
        QCOMPARE(find<RailButton>("railExport")->state(), Readiness::State::ready);
        qInfo("the GUI thread was away for %lld ms at most", static_cast<long long>(watchdog.longestMs()));
    }

    void openFolderAsksAndOpensWhatWasChosen() {
        m_chosen = m_sample;
        click("openFolder");
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), scanMs);
        QCOMPARE(find<QLabel>("projectName")->text(), QStringLiteral("样本 data"));
        QCOMPARE(find<RailButton>("railData")->state(), Readiness::State::ready);
    }

    void theSampleIsDrawnAndOpened() {
        click("openSample");
        QVERIFY(find("cancelScan")->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), scanMs);
        QVERIFY(m_window->project().dataset()->index->samples.size() >= 200);
    }

    void choosingAClassShowsItsPicturesOnly() {
        openSample();
        auto* classes = find<QAbstractItemView>("classList");
        auto* grid = find<QAbstractItemView>("thumbnailGrid");
        QCOMPARE(grid->model()->rowCount(), 300);
        classes->setFocus();
        QTest::keyClick(classes, Qt::Key_Down);
        QCOMPARE(grid->model()->rowCount(), 30);
        QTest::keyClicks(find<QLineEdit>("classSearch"), "zzz");
        QCOMPARE(classes->model()->rowCount(), 0);
    }

    void thumbnailsAppear() {
        openSample();
        auto* grid = find<QAbstractItemView>("thumbnailGrid");
        QTRY_VERIFY(!grid->model()->index(0, 0).data(Qt::DecorationRole).value<QPixmap>().isNull());
    }

    void aFolderThatCanNotBeOpenedIsExplainedWhereTheUserLooks() {
        drop({m_home->filePath(QString("nothing ").repeated(20) + "at all")});
        auto* error = find<QLabel>("empty-data-error");
        QTRY_VERIFY(error->isVisible() && error->text().contains("at all"));
        // All of the sentence is in sight.
        QTRY_VERIFY(error->height() >= error->heightForWidth(error->width()));
        QVERIFY(find("openFolder")->isVisible());
        // With data open, the data stays and the sentence stands above it.
        openSample();
        QVERIFY(!find("dataError")->isVisible());
        drop({m_home->filePath("nothing")});
        QTRY_VERIFY(find("dataError")->isVisible());
        QVERIFY(m_window->project().dataset());
    }

    void skippedFilesAreListedWithTheirReasons() {
        const QString folder = m_home->filePath("with faults");
        QVERIFY(makeSampleData(toPath(folder), {.imagesPerClass = 4, .sizePixels = 16}).ok());
        const QString some = QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot).first();
        QFile broken(folder + "/" + some + "/broken.png");
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("this is no picture");
        broken.close();
        drop({folder});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), scanMs);
        auto* tabs = find<QTabBar>("dataTabs");
        QCOMPARE(tabs->count(), 5);
        tabs->setFocus();
        for (int i = 0; i < 4; ++i) QTest::keyClick(tabs, Qt::Key_Right);
        QVERIFY(find("skippedFiles")->isVisible());
        QCOMPARE(find<QAbstractItemView>("skippedFiles")->model()->rowCount(), 1);
        QCOMPARE(find<RailButton>("railData")->state(), Readiness::State::warning);
    }

    void trainingWithoutDataGoesWhereDataIsOpened() {
        QTest::keyClick(m_window.get(), Qt::Key_3, Qt::ControlModifier);
        QVERIFY(find("goToData")->isVisible());
        click("trainButton");
        QVERIFY(find("openFolder")->isVisible());
        QVERIFY(!m_window->session().isRunning());
    }

    void everyStepHasItsKeyAndItsSentence() {
        const char* const onPage[stepCount] = {"openFolder", "graphView", "lossPlot",
                                               "goToTrain",  "runsPage",  "sharePc"};
        for (int i = 0; i < stepCount; ++i) {
            QTest::keyClick(m_window.get(), Qt::Key(Qt::Key_1 + i), Qt::ControlModifier);
            QVERIFY2(find(onPage[i])->isVisible(), onPage[i]);
        }
        for (const char* name : {"railData", "railModel", "railTrain", "railExport", "railRuns", "railMachines"})
            QVERIFY(!find(name)->toolTip().isEmpty());
    }

    void aLayersSettingsChangeShapesAndTotalsAtOnce() {
        QTest::keyClick(m_window.get(), Qt::Key_2, Qt::ControlModifier);
        find<GraphView>("graphView")->select({m_window->project().graph().layers[2].name});
        const std::int64_t before = m_window->project().plan().plan.parameters;
        auto* units = find("layerParams")->findChild<NumberField*>("param_units");
        QVERIFY(units);
        units->setFocus();
        units->selectAll();
        QTest::keyClicks(units, "1000");
        QVERIFY(m_window->project().plan().plan.parameters > before);
        QCOMPARE(find<QLabel>("layerOut")->text(), QString("1,000"));
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
    }

    void theDataSizeIsReadAsTyped() {
        auto* size = find<QComboBox>("trainingSize");
        size->setFocus();
        size->lineEdit()->selectAll();
        QTest::keyClicks(size->lineEdit(), "40x20");
        QCOMPARE(m_window->project().inputShape(), (Shape{20, 40, 3}));
        size->lineEdit()->selectAll();
        QTest::keyClicks(size->lineEdit(), "wide");
        QVERIFY(find("sizeError")->isVisible());
        QCOMPARE(m_window->project().inputShape(), (Shape{20, 40, 3}));
    }

    void otherSharesDealThePicturesOutAnew() {
        openSample();
        const std::size_t before = m_window->project().dataset()->test;
        ParamMap settings = m_window->project().settings();
        settings["test_share"] = 0.5;
        m_window->project().setSettings(settings);
        QTRY_VERIFY(m_window->project().dataset()->test > before);
    }

    void stopEndsTheRunAndTheWindowSaysSo() {
        fakeCli(endlessRun());
        openSample();
        click("trainButton");
        QTRY_VERIFY(m_window->project().hasWeights());
        QCOMPARE(find<QPushButton>("trainButton")->text(), QString("Stop"));
        click("trainButton");
        QTRY_VERIFY(!m_window->session().isRunning());
        QVERIFY(find<QLabel>("trainNoticeText")->text().contains("stopped"));
        QVERIFY(find("goToExport")->isVisible());
    }

    void aRunIsPausedChangedStoppedAndResumed() {
        openSample();
        m_window->goTo(Step::train);
        click("trainButton");
        auto* pause = find<QPushButton>("pauseRun");
        QTRY_VERIFY_WITH_TIMEOUT(find<LivePlot>("lossPlot")->epochPointCount() > 0, trainingMs);
        QVERIFY(pause->isVisible());
        click("pauseRun");
        QTRY_COMPARE_WITH_TIMEOUT(pause->text(), QString("Go on"), trainingMs);
        QCOMPARE(find<QLabel>("trainPhase")->text(), QString("Paused"));
        const int done = find<LivePlot>("lossPlot")->epochPointCount();
        m_typed = QString::number(done + 2);
        m_window->findChild<QAction*>("changeEpochs")->trigger();
        const QString told = m_typed + " epochs in all";
        QTRY_VERIFY_WITH_TIMEOUT(find<QPlainTextEdit>("logView")->toPlainText().contains(told), trainingMs);
        QVERIFY(m_window->session().isPaused());
        m_typed = "fast";
        m_window->findChild<QAction*>("changeRate")->trigger();
        QVERIFY(find<QLabel>("trainPhase")->text().contains("learning rate"));  // why not
        click("trainButton");
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->session().isRunning(), trainingMs);
        QCOMPARE(find<LivePlot>("lossPlot")->epochPointCount(), done);
        click("resumeRun");
        QVERIFY(m_window->session().isRunning());
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->session().isRunning(), trainingMs);
        QVERIFY2(find<QLabel>("trainNoticeText")->text().contains("complete"),
                 qPrintable(find<QLabel>("trainNoticeText")->text()));
        QCOMPARE(find<LivePlot>("lossPlot")->epochPointCount(), done + 2);
        QVERIFY(!find("resumeRun")->isVisible());
    }

    void aRunOutlivesTheWindowAndTheNextOneFollowsIt() {
        openSample();
        ParamMap settings = m_window->project().settings();
        settings["epochs"] = std::int64_t{100'000};
        settings["patience"] = std::int64_t{0};
        m_window->project().setSettings(settings);
        click("trainButton");
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().hasWeights(), trainingMs);
        const std::filesystem::path run = m_window->project().runFolder();
        m_answer = Dialogs::Quit::leaveRun;
        QVERIFY(m_window->close());
        m_window.reset();
        open();
        QTRY_VERIFY(find("runOffer")->isVisible());
        QVERIFY(find<QLabel>("runOfferText")->text().contains(toText(run.filename())));
        click("followRun");
        QVERIFY(m_window->session().isRunning() && !find("runOffer")->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(find<LivePlot>("lossPlot")->epochPointCount() > 1, trainingMs);
        QCOMPARE(m_window->project().runFolder(), run);
        click("pauseRun");
        QTRY_COMPARE_WITH_TIMEOUT(find<QPushButton>("pauseRun")->text(), QString("Go on"), trainingMs);
        click("trainButton");
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->session().isRunning(), trainingMs);
        QVERIFY(find<QLabel>("trainNoticeText")->text().contains("stopped"));
        QVERIFY(find("resumeRun")->isVisible());
    }

    void aCrashOfTheRunIsExplainedAndTheWindowLivesOn() {
        fakeCli("echo 'driver says no' >&2\nkill -SEGV $$\n");
        openSample();
        click("trainButton");
        QTRY_VERIFY(!m_window->session().isRunning());
        QVERIFY(find<QLabel>("trainNoticeText")->text().contains("crashed"));
        QVERIFY(find<QPlainTextEdit>("logView")->toPlainText().contains("driver says no"));
        QCOMPARE(find<RailButton>("railTrain")->state(), Readiness::State::warning);
        QVERIFY(find("trainHere")->isVisible());
    }

    void aFailedExportSaysWhy() {
        fakeCli("[ \"$1\" = export ] && { echo 'lemnos-cli: The answers differ.' >&2; exit 1; }\n" + endlessRun());
        openSample();
        click("trainButton");
        QTRY_VERIFY(m_window->project().hasWeights());
        click("trainButton");
        QTRY_VERIFY(!m_window->session().isRunning());
        click("goToExport");
        click("exportButton");
        QTRY_VERIFY(find("exportResult")->isVisible());
        QCOMPARE(find<QLabel>("exportResultText")->text(), QString("The answers differ."));
        QVERIFY(find<RailButton>("railExport")->state() != Readiness::State::ready);
    }

    void closingWhileTrainingAsksFirst() {
        fakeCli(endlessRun());
        openSample();
        click("trainButton");
        QTRY_VERIFY(m_window->project().hasWeights());
        m_answer = Dialogs::Quit::cancel;
        QVERIFY(!m_window->close());
        QCOMPARE(m_asked, 1);
        QVERIFY(m_window->isVisible());
        QVERIFY(m_window->session().isRunning() && !m_window->session().isStopping());
        m_answer = Dialogs::Quit::stopRun;
        m_window->close();
        QCOMPARE(m_asked, 2);
        QVERIFY(m_window->isVisible());  // until the checkpoint is saved
        QTRY_VERIFY(!m_window->isVisible());
        QVERIFY(!m_window->session().isRunning());
    }

    void closingWithoutARunAsksNothing() {
        QVERIFY(m_window->close());
        QCOMPARE(m_asked, 0);
    }

    void theLayoutIsRememberedAndCanBeReset() {
        QVERIFY(!find<QDockWidget>("logDock")->isVisible());
        find<QAction>("actionLog")->trigger();
        QVERIFY(find<QDockWidget>("logDock")->isVisible());
        m_window->close();
        open();
        QVERIFY(find<QDockWidget>("logDock")->isVisible());
        find<QAction>("actionResetLayout")->trigger();
        QTRY_VERIFY(!find<QDockWidget>("logDock")->isVisible());
        QVERIFY(find<QDockWidget>("inspectorDock")->isVisible());
    }

    void theThemeIsChosenInTheMenuAndRemembered() {
        find<QAction>("actionTheme2")->trigger();
        QVERIFY(tokens().dark);
        QCOMPARE(QSettings().value("theme").toInt(), 2);
        find<QAction>("actionTheme1")->trigger();
        QVERIFY(!tokens().dark);
    }

    void helpTellsAllKeys() {
        QTest::keyClick(m_window.get(), Qt::Key_F1);
        auto* dialog = find("shortcuts");
        QVERIFY(dialog->isVisible());
        QStringList texts;
        for (const QLabel* label : dialog->findChildren<QLabel*>()) texts << label->text();
        for (const char* key : {"F1", "Ctrl+1", "Ctrl+O", "Ctrl+R", "Ctrl+L", "Ctrl+Z", "Ctrl+D", "Ctrl+B", "Arrows"})
            QVERIFY2(texts.contains(key), key);
        dialog->close();
    }

    void everyControlHasNameHelpAndKeyboardWay() {
        openSample();
        for (int i = 0; i < stepCount; ++i) {
            m_window->goTo(Step(i));
            for (QWidget* widget : m_window->findChildren<QWidget*>()) {
                const bool control = qobject_cast<QAbstractButton*>(widget) || qobject_cast<QComboBox*>(widget) ||
                                     qobject_cast<QAbstractSpinBox*>(widget) || qobject_cast<QSlider*>(widget) ||
                                     qobject_cast<QAbstractItemView*>(widget) ||
                                     (qobject_cast<QLineEdit*>(widget) && !qobject_cast<QComboBox*>(widget->parent()) &&
                                      !qobject_cast<QAbstractSpinBox*>(widget->parent()));
                const bool ours = !widget->objectName().startsWith("qt_") && widget->isVisible() &&
                                  !widget->inherits("QComboBoxListView") && !widget->inherits("QLineEditIconButton") &&
                                  !qobject_cast<QTabBar*>(widget->parent()) && !widget->inherits("QHeaderView");
                if (!control || !ours) continue;
                const QString who =
                    QString("%1 '%2' on page %3").arg(widget->metaObject()->className(), widget->objectName()).arg(i);
                QVERIFY2(!widget->objectName().isEmpty(), qPrintable(who));
                const auto* tool = qobject_cast<QToolButton*>(widget);
                QVERIFY2(!widget->accessibleName().isEmpty() || (tool && tool->defaultAction()), qPrintable(who));
                QVERIFY2(widget->focusPolicy() != Qt::NoFocus, qPrintable(who));
                if (!qobject_cast<QAbstractItemView*>(widget)) QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(who));
            }
        }
    }

    void itFitsASmallScreen() {
        openSample();
        QVERIFY2(
            m_window->minimumSizeHint().width() <= 1100 && m_window->minimumSizeHint().height() <= 700,
            qPrintable(
                QString("%1 x %2").arg(m_window->minimumSizeHint().width()).arg(m_window->minimumSizeHint().height())));
    }
};

QTEST_MAIN(TstWindow)
#include "tst_window.moc"
