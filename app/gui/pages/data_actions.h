// DataActions: what can be done to classes and pictures, from their context menus and by keys.
#pragma once

#include <QObject>

#include "app/gui/outside.h"
#include "app/gui/project.h"

class QAbstractItemView;
class QMenu;
class QTableView;

namespace lemnos {

class ProblemModel;
class ThumbnailGrid;

class DataActions : public QObject {
    Q_OBJECT

  public:
    /// The views get their menus and keys; the actions are children of the views and named after what they do.
    DataActions(Project& project, const Dialogs& dialogs, QObject* parent = nullptr);
    void addTo(QAbstractItemView* classList);
    void addTo(ThumbnailGrid* grid);
    void addTo(QTableView* problems, ProblemModel* model);

    void edit(Edit edit);

  signals:
    void refused(const QString& sentence);

  private:
    void renameClass(QAbstractItemView* classList);
    void mergeClass(QAbstractItemView* classList);
    void excludeClass(QAbstractItemView* classList);
    void relabel(ThumbnailGrid* grid);
    void onSelected(ThumbnailGrid* grid, Edit edit);

    Project& m_project;
    const Dialogs& m_dialogs;
};

}  // namespace lemnos
