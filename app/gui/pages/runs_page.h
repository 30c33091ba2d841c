// RunsPage: all runs, compared, annotated, done again.
#pragma once

#include "app/gui/outside.h"
#include "app/gui/pages/page.h"
#include "app/session/run_index.h"

class QComboBox;
class QLabel;
class QStackedWidget;
class QTableView;

namespace lemnos {

class RunDetails;
class RunFilter;
class RunModel;
class RunOverlay;

class RunsPage : public Page {
    Q_OBJECT

  public:
    RunsPage(RunIndex& index, const Outside& outside, QWidget* parent = nullptr);
    QWidget* inspector() override;
    QString statusText() const override;

  signals:
    /// The user wants the same run once more.
    void reproduceRequested(const lemnos::RunSpec& spec);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    QWidget* makeEmpty();
    QWidget* makeTable();
    QWidget* makeOverlay();
    void showRuns();
    void showOverlay();
    void reproduce(const std::filesystem::path& run);
    void discard(const std::filesystem::path& run);

    RunIndex& m_index;
    const Outside& m_outside;
    QStackedWidget* m_states;
    RunModel* m_model;
    RunFilter* m_filter;
    QTableView* m_table;
    RunOverlay* m_overlay;
    QLabel* m_overlayHint;
    QComboBox* m_measure;
    QLabel* m_problem;
    RunDetails* m_details;
};

}  // namespace lemnos
