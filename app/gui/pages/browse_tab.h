// BrowseTab: the pictures of a class, or of all, found by name where the user looks for some.
#pragma once

#include <QThreadPool>
#include <QTimer>
#include <QWidget>
#include <stop_token>

#include "app/gui/outside.h"

class QLabel;
class QLineEdit;

namespace lemnos {

class DataActions;
class Project;
class ThumbnailGrid;

class BrowseTab : public QWidget {
    Q_OBJECT

  public:
    BrowseTab(Project& project, const Backend& backend, DataActions& actions, QWidget* parent = nullptr);
    ~BrowseTab() override;
    /// Other data, or the same after an edit.
    void showDataset(bool sameData);
    /// -1: all classes.
    void setLabel(int label);

  private:
    void show();
    void find();
    void showCount();

    Project& m_project;
    ThumbnailGrid* m_grid;
    QLineEdit* m_search;
    QLabel* m_count;
    QTimer m_typing;  ///< a search begins when the typing has stopped for a moment
    QThreadPool m_pool;
    std::stop_source m_stop;
    quint64 m_searches = 0;  ///< begun, so that the result of an earlier one is known for what it is
    int m_label = -1;
    int m_scrolled = -1;  ///< where to go back to when the pictures are there; -1: nowhere
};

}  // namespace lemnos
