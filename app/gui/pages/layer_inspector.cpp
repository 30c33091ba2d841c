// LayerInspector: the right side of the Model page.
#include "app/gui/pages/layer_inspector.h"

#include <QFormLayout>
#include <QLineEdit>
#include <QStackedWidget>
#include <algorithm>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/graph_edits.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

LayerInspector::LayerInspector(Project& project, QWidget* parent)
    : QWidget(parent), m_project(project), m_states(new QStackedWidget) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->addWidget(m_states);
    m_states->addWidget(makeNothing());
    m_states->addWidget(makeLayer());
    connect(&project, &Project::planChanged, this, &LayerInspector::refresh);
}

QWidget* LayerInspector::makeNothing() {
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(makeLabel(tr("Layer"), "section"));
    layout->addWidget(makeParagraph(
        tr("Select a layer to see and change its settings; several of one kind are changed together."), "small"));
    layout->addStretch();
    return page;
}

QWidget* LayerInspector::makeLayer() {
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    m_title = makeLabel({}, "section");
    m_title->setObjectName(QStringLiteral("layerTitle"));
    m_summary = makeParagraph({}, "small");
    m_name = new QLineEdit;
    m_name->setObjectName(QStringLiteral("layerName"));
    m_name->setAccessibleName(tr("Name of the layer"));
    m_name->setToolTip(tr("Names the layer's weights in every file; must be unique in the network."));
    m_name->setMaxLength(60);
    m_nameError = makeParagraph({}, "error");
    m_nameError->hide();
    connect(m_name, &QLineEdit::editingFinished, this, &LayerInspector::rename);
    m_params = new ParamEditor;
    m_params->setObjectName(QStringLiteral("layerParams"));
    connect(m_params, &ParamEditor::changed, this, &LayerInspector::change);
    layout->addWidget(m_title);
    layout->addWidget(m_summary);
    layout->addSpacing(8);
    m_nameRow = new QWidget;
    auto* nameRow = new QHBoxLayout(m_nameRow);
    nameRow->setContentsMargins(0, 0, 0, 0);
    QLabel* nameLabel = makeLabel(tr("Name"), "muted");
    nameLabel->setBuddy(m_name);
    nameRow->addWidget(nameLabel, 1);
    m_name->setFixedWidth(116);
    nameRow->addWidget(m_name);
    nameRow->addSpacing(24);
    layout->addWidget(m_nameRow);
    layout->addWidget(m_nameError);
    layout->addWidget(m_params);
    layout->addSpacing(16);
    layout->addWidget(makeLabel(tr("Here"), "section"));

    auto* costs = m_costs = new QFormLayout;
    costs->setHorizontalSpacing(16);
    costs->setVerticalSpacing(6);
    costs->setLabelAlignment(Qt::AlignLeft);
    const auto row = [costs](QLabel*& value, const char* name, const QString& text) {
        value = makeParagraph({});
        value->setObjectName(QLatin1String(name));
        value->setAlignment(Qt::AlignRight);
        costs->addRow(makeLabel(text, "muted"), value);
    };
    row(m_in, "layerIn", tr("In"));
    row(m_out, "layerOut", tr("Out"));
    row(m_parameters, "layerParameters", tr("Parameters"));
    row(m_multiplyAdds, "layerMultiplyAdds", tr("Multiply-adds"));
    row(m_memory, "layerMemory", tr("Memory"));
    layout->addLayout(costs);
    layout->addStretch();
    return page;
}

void LayerInspector::showLayers(const std::vector<int>& rows) {
    m_rows = rows;
    m_shownType.clear();
    m_nameError->hide();
    refresh();
}

void LayerInspector::edit() {
    m_name->setFocus(Qt::ShortcutFocusReason);
    m_name->selectAll();
}

/// What differs from the settings of the first layer, which were shown, goes to all of them.
void LayerInspector::change(const ParamMap& values) {
    Graph graph = m_project.graph();
    const LayerSpec first = graph.layers[std::size_t(m_rows.front())];
    for (const int row : m_rows) {
        ParamMap params = graph.layers[std::size_t(row)].params;
        for (const auto& [key, value] : values) {
            const auto before = first.params.find(key);
            if (before == first.params.end() || before->second != value) params[key] = value;
        }
        graph = withParams(std::move(graph), std::size_t(row), std::move(params));
    }
    const QString name = QString::fromStdString(first.name);
    m_project.editGraph(std::move(graph),
                        m_rows.size() > 1 ? tr("change %1 layers").arg(formatCount(std::int64_t(m_rows.size())))
                                          : tr("change %1").arg(name),
                        name);
}

void LayerInspector::refresh() {
    const std::vector<LayerSpec>& layers = m_project.graph().layers;
    std::erase_if(m_rows, [&](int row) { return row < 0 || row >= int(layers.size()); });
    m_states->setCurrentIndex(m_rows.empty() ? 0 : 1);
    if (m_rows.empty()) return;
    const LayerSpec& layer = layers[std::size_t(m_rows.front())];
    const LayerType* type = findLayerType(layer.type);
    const bool alike =
        type && std::ranges::all_of(m_rows, [&](int row) { return layers[std::size_t(row)].type == layer.type; });
    const bool several = m_rows.size() > 1;
    m_nameRow->setVisible(!several);
    m_params->setVisible(alike);
    if (!type && !several) return;
    const QString key = QString::fromStdString(layer.type) + QLatin1Char('\n') + QString::fromStdString(layer.name);
    const QString count = formatCount(std::int64_t(m_rows.size()));
    if (!alike) {
        m_shownType.clear();
        m_title->setText(tr("%1 layers").arg(count));
        m_summary->setText(tr("They are of several kinds; select some of one kind to change them together."));
    } else if (key == m_shownType) {
        m_params->setValues(layer.params);
    } else {
        m_shownType = key;
        const QString label = translated(std::string(type->label));
        m_title->setText(several ? tr("%1 layers: %2").arg(count, label) : label);
        m_summary->setText(several ? tr("What you change here changes in all of them.")
                                   : translated(std::string(type->summary)));
        m_params->setParams(allParams(*type), layer.params);
    }
    const QString name = QString::fromStdString(layer.name);
    if (!m_name->hasFocus() && m_name->text() != name) m_name->setText(name);
    refreshCosts();
}

void LayerInspector::refreshCosts() {
    const Plan& plan = m_project.plan().plan;
    std::vector<const LayerPlan*> planned;
    for (const LayerPlan& candidate : plan.layers) {
        for (const int row : m_rows) {
            if (candidate.spec.name == m_project.graph().layers[std::size_t(row)].name) planned.push_back(&candidate);
        }
    }
    m_costs->setRowVisible(m_in, m_rows.size() == 1);
    m_costs->setRowVisible(m_out, m_rows.size() == 1);
    if (planned.size() != m_rows.size()) {  // there is an error before them
        for (QLabel* label : {m_in, m_out, m_parameters, m_multiplyAdds, m_memory}) label->setText(QStringLiteral("–"));
        return;
    }
    QStringList in;
    for (const Shape& shape : planned.front()->inputShapes) in << formatShape(shape);
    std::int64_t parameters = 0, multiplyAdds = 0, bytes = 0;
    for (const LayerPlan* layer : planned) {
        parameters += layer->parameters;
        multiplyAdds += layer->multiplyAdds;
        bytes += layer->activationBytes;
    }
    const double share = plan.multiplyAdds > 0 ? double(multiplyAdds) / double(plan.multiplyAdds) : 0;
    m_in->setText(in.isEmpty() ? QStringLiteral("–") : in.join(QStringLiteral(", ")));
    m_out->setText(formatShape(planned.front()->output));
    m_parameters->setText(formatCount(parameters));
    m_multiplyAdds->setText(multiplyAdds > 0
                                ? tr("%1 (%2 %)").arg(formatShort(double(multiplyAdds))).arg(qRound(share * 100))
                                : QStringLiteral("0"));
    m_memory->setText(tr("%1 at batch %2").arg(formatBytes(bytes), formatCount(plan.request.batch)));
}

void LayerInspector::rename() {
    if (m_rows.size() != 1) return;
    const std::string name = m_name->text().trimmed().toStdString();
    if (name == m_project.graph().layers[std::size_t(m_rows.front())].name) return;
    const Result<Graph> renamed = withName(m_project.graph(), std::size_t(m_rows.front()), name);
    m_nameError->setVisible(!renamed);
    if (renamed) {
        m_project.editGraph(*renamed, tr("rename a layer"));
    } else {
        m_nameError->setText(errorText(renamed.error()));
    }
}

}  // namespace lemnos
