// GraphTab: the network as boxes and wires, with the palette, what can be done to it, and what it costs.
#pragma once

#include <QWidget>

#include "app/gui/project.h"

class QAction;
class QLabel;
class QToolButton;

namespace lemnos {

class GraphView;
class StatCard;

class GraphTab : public QWidget {
    Q_OBJECT

  public:
    explicit GraphTab(Project& project, QWidget* parent = nullptr);
    GraphView& view() { return *m_view; }
    /// The buttons above, which stand beside the tabs.
    QWidget* tools() { return m_tools; }

  signals:
    /// Position of the selected layer in the graph; -1 for none, or more than one.
    void layerSelected(int row);
    void zoomChanged();

  private:
    QAction* addAction(const char* name, const char* iconName, const QString& text, const QList<QKeySequence>& keys,
                       const std::function<void()>& action);
    void makeActions();
    void makeTools();
    QWidget* makeCanvas();
    QWidget* makeTotals();
    void copy();
    void paste(const Graph& fragment, const QString& what);
    void pasteClipboard();
    void moveSelected(int by);
    void refreshPlan();
    void refreshActions();
    int selectedRow() const;

    Project& m_project;
    GraphView* m_view;
    QWidget* m_tools;
    QAction *m_copy, *m_cut, *m_duplicate, *m_remove, *m_connect, *m_mend, *m_up, *m_down, *m_fold;
    int m_shownRow = -1;
    QToolButton* m_zoom;
    QLabel *m_message, *m_error, *m_assumption;
    StatCard *m_parameters, *m_multiplyAdds, *m_memory;
};

}  // namespace lemnos
