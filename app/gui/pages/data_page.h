// DataPage: opening a folder, and looking at what is in it.
#pragma once

#include "app/gui/dataset_opener.h"
#include "app/gui/pages/page.h"
#include "model/data/text_store.h"

class QLabel;
class QProgressBar;
class QStackedWidget;
class QTabBar;
class QTableView;

namespace lemnos {

class BrowseTab;
class ClassPanel;
class DataActions;
class DataSettings;
class EmptyState;
class IssuesTab;
class ProblemModel;

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
    QWidget* makeTabs();
    QTableView* makeSkipped();
    void addSource();
    void showClass(int label);
    void showJob(const QString& what);
    void showProgress(qint64 done, qint64 total, double rate);
    void showDataset();
    void showResting(const QString& error);
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
    QTabBar* m_tabs;
    ClassPanel* m_classes;
    BrowseTab* m_browse;
    ProblemModel* m_problems;
    std::shared_ptr<const TextStore> m_shownPaths;  ///< tells an edit of the data from other data
};

}  // namespace lemnos
