// ModelPage: choosing and changing the network, as a graph or as text, with shapes, costs and errors live.
#pragma once

#include "app/gui/outside.h"
#include "app/gui/pages/page.h"

class QStackedWidget;
class QTabBar;

namespace lemnos {

class DeviceList;
class GraphTab;
class LayerInspector;
struct TemplateType;

class ModelPage : public Page {
    Q_OBJECT

  public:
    ModelPage(Project& project, const DeviceList& devices, const Dialogs& dialogs, QWidget* parent = nullptr);
    QWidget* inspector() override;
    QString statusText() const override;

  private:
    QWidget* makeHeader();
    void choose(const TemplateType& type);

    Project& m_project;
    LayerInspector* m_inspector;
    GraphTab* m_graph;
    QTabBar* m_tabs;
    QStackedWidget* m_views;
};

}  // namespace lemnos
