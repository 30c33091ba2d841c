// MainWindow: the frame around the pages: rail, top bar, inspector, log and status bar.
#pragma once

#include <QMainWindow>
#include <QUndoGroup>
#include <array>

#include "app/gui/dataset_opener.h"
#include "app/gui/outside.h"
#include "app/gui/project.h"
#include "app/gui/project_saver.h"
#include "app/session/device_list.h"
#include "app/session/lan_share.h"
#include "app/session/run_index.h"
#include "app/session/run_session.h"

class QDockWidget;
class QLabel;
class QPushButton;
class QScrollArea;
class QStackedWidget;

namespace lemnos {

class DataPage;
class ExportPage;
class LogView;
class ModelPage;
class Page;
class RailButton;
class RunOffer;
class RunsPage;
class TrainPage;

class MainWindow : public QMainWindow {
    Q_OBJECT

  public:
    explicit MainWindow(Outside outside = {}, QWidget* parent = nullptr);
    ~MainWindow() override;

    Project& project() { return m_project; }
    RunSession& session() { return m_session; }

  public slots:
    void openFolder(const QString& folder);
    /// Folders, lists, or one project.
    void openPaths(const QStringList& paths);
    void goTo(lemnos::Step step);
    /// Starts training, or goes to the page that has what is missing.
    void train();

  protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void makeTopBar();
    void makeRail();
    void makePages();
    Page* makeMachinesPage();
    void makeInspector();
    void makeLog();
    void makeStatusBar();
    void makeMenus();
    void makeThemeMenu(class QMenu* view);
    void connectSession();
    void restoreLayout();
    void resetLayout();
    void saveLayout();

    void connectData();
    void chooseFolder();
    void openFile();
    void saveProjectAs();
    void addSources(const QStringList& paths);
    void openDropped(const QStringList& paths);
    void addPictures(const QStringList& pictures);
    void rescan();
    void writeBack();
    void undoWriteBack();
    void reopen();
    void openSample();
    void trainOrStop();
    void reproduce(const RunSpec& spec);
    void extend(const std::filesystem::path& run, qint64 epochs);
    void handleEvent(const Event& event);
    void endRun(RunState state);
    void applyTheme();
    void refreshRail();
    void refreshTitle();
    void refreshTrainButton();
    void refreshDeviceChip();
    void refreshLanChip();
    void refreshStatus();
    void showShortcuts();
    void showAbout();

    Outside m_outside;
    Project m_project;
    ProjectSaver m_saver{m_project};
    SplitOptions m_usableSplit;  ///< the last one that left something to train on
    QUndoGroup m_undo;           ///< of the data or of the network, by the page that is shown
    RunSession m_session;
    DeviceList m_devices;
    LanShare m_share;
    DatasetOpener m_opener;
    RunIndex m_runs;

    QLabel* m_brand;
    QLabel* m_title;
    QPushButton* m_chip;
    QPushButton* m_lanChip;
    QPushButton* m_trainButton;
    QAction* m_trainAction;
    std::array<RailButton*, stepCount> m_rail{};
    std::array<Page*, stepCount> m_pages{};
    RunsPage* m_runsPage;
    RunOffer* m_offer;
    QStackedWidget* m_stack;
    QStackedWidget* m_inspectors;
    QDockWidget* m_inspectorDock;
    QDockWidget* m_logDock;
    LogView* m_log;
    QLabel *m_phase, *m_epoch, *m_speed, *m_eta;
    QWidget* m_dropMark;
    QByteArray m_firstLayout;
    bool m_quitWhenStopped = false;
};

}  // namespace lemnos
