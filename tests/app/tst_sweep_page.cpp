// Sweeps in the real window, with real runs on drawn pictures.
// With LEMNOS_SHOTS=FOLDER it also saves pictures there, light and dark.
#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include "app/gui/pages/sweep_form.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/ladder_chart.h"
#include "app/gui/widgets/parallel_plot.h"
#include "app/gui/widgets/run_model.h"
#include "app/gui/widgets/trial_model.h"
#include "app/session/qt_path.h"
#include "model/sweep/sweep.h"
#include "model/train/run_store.h"
#include "tests/support/temp_data_set.h"
#include "tests/support/window_test.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

constexpr int waitMs = 120'000;

SweepStartedEvent startedWith(std::vector<ParamMap> values) {
    SweepStartedEvent event{"/sweep", {}, {{std::int64_t(values.size()), 3}}, BestBy::accuracy};
    for (const ParamMap& one : values) event.trials.push_back({std::int64_t(event.trials.size() + 1), one});
    return event;
}

}  // namespace

class TstSweepPage : public test::WindowTest {
    Q_OBJECT

    QTemporaryDir m_dir;
    bool m_mayQuit = true;
    int m_quitAsked = 0;
    std::optional<QString> m_answer;  ///< to the question that is asked

    void openWindow() {
        Outside outside;
        outside.dialogs.askText = [this](QWidget*, const QString&, const QString&, const QStringList&, const QString&,
                                         bool) { return m_answer; };
        outside.dialogs.quitWhileSweeping = [this](QWidget*) {
            ++m_quitAsked;
            return m_mayQuit;
        };
        m_window = std::make_unique<MainWindow>(outside);
        m_window->resize(1280, 800);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTest::keyClick(m_window.get(), Qt::Key_5, Qt::ControlModifier);
        find<QTabBar>("runsTabs")->setFocus();
        QTest::keyClick(find<QTabBar>("runsTabs"), Qt::Key_Right);
    }

    void openData() {
        m_window->openFolder(m_dir.filePath("data"));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), waitMs);
        ParamMap settings = m_window->project().settings();
        settings["epochs"] = std::int64_t{3};
        settings["batch"] = std::int64_t{8};
        m_window->project().setSettings(settings);
        m_window->project().setDevice("cpu");
        QTest::keyClick(m_window.get(), Qt::Key_5, Qt::ControlModifier);
    }

    /// Types the values of a setting.
    void type(const char* field, const QString& values) {
        auto* edit = find<QLineEdit>(field);
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, values);
    }

    /// A sweep as one leaves it behind, whose only trial has reached this accuracy.
    void leaveSweep(const char* name, double time, double accuracy) {
        SweepSpec spec{.base = *makeRunSpec("/data", "mlp256"),
                       .parameters = {*parseSweepParameter("batch", "8")},
                       .settings = *resolveParams(sweepSettings(), ParamMap(), "the sweep"),
                       .devices = {}};
        const auto play = [&](const TrialOrder& order, const EventSink&, std::stop_token) -> Status {
            RunSpec run = *readRunSpec(order.spec);
            TRY(RunStore store, RunStore::create(run));
            TRY_OK(store.append({time, StartedEvent{.run = order.run.string(), .epochs = order.epochs}}));
            TRY_OK(store.append({time, EpochEvent{.epoch = 1, .epochs = 1, .validation = {1, accuracy, 10}}}));
            return store.append({time, FinishedEvent{.reason = "completed", .epochs = 1}});
        };
        const auto folder = createSweep(spec, toPath(qEnvironmentVariable("LEMNOS_RUNS")) / name);
        QVERIFY(folder.ok() && runSweep(*folder, play, [](const SweepEvent&) {}, {}).ok());
    }

    QAbstractItemModel* trials() { return find<QTableView>("trialTable")->model(); }
    QString sentence() { return find<QLabel>("sweepSentence")->text(); }

  private slots:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("lemnos-test"));
        QCoreApplication::setApplicationName(QStringLiteral("tst_sweep_page"));
        Theme::instance().install(ThemeMode::light);
        qputenv("LEMNOS_CLI", LEMNOS_CLI);
        qputenv("LEMNOS_PROJECTS", m_dir.filePath("projects").toUtf8());
        test::makeTinyDataSet(m_dir.filePath("data").toStdString(),
                              {.classes = 3, .imagesPerClass = 30, .sizePixels = 12});
    }
    void init() {
        QSettings().clear();
        qputenv("LEMNOS_RUNS", m_dir.filePath(QStringLiteral("runs-") + QTest::currentTestFunction()).toUtf8());
    }
    void cleanup() { m_window.reset(); }

    void theTrialsAreAWellBehavedModel() {
        TrialModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 0);
        model.apply(startedWith({{{"batch", std::int64_t{8}}}, {{"batch", std::int64_t{16}}}}));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(1, 1).data().toString(), QStringLiteral("16"));
        model.apply(TrialStartedEvent{1, 0, 3, "cpu"});
        model.apply(TrialEpochEvent{1, 1, 0.5});
        QCOMPARE(model.index(0, model.stateColumn()).data().toString(), QStringLiteral("training"));
        model.apply(TrialEndedEvent{1, 0, 3, 0.5, {}});
        model.apply(TrialEndedEvent{2, 0, 3, 0.75, {}});
        QCOMPARE(model.index(1, model.valueColumn()).data().toString(), QStringLiteral("75.0 %"));
        QVERIFY(!model.index(0, 0).data(TrialModel::bestRole).toBool());
        QVERIFY(model.index(1, 0).data(TrialModel::bestRole).toBool());
        model.apply(TrialEndedEvent{99, 0, 3, 0.9, {}});  // of another sweep
        QCOMPARE(model.rowCount(), 2);
        model.setTable({});
        QCOMPARE(model.rowCount(), 0);
    }

    void aLineGoesThroughTheValuesOfItsTrial() {
        TrialModel model;
        ParallelPlot plot(model);
        plot.resize(640, 300);
        model.apply(startedWith({{{"learning_rate", 0.001}, {"optimizer", std::string("adam")}},
                                 {{"learning_rate", 0.01}, {"optimizer", std::string("sgd")}},
                                 {{"learning_rate", 0.1}, {"optimizer", std::string("sgd")}}}));
        model.apply(TrialEndedEvent{1, 0, 3, 0.9, {}});
        model.apply(TrialEndedEvent{2, 0, 3, 0.5, {}});
        const QPolygonF first = plot.lineOf(0), second = plot.lineOf(1), third = plot.lineOf(2);
        QCOMPARE(first.size(), 3);
        QCOMPARE(third.size(), 2);  // it has no result yet
        // A logarithmic axis: 0.01 is half way from 0.001 to 0.1, bottom to top.
        QVERIFY(first[0].y() > second[0].y() && second[0].y() > third[0].y());
        QVERIFY(std::abs(second[0].y() - (first[0].y() + third[0].y()) / 2) < 0.5);
        QCOMPARE(second[1], third[1]);          // both sgd
        QVERIFY(first[2].y() < second[2].y());  // the better one is higher
        QCOMPARE(first[0].x(), second[0].x());
    }

    void everySettingHasValuesToBeginWith() {
        for (const Param& param : sweepParams()) {
            if (std::holds_alternative<std::string>(param.defaultValue) && param.choices.empty()) continue;
            const auto parsed = parseSweepParameter(param.key, suggestedValues(param).toStdString());
            QVERIFY2(parsed.ok(), (param.key + ": " + (parsed ? "" : parsed.error().message)).c_str());
        }
    }

    void withoutDataThePageSaysWhatIsMissing() {
        openWindow();
        QVERIFY(!find("sweepStart")->isEnabled());
        QVERIFY(!sentence().isEmpty());
        shoot("sweep-empty");
    }

    void whatIsWrongWithTheValuesIsSaidAtOnce() {
        openWindow();
        openData();
        QTRY_VERIFY(find("sweepStart")->isEnabled());
        type("sweep_learning_rate", "0.1..");
        QVERIFY(find("sweepProblem")->isVisible());
        QVERIFY(!find("sweepStart")->isEnabled());
        type("sweep_learning_rate", "0.001,0.01");
        QVERIFY(!find("sweepProblem")->isVisible());
        QVERIFY(find("sweepStart")->isEnabled());
        QVERIFY(find<QLabel>("sweepPlan")->text().contains(QStringLiteral("6 trials")));  // two rates, three widths
        // A grid has as many trials as there are combinations.
        QVERIFY(!find("param_trials")->isEnabled() && !find("param_eta")->isEnabled());
        auto* strategy = find<QComboBox>("param_strategy");
        strategy->setCurrentIndex(strategy->findData(QStringLiteral("halving")));
        QVERIFY(find("param_trials")->isEnabled() && find("param_eta")->isEnabled());
        strategy->setCurrentIndex(strategy->findData(QStringLiteral("grid")));
        click("sweepRemove_width");
        QVERIFY(find<QLabel>("sweepPlan")->text().contains(QStringLiteral("2 trials")));
        // By the keys, as one without a mouse adds a setting.
        auto* more = find<QComboBox>("sweepAdd");
        const int mixup = more->findData(QStringLiteral("mixup"));
        QVERIFY(mixup > 0);
        more->setFocus();
        for (int i = 0; i < mixup; ++i) QTest::keyClick(more, Qt::Key_Down);
        QTRY_VERIFY(m_window->findChild<QLineEdit*>("sweep_mixup"));
    }

    void earlierSweepsCanBeChosen() {
        leaveSweep("older", 1'790'000'000, 0.25);
        leaveSweep("newer", 1'790'100'000, 0.75);
        openWindow();
        QTRY_VERIFY_WITH_TIMEOUT(sentence().contains("75.0 %"), waitMs);
        auto* choice = find<QComboBox>("sweepChoice");
        QVERIFY(choice->isVisible());
        QCOMPARE(choice->currentText(), QString("newer"));
        choice->setFocus();
        QTest::keyClick(choice, Qt::Key_Down);
        QTRY_VERIFY_WITH_TIMEOUT(sentence().contains("25.0 %"), waitMs);
        QCOMPARE(choice->currentText(), QString("older"));
        // One that is damaged says so, and what was shown stays.
        const fs::path newer = toPath(qEnvironmentVariable("LEMNOS_RUNS")) / "newer";
        test::writeTestFile(newer / "journal.jsonl", "");
        QTest::keyClick(choice, Qt::Key_Up);
        QTRY_VERIFY_WITH_TIMEOUT(find("sweepFailure")->isVisible(), waitMs);
        QVERIFY(sentence().contains("25.0 %"));
    }

    void eachTickedDeviceGetsTrialsOfItsOwn() {
        const QString cli = m_dir.filePath("fake-cli");
        test::writeTestFile(toPath(cli),
                            "#!/bin/sh\n[ \"$1\" = devices ] && echo '[{\"id\":\"vulkan:0\",\"name\":\"One\"},"
                            "{\"id\":\"vulkan:1\",\"name\":\"Two\"},{\"id\":\"cpu\",\"name\":\"Three\"}]'\n");
        QVERIFY(QFile::setPermissions(cli, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        const auto restore = qScopeGuard([] { qputenv("LEMNOS_CLI", LEMNOS_CLI); });
        qputenv("LEMNOS_CLI", QFile::encodeName(cli));
        openWindow();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<QCheckBox*>("sweepDevice_vulkan:1"), waitMs);
        auto* form = find<SweepForm>("sweepForm");
        QVERIFY(form->spec()->devices.empty());
        for (const char* name : {"sweepDevice_vulkan:1", "sweepDevice_cpu"}) {
            find(name)->setFocus();
            QTest::keyClick(find(name), Qt::Key_Space);
        }
        QCOMPARE(form->spec()->devices, (std::vector<std::string>{"vulkan:1", "cpu"}));
    }

    void aSweepIsTrainedShownAndOpenedAmongTheRuns() {
        openWindow();
        openData();
        QTRY_VERIFY(find("sweepStart")->isEnabled());
        type("sweep_learning_rate", "0.0000001,0.003,0.001");
        type("sweep_width", "0.25,1");
        click("sweepStart");
        QTRY_COMPARE_WITH_TIMEOUT(trials()->rowCount(), 6, waitMs);
        QVERIFY(find("sweepStop")->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(find("sweepStart")->isVisible(), waitMs);
        QVERIFY2(sentence().startsWith(QStringLiteral("Done.")), qPrintable(sentence()));
        QVERIFY(!find("sweepGoOn")->isVisible());
        shoot("sweep-done");

        // The best is first, and a click on its line chooses its row.
        QVERIFY(trials()->index(0, 0).data(TrialModel::bestRole).toBool());
        auto* plot = find<ParallelPlot>("parallelPlot");
        auto* table = find<QTableView>("trialTable");
        auto* model = qobject_cast<QSortFilterProxyModel*>(table->model());
        const int worst = model->mapToSource(model->index(5, 0)).row();
        const QPolygonF line = plot->lineOf(worst);
        QTest::mouseClick(plot, Qt::LeftButton, {}, line.last().toPoint());
        QCOMPARE(plot->current(), worst);
        QCOMPARE(table->currentIndex().row(), 5);
        plot->setFocus();
        QTest::keyClick(plot, Qt::Key_Up);
        QCOMPARE(table->currentIndex().row(), 4);

        table->setCurrentIndex(model->index(0, 0));
        table->setFocus();
        click("sweepOpenRun");
        QCOMPARE(find<QTabBar>("runsTabs")->currentIndex(), 0);
        auto* runs = find<QTableView>("runTable");
        const QString trial = QStringLiteral("trial-00%1").arg(model->index(0, 0).data().toString());
        QTRY_VERIFY(runs->currentIndex().isValid() &&
                    runs->currentIndex().siblingAtColumn(RunModel::nameColumn).data().toString().endsWith(trial));
        QCOMPARE(runs->model()->rowCount(), 6);

        // It can be trained on from there.
        m_answer = QStringLiteral("2");
        click("runExtend");
        QVERIFY(find("runsProblem")->isVisible());  // it has 3 already
        m_answer = QStringLiteral("5");
        click("runExtend");
        QVERIFY(!find("runsProblem")->isVisible());
        QVERIFY(find("lossPlot")->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->session().isRunning(), waitMs);
        QTest::keyClick(m_window.get(), Qt::Key_5, Qt::ControlModifier);
        QTRY_COMPARE(runs->currentIndex().siblingAtColumn(RunModel::epochsColumn).data().toString(),
                     QStringLiteral("5"));
    }

    void theLadderSaysWhetherTheNetworkIsTheLimit() {
        openWindow();
        openData();
        QTest::keyClick(m_window.get(), Qt::Key_3, Qt::ControlModifier);
        click("checkNetwork");
        auto* chart = find<LadderChart>("ladderChart");
        const QString before = find<QLabel>("ladderSentence")->text();
        QTRY_VERIFY_WITH_TIMEOUT(!find("ladderProgress")->isVisible(), waitMs);
        for (const LadderChart::Bar& bar : chart->bars()) QVERIFY2(bar.value.has_value(), qPrintable(bar.name));
        QCOMPARE(chart->bars().size(), std::size_t(3));
        QVERIFY(find<QLabel>("ladderSentence")->text() != before);
        QVERIFY(chart->accessibleDescription().contains(QLatin1Char('%')));
        if (const QString folder = qEnvironmentVariable("LEMNOS_SHOTS"); !folder.isEmpty())
            find<QDialog>("ladder")->grab().save(folder + QStringLiteral("/ladder-light.png"));
        shoot("train-ready");
        click("ladderClose");
        QTRY_VERIFY(!m_window->findChild<QDialog*>("ladder"));
    }

    void closingTheLadderEndsIt() {
        openWindow();
        openData();
        QTest::keyClick(m_window.get(), Qt::Key_3, Qt::ControlModifier);
        click("checkNetwork");
        QTest::keyClick(find<QDialog>("ladder"), Qt::Key_Escape);
        QTRY_VERIFY(!m_window->findChild<QDialog*>("ladder"));
    }

    void aStoppedSweepGoesOnInTheNextWindow() {
        openWindow();
        openData();
        ParamMap settings = m_window->project().settings();
        settings["epochs"] = std::int64_t{60};
        settings["patience"] = std::int64_t{0};
        m_window->project().setSettings(settings);
        QTRY_VERIFY(find("sweepStart")->isEnabled());
        type("sweep_learning_rate", "0.001,0.002");
        click("sweepRemove_width");
        click("sweepStart");
        const auto epochs = [this] {
            return trials()->index(0, 3).data().toString().toInt() + trials()->index(1, 3).data().toString().toInt();
        };
        QTRY_VERIFY_WITH_TIMEOUT(trials()->rowCount() == 2 && epochs() > 0, waitMs);
        // Closing the window asks, and waits for the checkpoints.
        m_mayQuit = false;
        m_window->close();
        QCOMPARE(m_quitAsked, 1);
        QVERIFY(m_window->isVisible() && find("sweepStop")->isEnabled());
        m_mayQuit = true;
        m_window->close();
        QCOMPARE(m_quitAsked, 2);
        QVERIFY(m_window->isVisible() && !find("sweepStop")->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), waitMs);

        openWindow();
        QTRY_VERIFY_WITH_TIMEOUT(find("sweepGoOn")->isVisible(), waitMs);
        QCOMPARE(trials()->rowCount(), 2);
        click("sweepGoOn");
        QTRY_VERIFY_WITH_TIMEOUT(sentence().startsWith(QStringLiteral("Done.")), waitMs);
        QCOMPARE(epochs(), 120);
    }
};

QTEST_MAIN(TstSweepPage)
#include "tst_sweep_page.moc"
