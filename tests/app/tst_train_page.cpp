// The Train page beside its charts: what is set before a run, and what is told while it goes on.
// With LEMNOS_SHOTS=FOLDER it also saves pictures of its states there, light and dark.
#include <signal.h>

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QScrollArea>
#include <QSettings>
#include <QTabBar>
#include <QTemporaryDir>
#include <cmath>
#include <numbers>

#include "app/gui/pages/train_page.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/number_field.h"
#include "app/gui/widgets/schedule_plot.h"
#include "app/gui/widgets/stat_card.h"
#include "app/gui/widgets/system_view.h"
#include "app/gui/widgets/time_bar.h"
#include "app/gui/widgets/usage_card.h"
#include "app/session/qt_path.h"
#include "app/session/run_watch.h"
#include "tests/support/window_test.h"

using namespace lemnos;

namespace {

constexpr int workMs = 60000;

Event progress(std::int64_t step, const StepTimes& times, std::vector<DeviceWork> devices = {}) {
    return {.what = ProgressEvent{.epoch = 1,
                                  .step = step,
                                  .steps = 10,
                                  .train = {2.0 / double(step), 0.1 * double(step), 32},
                                  .imagesPerSecond = 2310,
                                  .etaSeconds = 372,
                                  .learningRate = 0.001,
                                  .times = times,
                                  .devices = std::move(devices)}};
}

Event epoch(std::int64_t n, double accuracy, double loss, bool best) {
    return {.what = EpochEvent{.epoch = n,
                               .epochs = 100'000,
                               .train = {loss * 0.9, accuracy, 320},
                               .validation = {loss, accuracy, 100},
                               .seconds = 3,
                               .best = best}};
}

}  // namespace

class TstTrainPage : public test::WindowTest {
    Q_OBJECT

    TrainPage* page() { return m_window->findChild<TrainPage*>(); }

    void fakeCli(const QByteArray& script, const QByteArray& devices = "[]") {
        const QString path = m_home->filePath("fake-cli");
        QFile::remove(path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\n[ \"$1\" = devices ] && { echo '" + devices + "'; exit 0; }\n" + script);
        file.close();
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        qputenv("LEMNOS_CLI", QFile::encodeName(path));
    }

    void openSample() {
        drop({m_sample});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->project().dataset(), workMs);
        QTest::mouseClick(find("railTrain"), Qt::LeftButton);
    }

    void set(const char* field, const QString& text) {
        auto* number = find<NumberField>(field);
        number->setFocus();
        number->selectAll();
        QTest::keyClicks(number, text);
        QTest::keyClick(number, Qt::Key_Return);
    }

    void choose(const char* field, const QString& choice) {
        auto* combo = find<QComboBox>(field);
        combo->setFocus();
        while (combo->currentIndex() > 0) QTest::keyClick(combo, Qt::Key_Up);
        while (combo->currentText() != choice && combo->currentIndex() + 1 < combo->count())
            QTest::keyClick(combo, Qt::Key_Down);
        QCOMPARE(combo->currentText(), choice);
    }

    std::unique_ptr<QTemporaryDir> m_home;
    QString m_sample;

  private slots:
    void initTestCase() {
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", m_home->filePath("data").toUtf8());
        qputenv("LEMNOS_RUNS", m_home->filePath("runs").toUtf8());
        qputenv("LEMNOS_PROJECTS", m_home->filePath("projects").toUtf8());
        qputenv("LEMNOS_CACHE", m_home->filePath("cache").toUtf8());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_home->filePath("config"));
        standForTheProgram();
        m_sample = m_home->filePath("shapes");
        QVERIFY(makeSampleData(toPath(m_sample), {.imagesPerClass = 20, .sizePixels = 16}).ok());
    }

    void init() {
        QSettings().clear();
        qputenv("LEMNOS_CLI", LEMNOS_CLI);
        m_window = std::make_unique<MainWindow>(Outside{});
        m_window->resize(1280, 800);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTest::mouseClick(find("railTrain"), Qt::LeftButton);
    }

    void cleanup() { m_window.reset(); }

    void theBarShowsWhereTheTimeGoesAndWhatToDo() {
        auto* bar = find<TimeBar>("timeBar");
        QCOMPARE(bar->shares(), (std::array<double, 5>{}));
        page()->show({.what = StartedEvent{.run = "/runs/a", .device = "a device", .epochs = 50}});
        for (int step = 1; step <= 9; ++step)
            page()->show(progress(step, {.read = 2, .decode = 50, .upload = 1, .compute = 45, .sync = 2}));
        QVERIFY(std::abs(bar->shares()[1] - 0.5) < 1e-9 && std::abs(bar->shares()[3] - 0.45) < 1e-9);
        QVERIFY(bar->accessibleDescription().contains("decode 50 %"));
        QVERIFY(find<QLabel>("timeAdvice")->text().contains("picture cache"));
        shoot("train-bar");
        // What changes shows soon, for what is long past counts little.
        for (int step = 1; step <= 40; ++step) page()->show(progress(1, {.compute = 100}));
        QVERIFY(bar->shares()[3] > 0.9);
        QVERIFY(find<QLabel>("timeAdvice")->text().contains("device is busy"));
        // Lines of an older version say nothing of it.
        page()->show(progress(1, {}));
        QVERIFY(bar->shares()[3] > 0.9);
    }

    void theSystemTabShowsHowBusyThePcIs() {
        auto* tabs = find<QTabBar>("trainTabs");
        tabs->setCurrentIndex(2);
        page()->show({.what = StartedEvent{.run = "/runs/a", .device = "a device", .epochs = 50}});
        auto* processor = find<UsageCard>("usageProcessor");
        QVERIFY(processor->isVisible());
        for (int i = 0; i < 40; ++i) {
            Event event =
                progress(i % 9 + 1, {.decode = 4, .compute = 96}, {{"a device", "0000:01:00.0", 32, 0.96, 0.04}});
            event.time = 100 + i;
            page()->show(event);
            find<SystemView>("systemView")
                ->showUsage(100.0 + i,
                            {0.5 + 0.4 * std::sin(i / 4.0), 0.25, 1'200'000'000, 9'400'000'000, 16'000'000'000},
                            {{"0000:01:00.0", 67.4}});
        }
        QCOMPARE(find<UsageCard>("usageSpeed")->value(), QString("2,310"));
        QCOMPARE(processor->pointCount(), 40);
        QCOMPARE(processor->remark(), QString("25.0 % of it for the run"));
        QCOMPARE(find<UsageCard>("usageMemory")->value(), QString("1.20 GB"));
        QCOMPARE(find<UsageCard>("usageMemory")->remark(), QString("9.40 GB of 16 GB in use"));
        QCOMPARE(find<UsageCard>("usageDevice1")->value(), QString("96.0 %"));
        QCOMPARE(find<UsageCard>("usageDevice1")->accessibleName(), QString("a device"));
        QVERIFY(find<UsageCard>("usageDevice1")->remark().endsWith(QString::fromUtf8("67 °C")));
        shoot("train-system");
        page()->show({.what = StartedEvent{.run = "/runs/a", .device = "a device", .epochs = 50}});
        tabs->setCurrentIndex(0);
    }

    void eachOfSeveralDevicesHasALoadAndAShareOfItsOwn() {
        auto* tabs = find<QTabBar>("trainTabs");
        tabs->setCurrentIndex(2);
        page()->show({.what = StartedEvent{.run = "/runs/a", .device = "a card, a processor", .epochs = 50}});
        QCOMPARE(find<UsageCard>("usageDevice1")->accessibleName(), QString("a card, a processor"));
        find<SystemView>("systemView")->showUsage(100, {}, {{"processor", 54}});
        const auto told = [&](double time, std::vector<DeviceWork> devices) {
            Event event = progress(1, {.compute = 4}, std::move(devices));
            event.time = time;
            page()->show(event);
        };
        for (int i = 0; i < 3; ++i)
            told(100 + i, {{"a card", "0000:01:00.0", 96, 3.0, 1.0}, {"a processor", "processor", 32, 4.0, 0.0}});
        auto* card = find<UsageCard>("usageDevice1");
        QCOMPARE(card->accessibleName(), QString("a card"));
        QCOMPARE(card->value(), QString("75.0 %"));
        QCOMPARE(card->remark(), QString("75.0 % of the pictures"));
        QCOMPARE(card->pointCount(), 3);
        QCOMPARE(find<UsageCard>("usageDevice2")->value(), QString("100.0 %"));
        QCOMPARE(find<UsageCard>("usageDevice2")->remark(), QString::fromUtf8("25.0 % of the pictures · 54 °C"));
        QVERIFY(find<UsageCard>("usageProcessor")->remark().endsWith(QString::fromUtf8("54 °C")));
        // A PC that has left has no card any more; many of them need no wider window.
        told(110, {{"a card", "0000:01:00.0", 128, 3.0, 1.0}});
        QVERIFY(!m_window->findChild<UsageCard*>("usageDevice2"));
        const int width = m_window->minimumSizeHint().width();
        std::vector<DeviceWork> many;
        for (int i = 0; i < 12; ++i) many.push_back({"PC " + std::to_string(i), "", 32, 1, 1});
        told(111, many);
        QTRY_VERIFY(find<UsageCard>("usageDevice12")->isVisible());
        QCOMPARE(m_window->minimumSizeHint().width(), width);
        shoot("train-devices");
        page()->show({.what = StartedEvent{.run = "/runs/a", .device = "a device", .epochs = 50}});
        tabs->setCurrentIndex(0);
    }

    void theBestEpochIsToldWithTheFigureItGoesBy() {
        auto* accuracy = find<StatCard>("validationAccuracy");
        auto* loss = find<StatCard>("validationLoss");
        page()->show({.what = StartedEvent{.run = "/runs/a", .device = "a device", .epochs = 9}});
        page()->show(epoch(1, 0.5, 1.5, true));
        page()->show(epoch(2, 0.4, 1.0, false));
        QVERIFY(accuracy->remark().contains("epoch 1") && !loss->remark().contains("epoch"));
        page()->show(
            {.what = StartedEvent{.run = "/runs/b", .device = "a device", .epochs = 9, .bestBy = BestBy::loss}});
        page()->show(epoch(1, 0.5, 1.0, true));
        page()->show(epoch(2, 0.6, 1.5, false));
        QVERIFY(!accuracy->remark().contains("epoch") && loss->remark().contains("epoch 1"));
        page()->show(
            {.what = StartedEvent{.run = "/runs/c", .device = "a device", .epochs = 9, .bestBy = BestBy::macroF1}});
        Event byClass = epoch(1, 0.5, 1.0, true);
        std::get<EpochEvent>(byClass.what).validation.macroF1 = 0.375;
        page()->show(byClass);
        QCOMPARE(accuracy->accessibleName(), QString("Validation macro F1"));
        QVERIFY(accuracy->value().startsWith("37.5"));
    }

    void aLongNumberIsWrittenSmallerRatherThanCutOff() {
        page()->show({.what = StartedEvent{.run = "/runs/a", .device = "a device", .epochs = 100'000}});
        page()->show(epoch(17, 0.5, 1.5, true));
        auto* card = find<StatCard>("epoch");
        QCOMPARE(card->value(), QString("17 / 100,000"));
        const auto labels = card->findChildren<QLabel*>();
        const auto value = std::ranges::find(labels, card->value(), &QLabel::text);
        QVERIFY((*value)->fontMetrics().horizontalAdvance(card->value()) <= (*value)->width());
        find<QCheckBox>("lossLogScale")->click();
        shoot("train-long");
    }

    void picturesShowWhatTheNetworkMakesOfThem() {
        PredictionsEvent event{.epoch = 3, .predictions = {}};
        for (int i = 0; i < 8; ++i)
            event.predictions.push_back({m_sample.toStdString() + "/star/000" + std::to_string(i + 1) + ".png", "star",
                                         i == 2 ? "ring" : "star", 0.9 - 0.05 * i});
        auto* tabs = find<QTabBar>("trainTabs");
        QTest::mouseClick(tabs, Qt::LeftButton, Qt::NoModifier, tabs->tabRect(1).center());
        QVERIFY(find("predictionStrip")->isVisible() && !find("prediction0")->isVisible());
        page()->show({.what = event});
        QVERIFY(find("prediction7")->isVisible());
        const auto words = [&](const char* name) {
            QStringList texts;
            for (const QLabel* label : find(name)->findChildren<QLabel*>()) texts << label->text();
            return texts;
        };
        QVERIFY(words("prediction0").contains("star") &&
                words("prediction0").contains(QString::fromUtf8("✓ 90\u2009%")));
        QVERIFY(words("prediction2").contains("ring") &&
                words("prediction2").contains(QString::fromUtf8("✗ 80\u2009%")));
        QVERIFY(find("prediction2")->accessibleName().contains("it is star"));
        const auto pictureOf = [&](const char* name) { return find(name)->findChildren<QLabel*>().front()->pixmap(); };
        QTRY_VERIFY_WITH_TIMEOUT(!pictureOf("prediction0").isNull() && !pictureOf("prediction7").isNull(), workMs);
        shoot("train-predictions");
        for (const QLabel* label : find("prediction0")->findChildren<QLabel*>())
            if (label->text().contains(QChar(0x2713)))
                QVERIFY(label->fontMetrics().horizontalAdvance(label->text()) <= label->width());
        event.predictions.resize(3);
        page()->show({.what = event});
        QVERIFY(find("prediction2")->isVisible() && !find("prediction3")->isVisible());
        page()->show({.what = StartedEvent{.run = "/runs/b", .epochs = 9}});
    }

    void aRunThatHangsIsOfferedARestart() {
        openSample();
        fakeCli("cat <<'END'\n" + QByteArray::fromStdString(toLine({1, StartedEvent{.run = "/runs/a", .epochs = 9}})) +
                "\nEND\nwhile :; do sleep 0.05; done\n");
        click("trainButton");
        // By then the run has told where its folder is.
        QTRY_COMPARE_WITH_TIMEOUT(find<StatCard>("epoch")->value(), QString("0 / 9"), workMs);
        auto* watch = m_window->findChild<RunWatch*>();
        QVERIFY(!find("restartRun")->isVisible());
        emit watch->hung(45, 0.3);
        QVERIFY(find<QLabel>("trainNoticeText")->text().contains("0:45"));
        shoot("train-hung");
        click("waitForRun");
        QVERIFY(!find("restartRun")->isVisible());
        emit watch->hung(90, 0.3);
        emit watch->moved();
        QVERIFY(!find("restartRun")->isVisible());
        emit watch->hung(45, 0.3);
        fakeCli("echo '" + QByteArray::fromStdString(toLine({1, FinishedEvent{.reason = "completed"}})) + "'\n");
        click("restartRun");
        QTRY_COMPARE_WITH_TIMEOUT(m_window->project().runState(), RunState::finished, workMs);
    }

    void theScheduleIsDrawnBeforeTheRun() {
        openSample();
        auto* plot = find<SchedulePlot>("schedulePlot");
        for (const QCPGraphData& point : plot->points()) QCOMPARE(point.value, 0.001);
        set("param_learning_rate", "0.5");
        set("param_epochs", "20");
        choose("param_schedule", "cosine");
        const auto points = plot->points();
        QVERIFY(points.size() > 50);
        QVERIFY(points.back().key > 19 && points.back().key <= 20);
        // Loshchilov & Hutter 2017, equation 5, down to nothing.
        for (const QCPGraphData& point : points) {
            const double expected = 0.25 * (1 + std::cos(std::numbers::pi * point.key / 20));
            QVERIFY2(std::abs(point.value - expected) < 0.01, qPrintable(QString::number(point.key)));
        }
        set("param_warmup_epochs", "5");
        QVERIFY(plot->points().front().value < 0.1);
        shoot("train-schedule");
    }

    void tickedDevicesTrainTogether() {
        fakeCli({}, R"([{"id":"vulkan:0","name":"One"},{"id":"vulkan:1","name":"Two"},{"id":"cpu","name":"Three"}])");
        m_window = std::make_unique<MainWindow>(Outside{});
        m_window->show();
        openSample();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<QCheckBox*>("device_vulkan:1"), workMs);
        Project& project = m_window->project();
        QCOMPARE(project.device(), std::string("auto"));
        for (const char* name : {"device_cpu", "device_vulkan:1"}) {
            find(name)->setFocus();
            QTest::keyClick(find(name), Qt::Key_Space);
        }
        QCOMPARE(project.device(), std::string("vulkan:1,cpu"));
        QVERIFY(find<QLabel>("equivalentCommand")->text().contains("--device vulkan:1 --device cpu"));
        // One that is not there (any more) is told, and can be left out.
        project.setDevice("vulkan:1,vulkan:7");
        auto* gone = find<QCheckBox>("device_vulkan:7");
        QVERIFY(gone->isChecked() && gone->accessibleName().contains("not found"));
        gone->click();
        QCOMPARE(project.device(), std::string("vulkan:1"));
        find<QCheckBox>("device_vulkan:1")->click();
        QCOMPARE(project.device(), std::string("auto"));
    }

    void aRateIsFoundInAProcessOfItsOwnAndUsed() {
        openSample();
        click("findRate");
        QVERIFY(find("rateFinder")->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(find("useRate")->isEnabled(), workMs);
        auto* plot = find<QCustomPlot>("ratePlot");
        QVERIFY(plot->graph()->dataCount() > 20);
        QCOMPARE(plot->xAxis->scaleType(), QCPAxis::stLogarithmic);
        shoot("train-finder");
        click("useRate");
        QVERIFY(!find("rateFinder")->isVisible());
        const double rate = realParam(m_window->project().settings(), "learning_rate");
        QVERIFY2(rate > 1e-6 && rate < 1, qPrintable(QString::number(rate)));
        QCOMPARE(find<SchedulePlot>("schedulePlot")->points().front().value, rate);
    }

    void aSearchThatFailsSaysWhyAndOneThatIsCancelledChangesNothing() {
        openSample();
        fakeCli("echo 'lemnos-cli: The device is away.' >&2; exit 1\n");
        click("findRate");
        QTRY_COMPARE_WITH_TIMEOUT(find<QLabel>("rateText")->text(), QString("The device is away."), workMs);
        QVERIFY(!find("useRate")->isEnabled());
        click("closeRateFinder");
        QTRY_VERIFY(!m_window->findChild<QWidget*>("rateFinder"));
        fakeCli("echo $$ > '" + m_home->filePath("pid").toUtf8() + "'; while :; do sleep 0.05; done\n");
        click("findRate");
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(m_home->filePath("pid")).size() > 0, workMs);
        QTest::keyClick(find("rateFinder"), Qt::Key_Escape);
        QTRY_VERIFY(!m_window->findChild<QWidget*>("rateFinder"));
        QCOMPARE(realParam(m_window->project().settings(), "learning_rate"), 0.0);
        QFile pid(m_home->filePath("pid"));
        QVERIFY(pid.open(QIODevice::ReadOnly));
        const auto process = pid_t(pid.readAll().trimmed().toLongLong());
        QTRY_VERIFY_WITH_TIMEOUT(kill(process, 0) != 0, workMs);
    }
};

QTEST_MAIN(TstTrainPage)
#include "tst_train_page.moc"
