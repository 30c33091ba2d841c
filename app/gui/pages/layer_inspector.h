// LayerInspector: name, settings and cost of the selected layer.
#pragma once

#include <QWidget>

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
    /// Position of the layer in the graph; -1 for none.
    void show(int row);

  private:
    QWidget* makeNothing();
    QWidget* makeLayer();
    void refresh();
    void rename();
    void refreshCosts();

    Project& m_project;
    int m_row = -1;
    QString m_shownType;
    QStackedWidget* m_states;
    QLabel* m_title;
    QLabel* m_summary;
    QLineEdit* m_name;
    QLabel* m_nameError;
    ParamEditor* m_params;
    QLabel *m_in, *m_out, *m_parameters, *m_multiplyAdds, *m_memory;
};

}  // namespace lemnos
