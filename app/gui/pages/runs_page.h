// RunsPage: all runs, compared, annotated, done again.
#pragma once

#include <map>

#include "app/gui/outside.h"
#include "app/gui/pages/page.h"
#include "app/session/run_index.h"

class QComboBox;
class QLabel;
class QSettings;
class QStackedWidget;
class QTabBar;
class QTableView;

namespace lemnos {

class DeviceList;
class RunDetails;
class RunFilter;
class RunModel;
class RunOverlay;
class SweepTab;

class RunsPage : public Page {
    Q_OBJECT

  public:
    RunsPage(Project& project, RunIndex& index, DeviceList& devices, const Outside& outside, QWidget* parent = nullptr);
    QWidget* inspector() override;
    QString statusText() const override;
    SweepTab& sweep() { return *m_sweep; }
    /// Widths and order of the columns, where somebody has changed them.
    void saveLayout(QSettings& settings) const;
    void restoreLayout(const QSettings& settings);
    void resetLayout();
    /// Shows this run in the table, once the index knows it.
    void openRun(const std::filesystem::path& run);

  signals:
    /// The user wants the same run once more.
    void reproduceRequested(const lemnos::RunSpec& spec);
    /// The user wants the run to have so many epochs in all.
    void extendRequested(const std::filesystem::path& run, qint64 epochs);

  protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    QWidget* makeTabs();
    QWidget* makeEmpty();
    QWidget* makeTable();
    QWidget* makeOverlay();
    void showRuns();
    void showOverlay();
    void fitColumns();
    bool hasOwnColumns() const;
    void extend(const std::filesystem::path& run, qint64 epochs);
    void saveOverlay();
    void reproduce(const std::filesystem::path& run);
    void discard(const std::filesystem::path& run);

    RunIndex& m_index;
    const Outside& m_outside;
    QTabBar* m_tabs;
    QStackedWidget* m_views;
    QStackedWidget* m_inspectors;
    SweepTab* m_sweep;
    bool m_sweepsSought = false;
    std::filesystem::path m_wanted;  ///< to be chosen when it is known
    QStackedWidget* m_states;
    RunModel* m_model;
    RunFilter* m_filter;
    QTableView* m_table;
    std::map<int, int> m_widths;  ///< of columns, as fitColumns() chose them last
    RunOverlay* m_overlay;
    QLabel* m_overlayHint;
    QComboBox* m_measure;
    QLabel* m_problem;
    RunDetails* m_details;
};

}  // namespace lemnos
