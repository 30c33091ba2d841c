// GraphTab: the network as boxes and wires, with the palette, what can be done to it, and what it costs.
#pragma once

#include <QWidget>

#include "app/gui/project.h"

class QAction;
class QLabel;
class QToolButton;

namespace lemnos {

class GraphView;
class DeviceList;
class StatCard;

class GraphTab : public QWidget {
    Q_OBJECT

  public:
    GraphTab(Project& project, const DeviceList& devices, QWidget* parent = nullptr);
    GraphView& view() { return *m_view; }
    /// The buttons above, which stand beside the tabs.
    QWidget* tools() { return m_tools; }

  signals:
    /// Positions of the selected layers in the graph, in rising order.
    void layersSelected(const std::vector<int>& rows);
    /// The user wants to change the settings of the selected layer.
    void editRequested();
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
    void showMenu(const QPoint& at);
    void refreshPlan();
    void refreshEpochTime();
    void refreshActions();
    std::vector<int> selectedRows() const;
    /// -1 for none, or more than one.
    int selectedRow() const;

    Project& m_project;
    const DeviceList& m_devices;
    GraphView* m_view;
    QWidget* m_tools;
    QAction *m_copy, *m_cut, *m_paste, *m_edit, *m_selectAll, *m_duplicate, *m_remove, *m_connect, *m_mend, *m_up,
        *m_down, *m_fold;
    std::vector<int> m_shownRows;
    QToolButton* m_zoom;
    QLabel *m_message, *m_error, *m_assumption;
    StatCard *m_parameters, *m_multiplyAdds, *m_memory, *m_epochTime;
};

}  // namespace lemnos
