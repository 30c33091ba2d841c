// TrainPage: what stands where, and the notice above it.
#include "app/gui/pages/train_page.h"

#include <QDesktopServices>
#include <QLocale>
#include <QStackedWidget>
#include <QTabBar>
#include <QUrl>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/pages/run_controls.h"
#include "app/gui/pages/train_settings.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/chart_controls.h"
#include "app/gui/widgets/live_plot.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/prediction_strip.h"
#include "app/gui/widgets/run_charts.h"
#include "app/gui/widgets/run_figures.h"
#include "app/gui/widgets/system_view.h"
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
      m_figures(new RunFigures),
      m_charts(new RunCharts),
      m_times(new TimeBar),
      m_predictions(new PredictionStrip),
      m_system(new SystemView),
      m_watch(new RunWatch(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(makeNotice());
    layout->addWidget(m_figures);
    layout->addWidget(m_charts, 1);
    layout->addWidget(makeTabs());
    layout->addWidget(new RunControls(session, dialogs));

    connect(m_charts, &RunCharts::saveRequested, this, &TrainPage::saveChart);
    connect(&session, &RunSession::started, this, &TrainPage::clear);
    connect(&session, &RunSession::event, this, &TrainPage::show);
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
        showHung(usual > 0 ? tr("There was no step for %1, where one usually takes %2 s. The device may hang. Restart "
                                "goes on from the last checkpoint.")
                                 .arg(formatDuration(seconds), QLocale().toString(usual, 'g', 2))
                           : tr("There was no step for %1 since the training began. The device may hang. Restart goes "
                                "on from the last checkpoint, or begins anew where there is none.")
                                 .arg(formatDuration(seconds)));
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
    tabs->setTabToolTip(tabs->addTab(tr("System")), tr("How busy the processor and each device are, and their memory"));
    auto* views = new QStackedWidget;
    views->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    views->addWidget(m_times);
    views->addWidget(m_predictions);
    views->addWidget(m_system);
    connect(tabs, &QTabBar::currentChanged, views, &QStackedWidget::setCurrentIndex);
    layout->addWidget(tabs);
    layout->addWidget(views);
    return box;
}

void TrainPage::saveChart(LivePlot* plot) {
    const Status saved = askAndSaveChart(m_dialogs, window(), *plot, plot->toCsv(), plot->accessibleName());
    if (!saved) notice(errorText(saved.error()), true, {});
}

void TrainPage::clear() {
    m_charts->clear();
    m_times->clear();
    m_predictions->clear();
    m_system->clear();
    m_figures->clear();
    m_outcome.clear();
    m_hung.clear();
    m_canResume = false;
}

void TrainPage::show(const Event& event) {
    m_charts->append(event);
    m_figures->take(event);
    m_system->take(event);
    if (const auto* progress = std::get_if<ProgressEvent>(&event.what)) m_times->add(progress->times);
    if (const auto* seen = std::get_if<PredictionsEvent>(&event.what)) m_predictions->show(*seen);
}

void TrainPage::showFinished(const FinishedEvent& event) {
    m_figures->finish(event);
    const QString how = event.reason == "completed"  ? tr("Training is complete.")
                        : event.reason == "patience" ? tr("Training ended because it made no more progress.")
                                                     : tr("Training was stopped; a checkpoint is saved.");
    m_outcome = how;
    if (event.test) {
        // The sign stays with its number where the line ends.
        const QString accuracy = formatPercent(event.test->accuracy).replace(QLatin1Char(' '), QChar(QChar::Nbsp));
        m_outcome = tr("%1 Accuracy on the %2 test pictures: %3.").arg(how, formatCount(event.test->count), accuracy);
    }
    m_outcomeIsError = false;
    m_canResume = event.reason == "stopped";
    refreshNotice();
}

void TrainPage::showFailed(const QString& sentence) {
    m_figures->fail();
    m_outcome = errorText(sentence.toStdString());
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
