// LayerInspector: name, settings and cost of the selected layers.
#pragma once

#include <QWidget>
#include <vector>

#include "app/gui/project.h"

class QFormLayout;
class QLabel;
class QLineEdit;
class QStackedWidget;

namespace lemnos {

class ParamEditor;

class LayerInspector : public QWidget {
    Q_OBJECT

  public:
    explicit LayerInspector(Project& project, QWidget* parent = nullptr);
    /// Positions of the layers in the graph. Settings of several are shown, and changed together, where all are of one
    /// type.
    void showLayers(const std::vector<int>& rows);
    /// Goes to the first field, the name.
    void edit();

  private:
    QWidget* makeNothing();
    QWidget* makeLayer();
    void refresh();
    void rename();
    void change(const ParamMap& values);
    void refreshCosts();

    Project& m_project;
    std::vector<int> m_rows;
    QString m_shownType;
    QStackedWidget* m_states;
    QLabel* m_title;
    QLabel* m_summary;
    QLineEdit* m_name;
    QWidget* m_nameRow;
    QLabel* m_nameError;
    ParamEditor* m_params;
    QFormLayout* m_costs;
    QLabel *m_in, *m_out, *m_parameters, *m_multiplyAdds, *m_memory;
};

}  // namespace lemnos
