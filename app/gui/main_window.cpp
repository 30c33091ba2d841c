// MainWindow: what holds the pages together.
#include "app/gui/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QDragEnterEvent>
#include <QMenu>
#include <QMimeData>
#include <QPointer>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QtConcurrentRun>

#include "app/gui/format.h"
#include "app/gui/pages/data_page.h"
#include "app/gui/pages/export_page.h"
#include "app/gui/pages/model_page.h"
#include "app/gui/pages/train_page.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/log_view.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/rail_button.h"
#include "app/gui/widgets/run_offer.h"
#include "app/gui/write_back_dialog.h"
#include "app/session/qt_path.h"
#include "model/data/split_params.h"
#include "model/files.h"
#include "model/train/run_lock.h"

namespace lemnos {

namespace {

constexpr QSize firstSize(1280, 800);
constexpr QSize smallestSize(1000, 640);
constexpr int chipTextWidth = 240;

/// The folders, lists and projects that are dragged.
QStringList draggedPaths(const QMimeData* mime) {
    QStringList paths;
    for (const QUrl& url : mime->urls()) {
        if (url.isLocalFile()) paths << url.toLocalFile();
    }
    return paths;
}

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

void MainWindow::connectData() {
    connect(&m_opener, &DatasetOpener::opened, &m_project, [this](OpenDataset dataset) {
        m_project.setDataset(std::move(dataset));
        m_usableSplit = m_project.splitOptions();
    });
    connect(&m_opener, &DatasetOpener::rearranged, &m_project, [this](OpenDataset dataset) {
        m_usableSplit = m_project.splitOptions();
        dataset.scanSeconds = m_project.dataset() ? m_project.dataset()->scanSeconds : 0;
        m_project.setDataset(std::move(dataset));
    });
    const auto rearrange = [this] {
        const OpenDataset* dataset = m_project.dataset();
        if (!dataset) return;
        ProjectFile file = m_project.history().file();
        file.split = m_project.splitOptions();
        m_opener.rearrange(dataset->scanned ? dataset->scanned : dataset->index, file);
    };
    connect(&m_project, &Project::splitOptionsChanged, this, rearrange);
    connect(&m_project.history(), &DataHistory::changed, this, rearrange);
    connect(&m_opener, &DatasetOpener::refused, this, [this] {
        // It leaves nothing to train on: the page says why, and the edit or the split is taken back.
        if (m_project.splitOptions() != m_usableSplit) {
            ParamMap settings = m_project.settings();
            setSplitParams(settings, m_usableSplit);
            m_project.setSettings(settings);
        } else {
            DataHistory& history = m_project.history();
            const std::size_t edits = history.file().edits.done().size();
            while (history.undoStack().canUndo() && history.file().edits.done().size() == edits)
                history.undoStack().undo();  // transforms may have been changed since
        }
    });
    connect(&m_saver, &ProjectSaver::failed, this,
            [this](const QString& sentence) { m_log->appendLine(sentence, LogEvent::Level::warning); });
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
        if (!m_session.isStopping()) m_phase->setText(translated(phase->text));
    } else if (const auto* progress = std::get_if<ProgressEvent>(&event.what)) {
        if (!m_session.isStopping()) m_phase->setText(tr("training"));
        m_epoch->setText(
            tr("epoch %1, step %2 of %3")
                .arg(formatCount(progress->epoch), formatCount(progress->step), formatCount(progress->steps)));
        m_speed->setText(tr("%1 images/s").arg(formatCount(std::llround(progress->imagesPerSecond))));
        m_eta->setText(tr("%1 left").arg(formatDuration(progress->etaSeconds)));
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

void MainWindow::openPaths(const QStringList& paths) {
    goTo(Step::data);
    m_opener.open(paths, m_project.splitOptions());
}

void MainWindow::openFolder(const QString& folder) {
    openPaths({folder});
}

void MainWindow::openFile() {
    const QString file = m_outside.dialogs.chooseFile(this, tr("Open a project or a list of pictures"),
                                                      tr("Projects and lists (*.lemnos *.csv *.tsv *.txt)"));
    if (!file.isEmpty()) openPaths({file});
}

void MainWindow::saveProjectAs() {
    if (!m_project.dataset()) return;
    QString file = m_outside.dialogs.saveFile(this, tr("Save the project as"), m_project.name() + ".lemnos");
    if (file.isEmpty()) return;
    if (!file.endsWith(QStringLiteral(".lemnos"))) file += QStringLiteral(".lemnos");
    m_saver.saveAs(toPath(file));
}

void MainWindow::addSources(const QStringList& paths) {
    if (!m_project.dataset()) return openPaths(paths);
    ProjectFile file = m_project.toFile();
    for (const QString& path : paths) {
        if (std::ranges::find(file.sources, toPath(path)) == file.sources.end()) file.sources.push_back(toPath(path));
    }
    goTo(Step::data);
    m_opener.rescan(file, m_project.file(), m_project.isNamed());
}

void MainWindow::rescan() {
    if (m_project.dataset()) m_opener.rescan(m_project.toFile(), m_project.file(), m_project.isNamed());
}

void MainWindow::writeBack() {
    const OpenDataset* dataset = m_project.dataset();
    if (!dataset) return;
    auto* dialog = new WriteBackDialog(m_project.toFile(), m_project.file(), dataset->index, this);
    connect(dialog, &WriteBackDialog::written, this, [this](qint64 count) {
        m_log->appendLine(tr("Moved %1 files, so that the folders say what the edits said.").arg(formatCount(count)));
        reopen();
    });
    m_saver.whenSaved([dialog = QPointer<QDialog>(dialog)] {
        if (dialog) dialog->open();
    });
}

void MainWindow::undoWriteBack() {
    if (!m_project.dataset()) return;
    m_saver.whenSaved([this] {
        QtConcurrent::run([file = m_project.file()] {
            return std::make_shared<Result<std::size_t>>(lemnos::undoWriteBack(file));
        }).then(this, [this](const std::shared_ptr<Result<std::size_t>>& count) {
            if (!*count) {
                m_log->appendLine(QString::fromStdString(count->error().message), LogEvent::Level::error);
                statusBar()->showMessage(QString::fromStdString(count->error().message), 8000);
                return;
            }
            m_log->appendLine(tr("Moved %1 files back.").arg(formatCount(std::int64_t(**count))));
            reopen();
        });
    });
}

/// The project as it is on the disk, which has changed under the window.
void MainWindow::reopen() {
    if (m_project.isNamed()) return openPaths({toText(m_project.file())});
    QStringList sources;
    for (const std::filesystem::path& source : m_project.toFile().sources) sources << toText(source);
    openPaths(sources);
}

void MainWindow::chooseFolder() {
    const OpenDataset* dataset = m_project.dataset();
    const QString start = dataset ? toText(dataset->index->root) : QString();
    const QString folder = m_outside.dialogs.chooseFolder(this, tr("Open a folder of class folders"), start);
    if (!folder.isEmpty()) openFolder(folder);
}

void MainWindow::openSample() {
    goTo(Step::data);
    m_opener.openSample(m_project.splitOptions());
}

void MainWindow::goTo(Step step) {
    const auto at = std::size_t(step);
    m_rail[at]->setChecked(true);
    m_stack->setCurrentIndex(int(at));
    m_inspectors->setCurrentIndex(int(at));
    m_undo.setActiveStack(step == Step::data ? &m_project.history().undoStack() : &m_project.undoStack());
    if (qobject_cast<RailButton*>(focusWidget())) m_rail[at]->setFocus();
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

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (draggedPaths(event->mimeData()).isEmpty()) return;
    event->acceptProposedAction();
    m_dropMark->setGeometry(rect().adjusted(4, 4, -4, -4));
    m_dropMark->raise();
    m_dropMark->show();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) {
    m_dropMark->hide();
}

void MainWindow::dropEvent(QDropEvent* event) {
    m_dropMark->hide();
    const QStringList paths = draggedPaths(event->mimeData());
    if (paths.isEmpty()) return;
    event->acceptProposedAction();
    openPaths(paths);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    m_dropMark->hide();
}

void MainWindow::restoreLayout() {
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
    restoreState(settings.value(QStringLiteral("layout")).toByteArray());
}

void MainWindow::resetLayout() {
    restoreState(m_firstLayout);
    resize(firstSize);
}

void MainWindow::saveLayout() {
    QSettings settings;
    settings.setValue(QStringLiteral("geometry"), saveGeometry());
    settings.setValue(QStringLiteral("layout"), saveState());
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
