// TrainPage: from events to numbers.
#include "app/gui/pages/train_page.h"

#include <QDateTime>
#include <QDesktopServices>
#include <QFileInfo>
#include <QLocale>
#include <QMenu>
#include <QProgressBar>
#include <QStackedWidget>
#include <QTabBar>
#include <QUrl>

#include "app/gui/format.h"
#include "app/gui/pages/train_settings.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/live_plot.h"
#include "app/gui/widgets/log_view.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/prediction_strip.h"
#include "app/gui/widgets/run_charts.h"
#include "app/gui/widgets/stat_card.h"
#include "app/gui/widgets/time_bar.h"
#include "app/session/device_list.h"
#include "app/session/qt_path.h"
#include "app/session/run_watch.h"

namespace lemnos {

TrainPage::TrainPage(Project& project, RunSession& session, DeviceList& devices, const Dialogs& dialogs,
                     QWidget* parent)
    : Page(parent),
      m_project(project),
      m_session(session),
      m_dialogs(dialogs),
      m_settings(new TrainSettings(project, devices)),
      m_charts(new RunCharts),
      m_times(new TimeBar),
      m_predictions(new PredictionStrip),
      m_watch(new RunWatch(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(makeNotice());
    layout->addWidget(makeCards());
    layout->addWidget(m_charts, 1);
    layout->addWidget(makeTabs());
    layout->addWidget(makeProgress());

    connect(m_charts, &RunCharts::saveRequested, this, &TrainPage::saveChart);
    connect(&session, &RunSession::started, this, &TrainPage::clear);
    connect(&session, &RunSession::event, this, &TrainPage::show);
    connect(&session, &RunSession::stopping, this, [this] { m_phase->setText(tr("Saving a checkpoint…")); });
    connect(&session, &RunSession::finished, this, &TrainPage::showFinished);
    connect(&session, &RunSession::failed, this, &TrainPage::showFailed);
    watchRun();
    connect(&project, &Project::planChanged, this, &TrainPage::refreshNotice);
    connect(&project, &Project::runChanged, this, &TrainPage::refreshNotice);
    refreshNotice();
}

void TrainPage::watchRun() {
    connect(&m_session, &RunSession::started, m_watch, &RunWatch::start);
    connect(&m_session, &RunSession::event, m_watch, &RunWatch::take);
    connect(&m_session, &RunSession::finished, m_watch, &RunWatch::stop);
    connect(&m_session, &RunSession::failed, m_watch, &RunWatch::stop);
    connect(m_watch, &RunWatch::moved, this, [this] { showHung({}); });
    connect(m_watch, &RunWatch::hung, this, [this](double seconds, double usual) {
        showHung(tr("There was no step for %1, where one usually takes %2 s. The device may hang. Restart goes on from "
                    "the last checkpoint.")
                     .arg(formatDuration(seconds), QLocale().toString(usual, 'g', 2)));
    });
}

void TrainPage::showHung(const QString& text) {
    m_hung = text;
    refreshNotice();
}

QWidget* TrainPage::inspector() {
    return m_settings;
}

QString TrainPage::statusText() const {
    return m_project.runFolder().empty() ? QString() : tr("run %1").arg(toText(m_project.runFolder()));
}

QWidget* TrainPage::makeNotice() {
    m_notice = makeCard();
    m_notice->setObjectName(QStringLiteral("trainNotice"));
    auto* row = new QHBoxLayout(m_notice);
    row->setContentsMargins(16, 8, 8, 8);
    row->setSpacing(8);
    m_noticeIcon = makeLabel({});
    m_noticeText = makeParagraph({});
    m_noticeText->setObjectName(QStringLiteral("trainNoticeText"));
    m_noticeText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_toData = makeButton("goToData", tr("Go to Data"), tr("Open the Data page (Ctrl+1)"));
    m_toModel = makeButton("goToModel", tr("Go to Model"), tr("Open the Model page (Ctrl+2)"));
    m_train = makeButton("trainHere", tr("Train"), tr("Start training (Ctrl+R)"));
    m_resume =
        makeButton("resumeRun", tr("Resume"), tr("Go on from the last checkpoint, as if the run had never stopped"));
    connect(m_resume, &QPushButton::clicked, this, &TrainPage::resumeRequested);
    m_restart = makeButton("restartRun", tr("Restart"),
                           tr("End the training program and go on from the last checkpoint"), "primary");
    m_wait = makeButton("waitForRun", tr("Wait"), tr("Give it as much time again"));
    connect(m_restart, &QPushButton::clicked, this, [this] {
        showHung({});
        m_session.restart();
    });
    connect(m_wait, &QPushButton::clicked, this, [this] {
        showHung({});
        m_watch->wait();
    });
    m_openRun = makeButton("openRunFolder", tr("Open run folder"), tr("Show the files of this run"), nullptr, "folder");
    m_toExport = makeButton("goToExport", tr("Export"), tr("Write the trained network to a file (Ctrl+4)"), "primary");
    connect(m_toData, &QPushButton::clicked, this, [this] { emit goTo(Step::data); });
    connect(m_toModel, &QPushButton::clicked, this, [this] { emit goTo(Step::model); });
    connect(m_train, &QPushButton::clicked, this, &TrainPage::trainRequested);
    connect(m_toExport, &QPushButton::clicked, this, [this] { emit goTo(Step::exportModel); });
    connect(m_openRun, &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(toText(m_project.runFolder()))); });
    m_ladder =
        makeButton("checkNetwork", tr("Check network"),
                   tr("Is the network the limit? Train a linear one, yours and a small convolutional one briefly"));
    connect(m_ladder, &QPushButton::clicked, this, &TrainPage::ladderRequested);
    row->addWidget(m_noticeIcon);
    row->addWidget(m_noticeText, 1);
    row->addWidget(m_ladder);
    for (QPushButton* button : {m_toData, m_toModel, m_train, m_openRun, m_resume, m_toExport, m_wait, m_restart})
        row->addWidget(button);
    return m_notice;
}

QWidget* TrainPage::makeCards() {
    auto* cards = new QWidget;
    auto* row = new QHBoxLayout(cards);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    m_accuracy = new StatCard("validationAccuracy", tr("Validation accuracy"));
    m_loss = new StatCard("validationLoss", tr("Validation loss"));
    m_epoch = new StatCard("epoch", tr("Epoch"));
    m_speed = new StatCard("speed", tr("Speed"));
    m_timeLeft = new StatCard("timeLeft", tr("Time left"));
    for (StatCard* card : {m_accuracy, m_loss, m_epoch, m_speed, m_timeLeft}) row->addWidget(card, 1);
    return cards;
}

QWidget* TrainPage::makeTabs() {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    auto* tabs = new QTabBar;
    tabs->setObjectName(QStringLiteral("trainTabs"));
    tabs->setAccessibleName(tr("What is shown of the run below its charts"));
    tabs->setDrawBase(false);
    tabs->setExpanding(false);
    tabs->setTabToolTip(tabs->addTab(tr("Time")), tr("Where a step's time goes, and what would make it faster"));
    tabs->setTabToolTip(tabs->addTab(tr("Predictions")), tr("What the network makes of eight validation pictures"));
    auto* views = new QStackedWidget;
    views->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    views->addWidget(m_times);
    views->addWidget(m_predictions);
    connect(tabs, &QTabBar::currentChanged, views, &QStackedWidget::setCurrentIndex);
    layout->addWidget(tabs);
    layout->addWidget(views);
    return box;
}

QWidget* TrainPage::makeProgress() {
    m_progress = new QWidget;
    auto* row = new QHBoxLayout(m_progress);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    m_phase = makeLabel({}, "small");
    m_phase->setObjectName(QStringLiteral("trainPhase"));
    m_bar = new QProgressBar;
    m_bar->setObjectName(QStringLiteral("trainProgress"));
    m_bar->setAccessibleName(tr("Progress of the training"));
    m_bar->setTextVisible(false);
    m_pause = makeButton("pauseRun", tr("Pause"), {});
    connect(m_pause, &QPushButton::clicked, this,
            [this] { ask({.kind = m_session.isPaused() ? RunCommand::Kind::goOn : RunCommand::Kind::pause}); });
    m_more = makeButton("controlRun", tr("More"),
                        tr("Stop after this epoch, change the rate, train longer, save a checkpoint"));
    m_more->setMenu(makeControlMenu());
    row->addWidget(m_bar, 1);
    row->addWidget(m_phase);
    row->addWidget(m_pause);
    row->addWidget(m_more);
    m_progress->hide();
    return m_progress;
}

QMenu* TrainPage::makeControlMenu() {
    auto* menu = new QMenu(this);
    const auto add = [&](const char* name, const QString& text, auto call) {
        QAction* action = menu->addAction(text, this, call);
        action->setObjectName(QLatin1String(name));
    };
    add("stopAfterEpoch", tr("Stop after this epoch"), [this] { ask({.kind = RunCommand::Kind::stopAfterEpoch}); });
    add("checkpointNow", tr("Save a checkpoint now"), [this] { ask({.kind = RunCommand::Kind::checkpoint}); });
    add("changeRate", tr("Change the learning rate…"), [this] {
        const auto text =
            m_dialogs.askText(window(), tr("Learning rate"),
                              tr("The learning rate from now on; what the schedule makes of it stays."), {}, {}, true);
        bool isNumber = false;
        const double rate = text ? QLocale().toDouble(*text, &isNumber) : 0;
        if (text) ask({.kind = RunCommand::Kind::learningRate, .value = isNumber ? rate : 0});
    });
    add("changeEpochs", tr("Train for more or fewer epochs…"), [this] {
        const auto text = m_dialogs.askText(window(), tr("Epochs"), tr("How many epochs the run has in all."), {},
                                            QString::number(m_epochs), true);
        if (text) ask({.kind = RunCommand::Kind::epochs, .value = QLocale().toDouble(*text)});
    });
    return menu;
}

void TrainPage::ask(const RunCommand& command) {
    const Status asked = m_session.ask(command);
    if (!asked) m_phase->setText(QString::fromStdString(asked.error().message));
}

void TrainPage::showControl(const ControlEvent& event) {
    const bool paused = m_session.isPaused();
    m_pause->setText(paused ? tr("Go on") : tr("Pause"));
    m_pause->setAccessibleName(m_pause->text());
    m_pause->setToolTip(paused ? tr("Train on") : tr("Wait, with a checkpoint, until you say go on"));
    if (event.command.kind == RunCommand::Kind::epochs) m_epochs = std::int64_t(event.command.value);
    m_phase->setText(paused ? tr("Paused") : LogView::controlText(event.command));
}

void TrainPage::saveChart(LivePlot* plot) {
    QString file = m_dialogs.saveChart(window(), tr("Save the chart as"), plot->accessibleName() + ".png");
    if (file.isEmpty()) return;
    if (QFileInfo(file).suffix().isEmpty()) file += QStringLiteral(".png");
    if (const Status saved = plot->save(file); !saved) notice(QString::fromStdString(saved.error().message), true, {});
}

void TrainPage::clear() {
    m_charts->clear();
    m_times->clear();
    m_predictions->clear();
    m_best.reset();
    m_outcome.clear();
    m_hung.clear();
    m_epochs = 0;
    for (StatCard* card : {m_accuracy, m_loss, m_epoch, m_speed, m_timeLeft}) card->set(QStringLiteral("–"));
    m_canResume = false;
    m_progress->show();
    showControl({.command = {.kind = RunCommand::Kind::goOn}});
    setProgress(-1, tr("Starting…"));
}

void TrainPage::setProgress(double share, const QString& text) {
    m_bar->setRange(0, share < 0 ? 0 : 1000);
    if (share >= 0) m_bar->setValue(int(share * 1000));
    m_phase->setText(text);
}

void TrainPage::show(const Event& event) {
    m_charts->append(event);
    if (const auto* started = std::get_if<StartedEvent>(&event.what)) showStarted(*started);
    if (const auto* progress = std::get_if<ProgressEvent>(&event.what)) showProgress(*progress);
    if (const auto* epoch = std::get_if<EpochEvent>(&event.what)) showEpoch(*epoch);
    if (const auto* seen = std::get_if<PredictionsEvent>(&event.what)) m_predictions->show(*seen);
    if (const auto* control = std::get_if<ControlEvent>(&event.what)) showControl(*control);
    if (const auto* phase = std::get_if<PhaseEvent>(&event.what)) {
        setProgress(
            phase->total > 0 ? double(phase->done) / double(phase->total) : -1,
            phase->total > 0
                ? tr("%1, %2 of %3").arg(translated(phase->text), formatCount(phase->done), formatCount(phase->total))
                : translated(phase->text));
    }
}

void TrainPage::showStarted(const StartedEvent& event) {
    m_epochs = event.epochs;
    m_trainCount = event.trainCount;
    m_bestByLoss = event.bestBy == "loss";
    m_epoch->set(tr("0 / %1").arg(formatCount(event.epochs)),
                 tr("%1 steps each").arg(formatCount(event.stepsPerEpoch)));
    m_speed->set(QStringLiteral("–"), QString::fromStdString(event.device));
}

void TrainPage::showProgress(const ProgressEvent& event) {
    m_times->add(event.times);
    m_epoch->set(tr("%1 / %2").arg(formatCount(event.epoch), formatCount(m_epochs)),
                 tr("step %1 of %2").arg(formatCount(event.step), formatCount(event.steps)));
    m_speed->set(tr("%1 /s").arg(formatCount(std::llround(event.imagesPerSecond))), m_speed->remark());
    const QDateTime end = QDateTime::currentDateTime().addSecs(qint64(event.etaSeconds));
    m_timeLeft->set(formatDuration(event.etaSeconds), tr("done at %1").arg(end.toString(QStringLiteral("HH:mm"))));
    if (!m_best) m_loss->set(m_loss->value(), tr("train %1").arg(formatLoss(event.train.loss)));
    const double steps = double(std::max<std::int64_t>(1, event.steps));
    const double share =
        (double(event.epoch - 1) + double(event.step) / steps) / double(std::max<std::int64_t>(1, m_epochs));
    const StepTimes times = event.times.shares();
    const double waiting = times.read + times.decode;
    constexpr double worthTelling = 0.1;  // below, faster reading would change little
    setProgress(std::min(1.0, share), waiting > worthTelling
                                          ? tr("Training, %1 of it waiting for pictures").arg(formatPercent(waiting))
                                          : tr("Training"));
}

void TrainPage::showEpoch(const EpochEvent& event) {
    m_epochs = event.epochs;
    if (event.best || !m_best) m_best = event;
    // The remark about the best epoch stands with the figure that it goes by.
    const auto best = [&](const QString& value) {
        return event.epoch == m_best->epoch ? tr("best so far")
                                            : tr("best %1, epoch %2").arg(value, formatCount(m_best->epoch));
    };
    m_accuracy->set(formatPercent(event.validation.accuracy),
                    m_bestByLoss ? tr("train %1").arg(formatPercent(event.train.accuracy))
                                 : best(formatPercent(m_best->validation.accuracy)));
    m_loss->set(formatLoss(event.validation.loss), m_bestByLoss ? best(formatLoss(m_best->validation.loss))
                                                                : tr("train %1").arg(formatLoss(event.train.loss)));
    m_epoch->set(tr("%1 / %2").arg(formatCount(event.epoch), formatCount(event.epochs)),
                 tr("%1 each").arg(formatDuration(event.seconds)));
    m_speed->set(tr("%1 /s").arg(formatCount(std::llround(event.imagesPerSecond))), m_speed->remark());
}

void TrainPage::showFinished(const FinishedEvent& event) {
    m_progress->hide();
    const QString best = tr("best, epoch %1").arg(formatCount(event.bestEpoch)), there = tr("at the best epoch");
    m_accuracy->set(formatPercent(event.bestValidation.accuracy), m_bestByLoss ? there : best);
    m_loss->set(formatLoss(event.bestValidation.loss), m_bestByLoss ? best : there);
    m_epoch->set(tr("%1 / %2").arg(formatCount(event.epochs), formatCount(std::max(event.epochs, m_epochs))),
                 event.reason == "completed"  ? tr("completed")
                 : event.reason == "patience" ? tr("no more progress")
                                              : tr("stopped"));
    m_timeLeft->set(formatDuration(0), tr("took %1").arg(formatDuration(event.seconds)));
    const QString how = event.reason == "completed"  ? tr("Training is complete.")
                        : event.reason == "patience" ? tr("Training ended because it made no more progress.")
                                                     : tr("Training was stopped; a checkpoint is saved.");
    m_outcome = event.test ? tr("%1 Accuracy on the %2 test pictures: %3.")
                                 .arg(how, formatCount(event.test->count), formatPercent(event.test->accuracy))
                           : how;
    m_outcomeIsError = false;
    m_canResume = event.reason == "stopped";
    refreshNotice();
}

void TrainPage::showFailed(const QString& sentence) {
    m_progress->hide();
    m_timeLeft->set(QStringLiteral("–"));
    m_outcome = sentence;
    m_outcomeIsError = true;
    m_canResume = m_project.hasWeights();  // then it has a checkpoint too
    refreshNotice();
}

void TrainPage::refreshNotice() {
    const bool running = m_project.runState() == RunState::running;
    if (running && !m_hung.isEmpty()) {
        notice(m_hung, true, {m_wait, m_restart});
        return;
    }
    if (running) {
        m_notice->hide();
        return;
    }
    const QString missing = m_project.missingForTraining();
    if (!m_outcome.isEmpty()) {
        if (m_outcomeIsError) {
            m_canResume ? notice(m_outcome, true, {m_train, m_resume}) : notice(m_outcome, true, {m_train});
        } else if (m_canResume) {
            notice(m_outcome, false, {m_openRun, m_resume, m_toExport});
        } else {
            notice(m_outcome, false, {m_openRun, m_toExport});
        }
    } else if (!missing.isEmpty()) {
        notice(missing, false, {m_project.dataset() ? m_toModel : m_toData});
    } else {
        notice(m_project.readiness(Step::train).sentence, false, {});
    }
}

void TrainPage::notice(const QString& text, bool isError, std::initializer_list<QPushButton*> buttons) {
    m_noticeText->setText(text);
    const bool done = !m_outcome.isEmpty() && !isError;
    const QColor color = isError ? tokens().bad : done ? tokens().good : tokens().muted;
    m_noticeIcon->setPixmap(icon(done      ? QStringLiteral("check")
                                 : isError ? QStringLiteral("warning")
                                           : QStringLiteral("train"),
                                 color)
                                .pixmap(20, 20));
    for (QPushButton* button : {m_toData, m_toModel, m_train, m_openRun, m_resume, m_toExport, m_wait, m_restart}) {
        button->setVisible(std::find(buttons.begin(), buttons.end(), button) != buttons.end());
    }
    m_ladder->setVisible(m_project.missingForTraining().isEmpty());
    m_toExport->setEnabled(m_project.hasWeights());
    m_notice->show();
}

}  // namespace lemnos
