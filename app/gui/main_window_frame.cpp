// MainWindow: making the frame, once, when the window is made.
#include <QActionGroup>
#include <QApplication>
#include <QButtonGroup>
#include <QDialog>
#include <QDockWidget>
#include <QGridLayout>
#include <QMenuBar>
#include <QMessageBox>
#include <QPointer>
#include <QScrollArea>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>

#include "app/gui/advice_dialog.h"
#include "app/gui/ladder_dialog.h"
#include "app/gui/main_window.h"
#include "app/gui/pages/data_page.h"
#include "app/gui/pages/export_page.h"
#include "app/gui/pages/machines_page.h"
#include "app/gui/pages/model_page.h"
#include "app/gui/pages/runs_page.h"
#include "app/gui/pages/sweep_tab.h"
#include "app/gui/pages/train_page.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/log_view.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/rail_button.h"
#include "app/gui/widgets/run_offer.h"
#include "model/data/write_back.h"
#include "model/train/run_lock.h"

namespace lemnos {

namespace {

constexpr int railWidth = 184;
constexpr int inspectorWidth = 296, smallestInspectorWidth = 272;
constexpr int barHeight = 52;
constexpr int logHeight = 160;

QKeySequence stepKey(int step) {
    return QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + step));
}

/// A dock without a title bar: part of the frame.
QDockWidget* makeDock(const char* name, const QString& title, QMainWindow* window,
                      QDockWidget::DockWidgetFeatures features = QDockWidget::DockWidgetClosable) {
    auto* dock = new QDockWidget(title, window);
    dock->setObjectName(QLatin1String(name));
    dock->setFeatures(features);
    dock->setTitleBarWidget(new QWidget(dock));
    return dock;
}

QScrollArea* scrolled(QWidget* content) {
    content->setProperty("role", "surface");
    content->setAttribute(Qt::WA_StyledBackground);
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(content);
    return area;
}

}  // namespace

void MainWindow::makeTopBar() {
    auto* bar = new QToolBar(tr("Top bar"), this);
    bar->setObjectName(QStringLiteral("topBar"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    auto* content = new QWidget;
    content->setFixedHeight(barHeight);
    auto* row = new QHBoxLayout(content);
    row->setContentsMargins(16, 0, 16, 0);
    row->setSpacing(12);
    m_brand = makeLabel({});
    m_brand->setTextFormat(Qt::RichText);
    m_brand->setFont(sized(text_size::heading, QFont::Bold));
    m_brand->setFixedWidth(railWidth - 28);
    m_title = makeLabel({}, "section");
    m_title->setObjectName(QStringLiteral("projectName"));
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_chip = makeButton("deviceChip", {}, {}, "chip");
    m_chip->setIconSize({8, 8});
    connect(m_chip, &QPushButton::clicked, this, [this] {
        m_devices.refresh();
        goTo(Step::train);
    });
    m_lanChip = makeButton("lanChip", {}, {}, "chip");
    m_lanChip->setIconSize({8, 8});
    connect(m_lanChip, &QPushButton::clicked, this, [this] { goTo(Step::machines); });
    m_trainButton = makeButton("trainButton", tr("Train"), {}, "primary");
    m_trainButton->setMinimumWidth(96);
    connect(m_trainButton, &QPushButton::clicked, this, &MainWindow::trainOrStop);
    row->addWidget(m_brand);
    row->addWidget(m_title, 1);
    row->addWidget(m_chip);
    row->addWidget(m_lanChip);
    row->addWidget(m_trainButton);
    bar->addWidget(content);
    content->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    addToolBar(Qt::TopToolBarArea, bar);
}

void MainWindow::makeRail() {
    auto* rail = new QWidget;
    rail->setProperty("role", "rail");
    rail->setFixedWidth(railWidth);
    auto* layout = new QVBoxLayout(rail);
    layout->setContentsMargins(8, 12, 8, 12);
    layout->setSpacing(2);
    m_rail = {new RailButton("railData", QStringLiteral("data"), tr("Data")),
              new RailButton("railModel", QStringLiteral("model"), tr("Model")),
              new RailButton("railTrain", QStringLiteral("train"), tr("Train")),
              new RailButton("railExport", QStringLiteral("export"), tr("Export")),
              new RailButton("railRuns", QStringLiteral("runs"), tr("Runs")),
              new RailButton("railMachines", QStringLiteral("machines"), tr("Machines"))};
    for (int i = 0; i < stepCount; ++i) {
        RailButton* button = m_rail[std::size_t(i)];
        button->setKey(stepKey(i));
        connect(button, &RailButton::clicked, this, [this, i] { goTo(Step(i)); });
        layout->addWidget(button);
    }
    layout->addStretch();
    QDockWidget* dock = makeDock("railDock", tr("Steps"), this, QDockWidget::NoDockWidgetFeatures);
    dock->setWidget(rail);
    addDockWidget(Qt::LeftDockWidgetArea, dock);
}

void MainWindow::makePages() {
    auto* dataPage = new DataPage(m_project, m_opener, m_outside);
    connect(dataPage, &DataPage::rescanRequested, this, &MainWindow::rescan);
    connect(dataPage, &DataPage::addRequested, this, &MainWindow::addSources);
    auto* trainPage = new TrainPage(m_project, m_session, m_devices, m_outside.dialogs);
    connect(trainPage, &TrainPage::resumeRequested, this, [this] {
        if (!m_session.isRunning()) m_session.resume(m_project.runFolder());
    });
    connect(dataPage, &DataPage::openFolderRequested, this, &MainWindow::chooseFolder);
    connect(dataPage, &DataPage::openSampleRequested, this, &MainWindow::openSample);
    connect(trainPage, &TrainPage::trainRequested, this, &MainWindow::train);
    connect(trainPage, &TrainPage::ladderRequested, this, [this] {
        const auto open = [this] {
            auto* dialog = new LadderDialog(m_project.spec(), QString::fromStdString(m_project.graph().name), this);
            connect(dialog, &LadderDialog::runsChanged, &m_runs, &RunIndex::refresh);
            dialog->open();
        };
        if (m_project.spec().data.path == m_project.file()) return m_saver.whenSaved(open);
        open();
    });
    m_runsPage = new RunsPage(m_project, m_runs, m_devices, m_outside);
    connect(&m_runsPage->sweep(), &SweepTab::ended, this, [this] {
        if (std::exchange(m_quitWhenStopped, false)) close();  // a run may have to be asked about, too
    });
    connect(&m_runsPage->sweep(), &SweepTab::startRequested, this, [this] {
        // Trials of a project read it, so that what was done last must be in it.
        if (m_project.spec().data.path == m_project.file())
            m_saver.whenSaved([sweep = QPointer(&m_runsPage->sweep())] {
                if (sweep) sweep->start();
            });
        else
            m_runsPage->sweep().start();
    });
    connect(m_runsPage, &RunsPage::reproduceRequested, this, &MainWindow::reproduce);
    connect(m_runsPage, &RunsPage::extendRequested, this, &MainWindow::extend);
    m_pages = {dataPage,   new ModelPage(m_project, m_devices, m_outside.dialogs),
               trainPage,  new ExportPage(m_project, m_outside.dialogs),
               m_runsPage, makeMachinesPage()};
    m_stack = new QStackedWidget;
    m_stack->setProperty("role", "background");
    for (Page* page : m_pages) {
        connect(page, &Page::goTo, this, &MainWindow::goTo);
        connect(page, &Page::statusTextChanged, this, &MainWindow::refreshStatus);
        m_stack->addWidget(page);
    }
    m_offer = new RunOffer;
    connect(m_offer, &RunOffer::followRequested, this, [this](const std::filesystem::path& run) {
        goTo(Step::train);
        if (!m_session.isRunning()) m_session.follow(run);
    });
    connect(m_offer, &RunOffer::stopRequested, this, [](const std::filesystem::path& run) { endHolder(run, false); });
    auto* centre = new QWidget;
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_offer);
    column->addWidget(m_stack, 1);
    setCentralWidget(centre);
}

Page* MainWindow::makeMachinesPage() {
    auto* page = new MachinesPage(m_project, m_devices, m_share, m_outside.dialogs);
    connect(page, &MachinesPage::adviceRequested, this, [this] {
        const auto open = [this] {
            auto* dialog = new AdviceDialog(m_project.spec(), this);
            connect(dialog, &AdviceDialog::chosen, this, [this](const ParamMap& chosen, bool withOthers) {
                ParamMap settings = m_project.settings();
                for (const auto& [key, value] : chosen) settings[key] = value;
                m_project.setSettings(settings);
                if (!withOthers) m_project.setPeers({});
            });
            dialog->open();
        };
        if (m_project.spec().data.path == m_project.file()) return m_saver.whenSaved(open);
        open();
    });
    return page;
}

void MainWindow::makeInspector() {
    m_inspectors = new QStackedWidget;
    m_inspectors->setProperty("role", "surface");
    m_inspectors->setMinimumWidth(smallestInspectorWidth);
    for (Page* page : m_pages) m_inspectors->addWidget(scrolled(page->inspector()));
    m_inspectorDock = makeDock("inspectorDock", tr("Inspector"), this);
    m_inspectorDock->setWidget(m_inspectors);
    addDockWidget(Qt::RightDockWidgetArea, m_inspectorDock);
    resizeDocks({m_inspectorDock}, {inspectorWidth}, Qt::Horizontal);
}

void MainWindow::makeLog() {
    m_log = new LogView;
    m_logDock = makeDock("logDock", tr("Log"), this);
    m_logDock->setWidget(m_log);
    addDockWidget(Qt::BottomDockWidgetArea, m_logDock);
    resizeDocks({m_logDock}, {logHeight}, Qt::Vertical);
    m_logDock->hide();
}

void MainWindow::makeStatusBar() {
    statusBar()->setSizeGripEnabled(false);
    statusBar()->setContentsMargins(10, 0, 10, 0);
    statusBar()->setFixedHeight(28);
    const auto add = [this](QLabel*& label, const char* name) {
        label = makeLabel({});
        label->setObjectName(QLatin1String(name));
        label->setContentsMargins(0, 0, 16, 0);
        statusBar()->addWidget(label);
    };
    add(m_phase, "statusPhase");
    add(m_epoch, "statusEpoch");
    add(m_speed, "statusSpeed");
    add(m_eta, "statusEta");
}

void MainWindow::makeMenus() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    QAction* open = file->addAction(icon(QStringLiteral("folder")), tr("&Open folder…"), QKeySequence::Open, this,
                                    &MainWindow::chooseFolder);
    open->setObjectName(QStringLiteral("actionOpen"));
    file->addAction(tr("Open project or &list…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), this,
                    &MainWindow::openFile)
        ->setObjectName(QStringLiteral("actionOpenFile"));
    file->addAction(icon(QStringLiteral("sample")), tr("Open &sample"), this, &MainWindow::openSample)
        ->setObjectName(QStringLiteral("actionSample"));
    file->addSeparator();
    file->addAction(tr("Save project &as…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), this,
                    &MainWindow::saveProjectAs)
        ->setObjectName(QStringLiteral("actionSaveAs"));
    file->addAction(tr("&Look for changes"), QKeySequence(Qt::Key_F5), this, &MainWindow::rescan)
        ->setObjectName(QStringLiteral("actionRescan"));
    QAction* write = file->addAction(tr("&Write edits to the folders…"), this, &MainWindow::writeBack);
    write->setObjectName(QStringLiteral("actionWriteBack"));
    QAction* moveBack = file->addAction(tr("Move files &back"), this, &MainWindow::undoWriteBack);
    moveBack->setObjectName(QStringLiteral("actionUndoWriteBack"));
    connect(file, &QMenu::aboutToShow, this, [this, write, moveBack] {
        write->setEnabled(m_project.dataset() && m_project.history().file().edits.canUndo());
        moveBack->setEnabled(m_project.dataset() && canUndoWriteBack(m_project.file()));
    });
    file->addSeparator();
    file->addAction(tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), this, &QWidget::close)
        ->setObjectName(QStringLiteral("actionQuit"));

    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    QAction* undo = m_undo.createUndoAction(this);
    undo->setShortcut(QKeySequence::Undo);
    undo->setIcon(icon(QStringLiteral("undo")));
    undo->setObjectName(QStringLiteral("actionUndo"));
    QAction* redo = m_undo.createRedoAction(this);
    redo->setShortcut(QKeySequence::Redo);
    redo->setIcon(icon(QStringLiteral("redo")));
    redo->setObjectName(QStringLiteral("actionRedo"));
    edit->addActions({undo, redo});

    QMenu* run = menuBar()->addMenu(tr("&Run"));
    m_trainAction = run->addAction(icon(QStringLiteral("train")), tr("Train"), QKeySequence(Qt::CTRL | Qt::Key_R), this,
                                   &MainWindow::trainOrStop);
    m_trainAction->setObjectName(QStringLiteral("actionTrain"));

    QMenu* view = menuBar()->addMenu(tr("&View"));
    QAction* log = m_logDock->toggleViewAction();
    log->setText(tr("&Log"));
    log->setObjectName(QStringLiteral("actionLog"));
    log->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_L));
    QAction* inspector = m_inspectorDock->toggleViewAction();
    inspector->setText(tr("&Inspector"));
    inspector->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_I));
    for (int i = 0; i < stepCount; ++i) {
        view->addAction(m_rail[std::size_t(i)]->text(), stepKey(i), this, [this, i] { goTo(Step(i)); });
    }
    view->addSeparator();
    view->addActions({log, inspector});
    makeThemeMenu(view);
    view->addSeparator();
    view->addAction(tr("&Reset layout"), this, &MainWindow::resetLayout)
        ->setObjectName(QStringLiteral("actionResetLayout"));

    QMenu* help = menuBar()->addMenu(tr("&Help"));
    QAction* shortcuts = help->addAction(tr("&Keyboard shortcuts"), this, &MainWindow::showShortcuts);
    shortcuts->setObjectName(QStringLiteral("actionShortcuts"));
    shortcuts->setShortcuts({QKeySequence(Qt::Key_F1), QKeySequence(Qt::CTRL | Qt::Key_Slash)});
    help->addAction(tr("&About Lemnos"), this, &MainWindow::showAbout)->setObjectName(QStringLiteral("actionAbout"));
}

void MainWindow::makeThemeMenu(QMenu* view) {
    QMenu* menu = view->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    const std::pair<ThemeMode, QString> modes[] = {
        {ThemeMode::system, tr("&System")}, {ThemeMode::light, tr("&Light")}, {ThemeMode::dark, tr("&Dark")}};
    for (const auto& [mode, text] : modes) {
        QAction* action = menu->addAction(text);
        action->setObjectName(QStringLiteral("actionTheme%1").arg(int(mode)));
        action->setCheckable(true);
        action->setChecked(Theme::instance().mode() == mode);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [mode = mode] {
            Theme::instance().setMode(mode);
            QSettings().setValue(QStringLiteral("theme"), int(mode));
        });
    }
}

void MainWindow::showShortcuts() {
    auto* dialog = new QDialog(this);
    dialog->setObjectName(QStringLiteral("shortcuts"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Keyboard shortcuts"));
    std::vector<std::pair<QString, QString>> rows;
    QSet<QKeySequence> seen;
    for (const QAction* action : findChildren<QAction*>()) {
        if (action->text().isEmpty() || action->shortcut().isEmpty() || seen.contains(action->shortcut())) continue;
        seen.insert(action->shortcut());
        rows.emplace_back(action->shortcut().toString(QKeySequence::NativeText),
                          action->text().remove(QLatin1Char('&')).remove(QStringLiteral("…")));
    }
    // What charts and the graph of the network do with keys that are no action's.
    const auto key = [](Qt::Key one) { return QKeySequence(one).toString(QKeySequence::NativeText); };
    rows.emplace_back(key(Qt::Key_Home), tr("Chart: show all of it; network: go to its beginning"));
    rows.emplace_back(tr("+ and −"), tr("Chart: zoom"));
    rows.emplace_back(tr("Arrows"), tr("Network: go along its wires, with Shift to select more; chart: move"));
    rows.emplace_back(key(Qt::Key_Return), tr("Network: open or fold a block, change the settings of a layer"));
    rows.emplace_back(key(Qt::Key_Escape), tr("Network: select nothing, or drop the wire that is drawn"));
    auto* columns = new QGridLayout(dialog);
    columns->setContentsMargins(24, 24, 24, 24);
    columns->setHorizontalSpacing(16);
    columns->setVerticalSpacing(8);
    columns->setColumnMinimumWidth(2, 24);
    const int half = int(rows.size() + 1) / 2;
    for (int i = 0; i < int(rows.size()); ++i) {
        columns->addWidget(makeLabel(rows[std::size_t(i)].first, "section"), i % half, i / half * 3);
        columns->addWidget(makeLabel(rows[std::size_t(i)].second), i % half, i / half * 3 + 1);
    }
    dialog->show();
}

void MainWindow::showAbout() {
    auto* box =
        new QMessageBox(QMessageBox::NoIcon, tr("About Lemnos"),
                        tr("<b>Lemnos %1</b>").arg(QCoreApplication::applicationVersion()), QMessageBox::Close, this);
    box->setObjectName(QStringLiteral("about"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIconPixmap(appIcon().pixmap(64, 64));
    box->setInformativeText(
        tr("A workbench that trains image classifiers on the devices of this PC. Free software under "
           "the GNU General Public License, version 3 or later."));
    box->show();
}

}  // namespace lemnos
