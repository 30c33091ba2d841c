// DataPage: opening a folder, and looking at what is in it.
#pragma once

#include "app/gui/dataset_opener.h"
#include "app/gui/pages/page.h"

class QLabel;
class QLineEdit;
class QListView;
class QProgressBar;
class QPushButton;
class QStackedWidget;
class QTabBar;
class QTableView;

namespace lemnos {

class ClassFilter;
class ClassModel;
class DataActions;
class DataSettings;
class EmptyState;
class IssuesTab;
class ProblemModel;
class ThumbnailGrid;

class DataPage : public Page {
    Q_OBJECT

  public:
    DataPage(Project& project, DatasetOpener& opener, const Outside& outside, QWidget* parent = nullptr);
    QWidget* inspector() override;
    QString statusText() const override;

  signals:
    void openFolderRequested();
    void openSampleRequested();
    void rescanRequested();
    /// Folders and lists to take more pictures from.
    void addRequested(const QStringList& paths);

  private:
    QWidget* makeEmpty();
    QWidget* makeScanning();
    QWidget* makeLoaded();
    QWidget* makeClassCard();
    QWidget* makeBrowser();
    QTableView* makeSkipped();
    void addSource();
    void showJob(const QString& what);
    void showProgress(qint64 done, qint64 total, double rate);
    void showDataset();
    void showResting(const QString& error);
    void selectClass();
    void showNotice(const QString& sentence, bool isError);
    void showSkippedTab();
    void showIssuesTab();

    Project& m_project;
    DatasetOpener& m_opener;
    const Outside& m_outside;
    DataActions* m_actions;
    IssuesTab* m_issues;
    DataSettings* m_settings;
    QStackedWidget* m_states;
    EmptyState* m_empty;
    QLabel* m_scanWhat;
    QLabel* m_scanRate;
    QLabel* m_error;
    QProgressBar* m_scanBar;
    ClassModel* m_classes;
    ClassFilter* m_filter;
    QListView* m_classList;
    QLabel* m_summary;
    QTabBar* m_tabs;
    ThumbnailGrid* m_grid;
    ProblemModel* m_problems;
};

}  // namespace lemnos
