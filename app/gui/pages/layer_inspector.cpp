// LayerInspector: the right side of the Model page.
#include "app/gui/pages/layer_inspector.h"

#include <QFormLayout>
#include <QLineEdit>
#include <QStackedWidget>

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
    layout->addWidget(makeParagraph(tr("Select a layer to see and change its settings."), "small"));
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
    connect(m_params, &ParamEditor::changed, this, [this](const ParamMap& values) {
        const LayerSpec& layer = m_project.graph().layers[std::size_t(m_row)];
        m_project.editGraph(withParams(m_project.graph(), std::size_t(m_row), values),
                            tr("change %1").arg(QString::fromStdString(layer.name)),
                            QString::fromStdString(layer.name));
    });
    layout->addWidget(m_title);
    layout->addWidget(m_summary);
    layout->addSpacing(8);
    auto* nameRow = new QHBoxLayout;
    QLabel* nameLabel = makeLabel(tr("Name"), "muted");
    nameLabel->setBuddy(m_name);
    nameRow->addWidget(nameLabel, 1);
    m_name->setFixedWidth(116);
    nameRow->addWidget(m_name);
    nameRow->addSpacing(24);
    layout->addLayout(nameRow);
    layout->addWidget(m_nameError);
    layout->addWidget(m_params);
    layout->addSpacing(16);
    layout->addWidget(makeLabel(tr("Here"), "section"));

    auto* costs = new QFormLayout;
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

void LayerInspector::show(int row) {
    m_row = row;
    m_shownType.clear();
    m_nameError->hide();
    refresh();
}

void LayerInspector::refresh() {
    const std::vector<LayerSpec>& layers = m_project.graph().layers;
    if (m_row < 0 || m_row >= int(layers.size())) {
        m_states->setCurrentIndex(0);
        return;
    }
    const LayerSpec& layer = layers[std::size_t(m_row)];
    const LayerType* type = findLayerType(layer.type);
    m_states->setCurrentIndex(1);
    if (!type) return;
    const QString key = QString::fromStdString(layer.type) + QLatin1Char('\n') + QString::fromStdString(layer.name);
    if (key == m_shownType) {
        m_params->setValues(layer.params);
    } else {
        m_shownType = key;
        m_title->setText(translated(std::string(type->label)));
        m_summary->setText(translated(std::string(type->summary)));
        m_params->setParams(allParams(*type), layer.params);
    }
    const QString name = QString::fromStdString(layer.name);
    if (!m_name->hasFocus() && m_name->text() != name) m_name->setText(name);
    refreshCosts();
}

void LayerInspector::refreshCosts() {
    const Plan& plan = m_project.plan().plan;
    const LayerPlan* layer = nullptr;
    for (const LayerPlan& candidate : plan.layers) {
        if (candidate.spec.name == m_project.graph().layers[std::size_t(m_row)].name) layer = &candidate;
    }
    if (!layer) {
        for (QLabel* label : {m_in, m_out, m_parameters, m_multiplyAdds, m_memory}) label->setText(QStringLiteral("–"));
        return;
    }
    QStringList in;
    for (const Shape& shape : layer->inputShapes) in << formatShape(shape);
    const double share = plan.multiplyAdds > 0 ? double(layer->multiplyAdds) / double(plan.multiplyAdds) : 0;
    m_in->setText(in.isEmpty() ? QStringLiteral("–") : in.join(QStringLiteral(", ")));
    m_out->setText(formatShape(layer->output));
    m_parameters->setText(formatCount(layer->parameters));
    m_multiplyAdds->setText(layer->multiplyAdds > 0
                                ? tr("%1 (%2 %)").arg(formatShort(double(layer->multiplyAdds))).arg(qRound(share * 100))
                                : QStringLiteral("0"));
    m_memory->setText(tr("%1 at batch %2").arg(formatBytes(layer->activationBytes), formatCount(plan.request.batch)));
}

void LayerInspector::rename() {
    if (m_row < 0 || m_row >= int(m_project.graph().layers.size())) return;
    const std::string name = m_name->text().trimmed().toStdString();
    if (name == m_project.graph().layers[std::size_t(m_row)].name) return;
    const Result<Graph> renamed = withName(m_project.graph(), std::size_t(m_row), name);
    m_nameError->setVisible(!renamed);
    if (renamed) {
        m_project.editGraph(*renamed, tr("rename a layer"));
    } else {
        m_nameError->setText(QString::fromStdString(renamed.error().message));
    }
}

}  // namespace lemnos
