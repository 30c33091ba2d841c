// ModelPage: palette, layers, totals.
#include "app/gui/pages/model_page.h"

#include <QAction>
#include <QComboBox>
#include <QScrollArea>
#include <QToolButton>
#include <algorithm>
#include <map>

#include "app/gui/format.h"
#include "app/gui/graph_edits.h"
#include "app/gui/pages/layer_inspector.h"
#include "app/gui/widgets/layer_list.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/stat_card.h"
#include "model/templates/template.h"

namespace lemnos {

ModelPage::ModelPage(Project& project, QWidget* parent)
    : Page(parent),
      m_project(project),
      m_inspector(new LayerInspector(project)),
      m_list(new LayerList(project)),
      m_up(makeAction("layerUp", "up", tr("Move up"), Qt::ALT | Qt::Key_Up)),
      m_down(makeAction("layerDown", "down", tr("Move down"), Qt::ALT | Qt::Key_Down)),
      m_remove(makeAction("layerRemove", "remove", tr("Remove layer"), QKeySequence::Delete)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(makeHeader());
    auto* middle = new QHBoxLayout;
    middle->setSpacing(12);
    middle->addWidget(makePalette());
    middle->addWidget(makeList(), 1);
    layout->addLayout(middle, 1);
    layout->addWidget(makeTotals());

    connect(m_up, &QAction::triggered, this, [this] { moveSelected(-1); });
    connect(m_down, &QAction::triggered, this, [this] { moveSelected(1); });
    connect(m_remove, &QAction::triggered, this, &ModelPage::removeSelected);
    connect(m_list, &LayerList::selectionMoved, this, [this] {
        m_inspector->show(m_list->selectedRow());
        refreshActions();
    });
    // A new list of rows drops the selection, and a panel that shows nothing is of no use.
    connect(m_list->model(), &QAbstractItemModel::modelReset, this,
            [this] { m_inspector->show(m_list->selectedRow()); });
    connect(&project, &Project::graphChanged, this, &ModelPage::refreshTemplate);
    connect(&project, &Project::planChanged, this, &ModelPage::refreshPlan);
    refreshTemplate();
    refreshPlan();
    refreshActions();
}

QWidget* ModelPage::inspector() {
    return m_inspector;
}

QString ModelPage::statusText() const {
    const TemplateType* type = templateOf(m_project.graph(), m_project.inputShape());
    const QString what = type ? QString::fromStdString(std::string(type->name))
                              : tr("%1, edited").arg(QString::fromStdString(m_project.graph().name));
    return what + QStringLiteral("     ") + (m_project.plan().error ? tr("1 problem") : tr("no problems"));
}

QAction* ModelPage::makeAction(const char* name, const char* iconName, const QString& text, const QKeySequence& key) {
    auto* action = new QAction(icon(QLatin1String(iconName)), text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(tr("%1 (%2)").arg(text, key.toString(QKeySequence::NativeText)));
    addAction(action);
    return action;
}

QWidget* ModelPage::makeHeader() {
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_template = new QComboBox;
    m_template->setObjectName(QStringLiteral("template"));
    m_template->setAccessibleName(tr("Template"));
    m_template->setToolTip(tr("Start from a network that is known to work; undo brings yours back"));
    m_template->setPlaceholderText(tr("your own"));
    m_template->setMinimumWidth(120);
    for (const TemplateType* type : graphTemplates()) {
        m_template->addItem(QString::fromStdString(std::string(type->name)));
        m_template->setItemData(m_template->count() - 1, translated(std::string(type->summary)), Qt::ToolTipRole);
    }
    connect(m_template, &QComboBox::activated, this, &ModelPage::chooseTemplate);
    m_summary = makeElided({}, "small");
    QLabel* label = makeLabel(tr("Template"), "muted");
    label->setBuddy(m_template);
    row->addWidget(label);
    row->addWidget(m_template);
    row->addWidget(m_summary, 1);
    QAction* undo = m_project.undoStack().createUndoAction(this);
    undo->setIcon(icon(QStringLiteral("undo")));
    undo->setObjectName(QStringLiteral("undo"));
    QAction* redo = m_project.undoStack().createRedoAction(this);
    redo->setIcon(icon(QStringLiteral("redo")));
    redo->setObjectName(QStringLiteral("redo"));
    for (QAction* action : {undo, redo, m_up, m_down, m_remove}) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        button->setIconSize({18, 18});
        button->setFocusPolicy(Qt::StrongFocus);
        button->setObjectName(action->objectName() + QStringLiteral("Button"));
        row->addWidget(button);
    }
    return header;
}

QWidget* ModelPage::makePalette() {
    QFrame* card = makeCard();
    card->setFixedWidth(208);
    auto* outer = new QVBoxLayout(card);
    outer->setContentsMargins(1, 12, 1, 4);
    outer->setSpacing(0);
    auto* content = new QWidget;
    content->setProperty("role", "surface");
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(11, 8, 11, 8);
    layout->setSpacing(4);
    std::map<std::string_view, std::vector<const LayerType*>> groups;
    // What most networks need comes first; groups that are not named here follow.
    std::vector<std::string_view> order = {"Core", "Convolution", "Pooling", "Activation", "Normalisation"};
    for (const LayerType* type : layerTypes()) {
        if (std::ranges::find(order, type->group) == order.end()) order.push_back(type->group);
        groups[type->group].push_back(type);
    }
    for (const std::string_view group : order) {
        layout->addWidget(makeLabel(translated(std::string(group)), "small"));
        for (const LayerType* type : groups[group]) {
            const QString label = translated(std::string(type->label));
            QPushButton* button = makeButton("", label, translated(std::string(type->summary)), "palette");
            button->setObjectName(QStringLiteral("add_") +
                                  QString::fromUtf8(type->name.data(), qsizetype(type->name.size())));
            button->setAccessibleName(tr("Add layer %1").arg(label));
            connect(button, &QPushButton::clicked, this, [this, type] { add(*type); });
            layout->addWidget(button);
        }
        layout->addSpacing(4);
    }
    layout->addStretch();
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setWidget(content);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    QLabel* heading = makeLabel(tr("Add a layer"), "section");
    heading->setContentsMargins(11, 0, 0, 0);
    outer->addWidget(heading);
    outer->addWidget(scroll);
    return card;
}

QWidget* ModelPage::makeList() {
    QFrame* card = makeCard();
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(1, 4, 1, 8);
    layout->setSpacing(4);
    m_error = makeParagraph({}, "error");
    m_error->setObjectName(QStringLiteral("modelError"));
    m_error->setContentsMargins(16, 8, 16, 0);
    m_assumption = makeParagraph({}, "small");
    m_assumption->setContentsMargins(16, 8, 16, 0);
    layout->addWidget(m_assumption);
    layout->addWidget(m_error);
    layout->addWidget(m_list, 1);
    return card;
}

QWidget* ModelPage::makeTotals() {
    auto* totals = new QWidget;
    auto* row = new QHBoxLayout(totals);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    m_parameters = new StatCard("totalParameters", tr("Parameters"));
    m_multiplyAdds = new StatCard("totalMultiplyAdds", tr("Multiply-adds"));
    m_memory = new StatCard("totalMemory", tr("Memory"));
    for (StatCard* card : {m_parameters, m_multiplyAdds, m_memory}) row->addWidget(card);
    return totals;
}

void ModelPage::chooseTemplate(int index) {
    const TemplateType& chosen = *graphTemplates()[std::size_t(index)];
    auto graph = graphFromTemplate(chosen.name, m_project.inputShape());
    if (!graph) {
        m_summary->setText(QString::fromStdString(graph.error().message));
        return;
    }
    m_project.editGraph(*std::move(graph), tr("choose %1").arg(QString::fromStdString(std::string(chosen.name))));
    m_list->select(0);
}

void ModelPage::add(const LayerType& type) {
    const int selected = m_list->selectedRow();
    const std::size_t at = selected < 0 ? m_project.graph().layers.size() : std::size_t(selected) + 1;
    m_project.editGraph(withLayer(m_project.graph(), at, type), tr("add %1").arg(translated(std::string(type.label))));
    m_list->select(int(at));
}

void ModelPage::removeSelected() {
    const int row = m_list->selectedRow();
    if (row < 0) return;
    const QString name = QString::fromStdString(m_project.graph().layers[std::size_t(row)].name);
    m_project.editGraph(withoutLayer(m_project.graph(), std::size_t(row)), tr("remove %1").arg(name));
    m_list->select(std::min(row, int(m_project.graph().layers.size()) - 1));
}

void ModelPage::moveSelected(int by) {
    const int row = m_list->selectedRow();
    const int to = row + by;
    if (row < 0 || to < 0 || to >= int(m_project.graph().layers.size())) return;
    m_project.editGraph(withLayerMoved(m_project.graph(), std::size_t(row), std::size_t(to)), tr("move a layer"));
    m_list->select(to);
}

void ModelPage::refreshTemplate() {
    const TemplateType* type = templateOf(m_project.graph(), m_project.inputShape());
    m_template->setCurrentIndex(type ? m_template->findText(QString::fromStdString(std::string(type->name))) : -1);
    m_summary->setText(type ? translated(std::string(type->summary)) : QString());
    refreshActions();
}

void ModelPage::refreshPlan() {
    const PartialPlan& partial = m_project.plan();
    const Plan& plan = partial.plan;
    bool shownAtLayer = false;
    for (const LayerSpec& layer : m_project.graph().layers) {
        shownAtLayer = shownAtLayer || (partial.error && partial.error->where == layer.name);
    }
    m_error->setVisible(partial.error && !shownAtLayer);
    if (partial.error) m_error->setText(QString::fromStdString(partial.error->message));
    m_assumption->setVisible(!m_project.dataset());
    m_assumption->setText(tr("Until data is open, shapes are shown for %1 pictures in %2 classes.")
                              .arg(formatShape(m_project.inputShape()), formatCount(m_project.classCount())));

    const bool whole = !partial.error;
    const QString unknown = QStringLiteral("–");
    m_parameters->set(whole ? formatCount(plan.parameters) : unknown, tr("trainable numbers"));
    m_multiplyAdds->set(whole ? formatShort(double(plan.multiplyAdds)) : unknown, tr("per picture, forward"));
    m_memory->set(whole ? formatBytes(plan.totalBytes()) : unknown,
                  tr("to train at batch %1").arg(formatCount(plan.request.batch)));
    emit statusTextChanged();
}

void ModelPage::refreshActions() {
    const int row = m_list->selectedRow();
    const int count = int(m_project.graph().layers.size());
    m_up->setEnabled(row > 0);
    m_down->setEnabled(row >= 0 && row < count - 1);
    m_remove->setEnabled(row >= 0);
}

}  // namespace lemnos
