// MainWindow: what holds the pages together.
#include "app/gui/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QtConcurrentRun>

#include "app/gui/format.h"
#include "app/gui/pages/page.h"
#include "app/gui/pages/runs_page.h"
#include "app/gui/pages/sweep_tab.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/log_view.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/rail_button.h"
#include "app/gui/widgets/run_offer.h"
#include "app/session/qt_path.h"
#include "model/phrased_error.h"
#include "model/train/run_lock.h"

namespace lemnos {

namespace {

constexpr QSize firstSize(1280, 800);
constexpr QSize smallestSize(1000, 640);
constexpr int chipTextWidth = 240;

}  // namespace

MainWindow::MainWindow(Outside outside, QWidget* parent)
    : QMainWindow(parent),
      m_outside(std::move(outside)),
      m_opener(m_outside.backend),
      m_runs(runsFolder(), cacheFolder() / "runs.sqlite") {
    setObjectName(QStringLiteral("mainWindow"));
    setWindowIcon(appIcon());
    setAcceptDrops(true);
    setMinimumSize(smallestSize);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    m_undo.addStack(&m_project.undoStack());
    m_undo.addStack(&m_project.history().undoStack());
    connectData();  // before the pages, which look at what the project has when a job ends
    makeTopBar();
    makeRail();
    makePages();
    makeInspector();
    makeLog();
    makeStatusBar();
    makeMenus();
    m_dropMark = new QWidget(this);
    m_dropMark->setObjectName(QStringLiteral("dropMark"));
    m_dropMark->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_dropMark->hide();

    connect(&m_project, &Project::datasetChanged, this, &MainWindow::refreshTitle);
    for (const auto signal : {&Project::datasetChanged, &Project::planChanged, &Project::runChanged}) {
        connect(&m_project, signal, this, &MainWindow::refreshRail);
    }
    connect(&m_project, &Project::settingsChanged, this, &MainWindow::refreshDeviceChip);
    connect(&m_devices, &DeviceList::changed, this, &MainWindow::refreshDeviceChip);
    connect(&m_project, &Project::settingsChanged, this, &MainWindow::refreshLanChip);
    connect(&m_project, &Project::settingsChanged, this, &MainWindow::refreshRail);
    connect(&m_share, &LanShare::changed, this, &MainWindow::refreshLanChip);
    connect(&Theme::instance(), &Theme::changed, this, &MainWindow::applyTheme);
    connectSession();

    applyTheme();
    refreshTitle();
    refreshTrainButton();
    refreshLanChip();
    resize(firstSize);
    goTo(Step::data);
    m_rail.front()->setFocus();
    m_firstLayout = saveState();
    restoreLayout();
    m_devices.refresh();
    QtConcurrent::run(heldRuns, runsFolder()).then(this, [this](const std::vector<std::filesystem::path>& held) {
        if (!held.empty() && !m_session.isRunning()) m_offer->offer(held.front());
    });
}

MainWindow::~MainWindow() {
    // The pages go before what they listen to.
    disconnect(&m_session, nullptr, nullptr, nullptr);
    disconnect(&m_share, nullptr, nullptr, nullptr);
    disconnect(&m_opener, nullptr, nullptr, nullptr);
    disconnect(&m_project, nullptr, nullptr, nullptr);
}

void MainWindow::connectSession() {
    connect(&m_session, &RunSession::started, this, [this] {
        m_offer->hide();
        m_project.setRun(RunState::running, {});
        refreshTrainButton();
        refreshStatus();
    });
    connect(&m_session, &RunSession::stopping, this, [this] {
        refreshTrainButton();
        m_phase->setText(tr("saving a checkpoint"));
    });
    connect(&m_session, &RunSession::event, this, &MainWindow::handleEvent);
    connect(&m_session, &RunSession::event, m_log, &LogView::append);
    connect(&m_session, &RunSession::output, m_log, [this](const QString& line) { m_log->appendLine(line); });
    connect(&m_session, &RunSession::finished, this, [this] { endRun(RunState::finished); });
    connect(&m_session, &RunSession::failed, this, [this](const QString& sentence) {
        m_log->appendLine(sentence, LogEvent::Level::error);
        endRun(RunState::failed);
    });
}

void MainWindow::handleEvent(const Event& event) {
    if (const auto* started = std::get_if<StartedEvent>(&event.what)) {
        m_project.setRun(RunState::running, toPath(QString::fromStdString(started->run)));
    } else if (const auto* phase = std::get_if<PhaseEvent>(&event.what)) {
        if (!m_session.isStopping()) m_phase->setText(translated(phraseOf(phase->text)));
    } else if (const auto* progress = std::get_if<ProgressEvent>(&event.what)) {
        if (!m_session.isStopping()) m_phase->setText(tr("training"));
        m_epoch->setText(
            tr("epoch %1, step %2 of %3")
                .arg(formatCount(progress->epoch), formatCount(progress->step), formatCount(progress->steps)));
        m_speed->setText(tr("%1 images/s").arg(formatCount(std::llround(progress->imagesPerSecond))));
        m_eta->setText(tr("%1 left").arg(formatDuration(progress->etaSeconds)));
    } else if (std::holds_alternative<ControlEvent>(event.what)) {
        if (m_session.isPaused()) m_phase->setText(tr("paused"));
    } else if (std::get_if<EpochEvent>(&event.what)) {
        // The first complete epoch leaves weights behind, whatever happens to the run later.
        m_project.setHasWeights(true);
    }
}

void MainWindow::endRun(RunState state) {
    m_project.setRun(state, m_project.runFolder());
    m_runs.refresh();
    refreshTrainButton();
    refreshStatus();
    if (m_quitWhenStopped) close();
}

namespace {

void focusFirst(QWidget& page) {
    for (QWidget* next = page.nextInFocusChain(); next != &page; next = next->nextInFocusChain()) {
        if (!page.isAncestorOf(next) || !next->isVisible() || !next->isEnabled() ||
            !(next->focusPolicy() & Qt::TabFocus))
            continue;
        next->setFocus();
        return;
    }
}

}  // namespace

void MainWindow::goTo(Step step) {
    const auto at = std::size_t(step);
    const bool changes = m_stack->currentIndex() != int(at);
    m_rail[at]->setChecked(true);
    m_stack->setCurrentIndex(int(at));
    m_inspectors->setCurrentIndex(int(at));
    m_undo.setActiveStack(step == Step::data ? &m_project.history().undoStack() : &m_project.undoStack());
    // What is done next with the keys is done on the page, wherever the focus was.
    if (qobject_cast<RailButton*>(focusWidget()))
        m_rail[at]->setFocus();
    else if (changes && focusWidget() && !m_pages[at]->isAncestorOf(focusWidget()))
        focusFirst(*m_pages[at]);
    refreshStatus();
}

void MainWindow::trainOrStop() {
    if (m_session.isRunning()) {
        m_session.stop();
    } else {
        train();
    }
}

void MainWindow::train() {
    if (m_session.isRunning()) return;
    const QString missing = m_project.missingForTraining();
    if (!missing.isEmpty()) {
        goTo(m_project.dataset() ? Step::model : Step::data);
        statusBar()->showMessage(missing, 8000);
        return;
    }
    goTo(Step::train);
    const auto start = [this] {
        if (!m_session.isRunning()) m_session.start(m_project.spec());
    };
    // A run of a project reads it, so that what was done last must be in it.
    if (m_project.spec().data.path == m_project.file()) return m_saver.whenSaved(start);
    start();
}

void MainWindow::reproduce(const RunSpec& spec) {
    if (m_session.isRunning()) {
        statusBar()->showMessage(tr("A network is being trained; stop it first, or wait for it."), 8000);
        return;
    }
    goTo(Step::train);
    m_session.start(spec);
}

void MainWindow::extend(const std::filesystem::path& run, qint64 epochs) {
    if (m_session.isRunning()) {
        statusBar()->showMessage(tr("A network is being trained; stop it first, or wait for it."), 8000);
        return;
    }
    goTo(Step::train);
    m_session.resume(run, epochs);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (m_runsPage->sweep().isRunning()) {
        event->ignore();
        if (m_quitWhenStopped || !m_outside.dialogs.quitWhileSweeping(this)) return;
        if (m_runsPage->sweep().isRunning()) {
            m_quitWhenStopped = true;
            m_runsPage->sweep().stop();
            return;
        }
    }
    if (m_session.isRunning()) {
        event->ignore();
        if (m_quitWhenStopped) return;
        const Dialogs::Quit quit = m_outside.dialogs.quitWhileTraining(this);
        if (quit == Dialogs::Quit::cancel) return;
        // The run may have ended while the question stood there.
        if (quit == Dialogs::Quit::stopRun && m_session.isRunning()) {
            m_quitWhenStopped = true;
            m_session.stop();
            return;
        }
    }
    saveLayout();
    event->accept();
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    m_dropMark->hide();
}

void MainWindow::restoreLayout() {
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
    restoreState(settings.value(QStringLiteral("layout")).toByteArray());
    m_runsPage->restoreLayout(settings);
}

void MainWindow::resetLayout() {
    restoreState(m_firstLayout);
    m_runsPage->resetLayout();
    resize(firstSize);
}

void MainWindow::saveLayout() {
    QSettings settings;
    settings.setValue(QStringLiteral("geometry"), saveGeometry());
    settings.setValue(QStringLiteral("layout"), saveState());
    m_runsPage->saveLayout(settings);
}

void MainWindow::applyTheme() {
    const Tokens& t = tokens();
    m_brand->setText(QStringLiteral("Lem<span style=\"color:%1\">nos</span>").arg(t.accentText.name()));
    m_dropMark->setStyleSheet(
        QStringLiteral("#dropMark { border: 3px solid %1; border-radius: 12px; background: %2; }")
            .arg(t.accent.name(),
                 QStringLiteral("rgba(%1,%2,%3,28)").arg(t.accent.red()).arg(t.accent.green()).arg(t.accent.blue())));
    refreshRail();
    refreshDeviceChip();
    refreshLanChip();
    update();
}

void MainWindow::refreshRail() {
    for (int i = 0; i < stepCount; ++i) m_rail[std::size_t(i)]->setReadiness(m_project.readiness(Step(i)));
}

void MainWindow::refreshTitle() {
    const QString name = m_project.name();
    m_title->setText(name.isEmpty() ? tr("No data yet") : name);
    m_title->setToolTip(m_project.dataset() ? toText(m_project.dataset()->index->root) : QString());
    setWindowTitle(name.isEmpty() ? QStringLiteral("Lemnos") : tr("%1 – Lemnos").arg(name));
}

void MainWindow::refreshTrainButton() {
    const bool running = m_session.isRunning();
    const QString text = !running ? tr("Train") : m_session.isStopping() ? tr("Stop now") : tr("Stop");
    const QString tip = !running ? tr("Start training (Ctrl+R)")
                        : m_session.isStopping()
                            ? tr("The run is saving a checkpoint; press again to end it without one")
                            : tr("Stop after the step at hand and save a checkpoint (Ctrl+R)");
    m_trainButton->setText(text);
    m_trainButton->setAccessibleName(text);
    m_trainButton->setToolTip(tip);
    setStyled(*m_trainButton, "role", running ? "" : "primary");
    m_trainAction->setText(text);
}

namespace {

/// A chip's dot.
QIcon dotOf(const QColor& color) {
    QPixmap dot(8, 8);
    dot.fill(Qt::transparent);
    QPainter painter(&dot);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(0, 0, 8, 8);
    painter.end();
    return QIcon(dot);
}

}  // namespace

void MainWindow::refreshDeviceChip() {
    const std::vector<DeviceChoice>& devices = m_devices.devices();
    const DeviceChoice* chosen = devices.empty() ? nullptr : &devices.front();
    for (const DeviceChoice& device : devices) {
        if (device.id == m_project.device()) chosen = &device;
    }
    const QColor color = !m_devices.isKnown() ? tokens().muted : chosen ? tokens().good : tokens().warn;
    m_chip->setIcon(dotOf(color));
    const QString name = chosen ? QString::fromStdString(chosen->name) : QString();
    const QString text = !m_devices.isKnown() ? tr("Looking for devices…") : chosen ? name : tr("No device");
    m_chip->setText(QLatin1Char(' ') + m_chip->fontMetrics().elidedText(text, Qt::ElideRight, chipTextWidth));
    m_chip->setAccessibleName(tr("Device: %1").arg(text));
    m_chip->setToolTip(chosen ? tr("Trains on %1 (%2), %3 of memory")
                                    .arg(name, QString::fromStdString(chosen->kind), formatBytes(chosen->memoryBytes))
                       : m_devices.isKnown() ? m_devices.problem()
                                             : text);
}

void MainWindow::refreshLanChip() {
    QStringList others;
    for (const std::string& peer : m_project.peers()) others << QString::fromStdString(peer);
    const bool helps = !m_share.helped().isEmpty();
    QStringList parts;
    if (!others.isEmpty()) parts << tr("with %1").arg(others.join(QStringLiteral(", ")));
    if (m_share.isOn())
        parts << (helps ? tr("helps %1").arg(m_share.helped().keys().join(QStringLiteral(", "))) : tr("shared"));
    const QString text = parts.isEmpty() ? tr("LAN off") : parts.join(QStringLiteral(", "));
    m_lanChip->setIcon(dotOf(parts.isEmpty() ? tokens().muted : helps ? tokens().accent : tokens().good));
    m_lanChip->setText(QLatin1Char(' ') + m_lanChip->fontMetrics().elidedText(text, Qt::ElideRight, chipTextWidth));
    m_lanChip->setAccessibleName(tr("Other PCs: %1").arg(text));
    m_lanChip->setToolTip(tr("Open the Machines page (Ctrl+6)"));
}

void MainWindow::refreshStatus() {
    const bool running = m_session.isRunning();
    for (QLabel* label : {m_epoch, m_speed, m_eta}) {
        if (!running) label->clear();
    }
    if (running) {
        if (m_phase->text().isEmpty() || m_phase->property("resting").toBool()) m_phase->setText(tr("starting"));
    } else {
        m_phase->setText(m_pages[std::size_t(m_stack->currentIndex())]->statusText());
    }
    m_phase->setProperty("resting", !running);
}

}  // namespace lemnos
