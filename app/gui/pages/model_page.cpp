// ModelPage: the tabs.
#include "app/gui/pages/model_page.h"

#include <QStackedWidget>
#include <QTabBar>

#include "app/gui/format.h"
#include "app/gui/graph/graph_view.h"
#include "app/gui/pages/code_tab.h"
#include "app/gui/pages/graph_tab.h"
#include "app/gui/pages/json_tab.h"
#include "app/gui/pages/layer_inspector.h"
#include "app/gui/pages/template_gallery.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "model/exchange/python_code.h"

namespace lemnos {

namespace {

constexpr int graphTab = 0;

}  // namespace

ModelPage::ModelPage(Project& project, const DeviceList& devices, const Dialogs& dialogs, QWidget* parent)
    : Page(parent),
      m_project(project),
      m_inspector(new LayerInspector(project)),
      m_graph(new GraphTab(project, devices)),
      m_tabs(new QTabBar),
      m_views(new QStackedWidget) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(0);
    layout->addWidget(makeHeader());
    layout->addWidget(makeRule());
    layout->addSpacing(12);
    layout->addWidget(m_views, 1);

    auto* gallery = new TemplateGallery(project);
    const auto add = [this](QWidget* view, const QString& text, const QString& tip) {
        m_tabs->setTabToolTip(m_tabs->addTab(text), tip);
        m_views->addWidget(view);
    };
    add(m_graph, tr("Graph"), tr("The network as boxes and wires"));
    add(gallery, tr("Templates"), tr("Networks that are known to work, to start from"));
    add(new JsonTab(project), tr("JSON"), tr("The network as it is saved, to be changed or copied"));
    for (const PythonFramework& framework : pythonFrameworks()) {
        const QString label = QString::fromUtf8(framework.label.data(), qsizetype(framework.label.size()));
        add(new CodeTab(project, dialogs, framework), label, tr("The network as a program for %1").arg(label));
    }
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int tab) {
        m_views->setCurrentIndex(tab);
        m_graph->tools()->setVisible(tab == graphTab);
    });
    connect(gallery, &TemplateGallery::chosen, this, [this](const TemplateType* type) { choose(*type); });
    connect(m_graph, &GraphTab::layersSelected, m_inspector, &LayerInspector::showLayers);
    connect(m_graph, &GraphTab::editRequested, m_inspector, &LayerInspector::edit);
    connect(m_graph, &GraphTab::zoomChanged, this, &ModelPage::statusTextChanged);
    for (const auto signal : {&Project::graphChanged, &Project::planChanged})
        connect(&project, signal, this, &ModelPage::statusTextChanged);
}

QWidget* ModelPage::inspector() {
    return m_inspector;
}

QString ModelPage::statusText() const {
    const TemplateType* type = templateOf(m_project.graph(), m_project.inputShape());
    const QString what = type ? QString::fromStdString(std::string(type->name))
                              : tr("%1, edited").arg(QString::fromStdString(m_project.graph().name));
    return QStringList{what, m_project.plan().error ? tr("1 problem") : tr("no problems"),
                       tr("%1 layers").arg(formatCount(std::int64_t(m_project.graph().layers.size())))}
        .join(QStringLiteral("     "));
}

QWidget* ModelPage::makeHeader() {
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_tabs->setObjectName(QStringLiteral("modelTabs"));
    m_tabs->setAccessibleName(tr("Views of the network"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    row->addWidget(m_tabs, 1, Qt::AlignBottom);
    row->addWidget(m_graph->tools());
    header->setFixedHeight(34);
    return header;
}

void ModelPage::choose(const TemplateType& type) {
    auto graph = graphFromTemplate(type.name, m_project.inputShape());
    if (!graph) return;                         // its card says why
    m_graph->view().scene()->clearSelection();  // a layer of the new network may be called like one of the old
    m_project.editGraph(*std::move(graph), tr("choose %1").arg(QString::fromStdString(std::string(type.name))));
    m_tabs->setCurrentIndex(graphTab);
    m_graph->view().showStart();
    m_graph->view().setFocus();
}

}  // namespace lemnos
