// IssuesTab: the doctor's findings, each with what can be done about it.
#pragma once

#include <QWidget>

#include "app/gui/doctor_run.h"
#include "app/gui/outside.h"
#include "app/gui/project.h"

class QHBoxLayout;
class QLabel;
class QListView;
class QListWidget;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace lemnos {

class FindingModel;
class ThumbnailGrid;

class IssuesTab : public QWidget {
    Q_OBJECT

  public:
    IssuesTab(Project& project, const Backend& backend, QWidget* parent = nullptr);
    /// Examines the data if that was not done yet.
    void examineOnce();
    /// Findings that are not mended, or -1 before the first examination.
    int openCount() const;

  signals:
    void countChanged();
    void refused(const QString& sentence);

  private:
    QWidget* makeResting();
    QWidget* makeRunning();
    QWidget* makeFound();
    void examine();
    void showFindings();
    void refresh();
    void showFinding();
    void fix(std::size_t choice);
    void fixAll();
    void apply(const std::vector<int>& findings, std::vector<Edit> edits, const QString& what);

    Project& m_project;
    DoctorRun m_doctor;
    QStackedWidget* m_states;
    QLabel* m_resting;
    QLabel* m_phase;
    QProgressBar* m_bar;
    QListWidget* m_checks;
    FindingModel* m_model;
    QListView* m_list;
    QLabel* m_text;
    ThumbnailGrid* m_pictures;
    QHBoxLayout* m_buttons;
    QPushButton* m_all;
    bool m_examined = false;
};

}  // namespace lemnos
