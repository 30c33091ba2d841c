// SweepTab: a sweep while it goes on, and afterwards: its plot and its table.
#pragma once

#include <QTemporaryFile>
#include <QWidget>
#include <filesystem>
#include <memory>

#include "app/gui/project.h"
#include "app/session/cli_call.h"
#include "model/sweep/sweep_table.h"

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace lemnos {

class DeviceList;
class ParallelPlot;
class SweepForm;
class TrialModel;

class SweepTab : public QWidget {
    Q_OBJECT

  public:
    SweepTab(Project& project, DeviceList& devices, QWidget* parent = nullptr);

    /// What stands in the right dock; owned by whoever it is put into.
    QWidget* form() const;
    bool isRunning() const { return m_call.isRunning(); }
    /// Begins the sweep of the form, with the project as it is on the disk.
    void start();
    /// Asks the sweep to end with checkpoints; ended() follows.
    void stop();
    /// Shows a sweep of an earlier time, which can be gone on with.
    void open(const std::filesystem::path& folder);
    /// The sweeps that there are, the newest first, for the user to choose from.
    void setSweeps(std::vector<std::filesystem::path> folders);

  signals:
    /// The user wants a sweep; start() once the project is saved.
    void startRequested();
    void openRunRequested(const std::filesystem::path& run);
    /// The sweep is over, or has been stopped.
    void ended();
    /// A trial has come to an end.
    void runsChanged();

  private:
    QWidget* makeHead();
    QWidget* makeTable();
    void goOn();
    void call(const QStringList& arguments);
    void handleLine(const QByteArray& line);
    void openChosen();
    int chosenRow() const;
    void refresh();
    void refreshChoice();
    QString sentence() const;

    Project& m_project;
    CliCall m_call;
    std::unique_ptr<QTemporaryFile> m_order;
    TrialModel* m_model;
    QSortFilterProxyModel* m_sorted;
    SweepForm* m_form;
    QStackedWidget* m_states;
    QTableView* m_table;
    ParallelPlot* m_plot;
    QLabel *m_sentence, *m_problem;
    QProgressBar* m_bar;
    QPushButton *m_start, *m_stop, *m_goOn, *m_openRun;
    QComboBox* m_choice;
    std::vector<std::filesystem::path> m_sweeps;
    std::filesystem::path m_opening;  ///< the latest that was asked for
    bool m_stopping = false, m_finished = false;
};

}  // namespace lemnos
