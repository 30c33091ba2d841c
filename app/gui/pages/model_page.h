// ModelPage: choosing and changing the network, with shapes, costs and errors live.
#pragma once

#include "app/gui/pages/page.h"

class QAction;
class QComboBox;
class QLabel;

namespace lemnos {

class LayerInspector;
class LayerList;
class StatCard;

class ModelPage : public Page {
    Q_OBJECT

  public:
    explicit ModelPage(Project& project, QWidget* parent = nullptr);
    QWidget* inspector() override;
    QString statusText() const override;

  private:
    QWidget* makeHeader();
    QWidget* makePalette();
    QWidget* makeList();
    QWidget* makeTotals();
    QAction* makeAction(const char* name, const char* iconName, const QString& text, const QKeySequence& key);
    void chooseTemplate(int index);
    void add(const LayerType& type);
    void removeSelected();
    void moveSelected(int by);
    void refreshTemplate();
    void refreshPlan();
    void refreshActions();

    Project& m_project;
    LayerInspector* m_inspector;
    LayerList* m_list;
    QComboBox* m_template;
    QLabel* m_summary;
    QLabel* m_error;
    QLabel* m_assumption;
    QAction *m_up, *m_down, *m_remove;
    StatCard *m_parameters, *m_multiplyAdds, *m_memory;
};

}  // namespace lemnos
