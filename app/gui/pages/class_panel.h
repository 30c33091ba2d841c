// ClassPanel: the classes of the data with their counts, and what more can be done with the whole of it.
#pragma once

#include <QFrame>

class QLabel;
class QListView;

namespace lemnos {

class ClassFilter;
class ClassModel;
class DataActions;
class Project;

class ClassPanel : public QFrame {
    Q_OBJECT

  public:
    ClassPanel(Project& project, DataActions& actions, QWidget* parent = nullptr);
    /// Shows other data from the top; an edit of the same data leaves the user where they were.
    void showDataset(bool sameData);
    /// -1: all.
    void choose(int label);
    /// The class that is chosen, or -1 for all.
    int label() const;

  signals:
    void chosen(int label);
    void openRequested();
    void addRequested();
    void rescanRequested();

  private:
    Project& m_project;
    ClassModel* m_classes;
    ClassFilter* m_filter;
    QListView* m_list;
    QLabel* m_summary;
};

}  // namespace lemnos
