// TransformList: a list, the buttons that change it, and an editor for what is selected.
#include "app/gui/widgets/transform_list.h"

#include <QListWidget>
#include <QMenu>
#include <QScrollBar>
#include <QToolButton>
#include <algorithm>
#include <utility>

#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

namespace {

constexpr int rowHeight = 28;

QString labelOf(const TransformType& type) {
    return translated(std::string(type.label));
}

/// "Shift   0.1": the values, so that the list can be read without selecting.
QString rowText(const TransformSpec& spec) {
    const TransformType& type = *findTransformType(spec.type);
    QStringList values;
    for (const Param& param : type.params) {
        const ParamValue& value = spec.params.at(param.key);
        const QString text = QString::fromStdString(toString(value));
        if (!param.advanced)
            values << (std::holds_alternative<std::string>(value) ? translated(text.toStdString()) : text);
    }
    return values.isEmpty() ? labelOf(type)
                            : TransformList::tr("%1  %2").arg(labelOf(type), values.join(QStringLiteral(", ")));
}

}  // namespace

TransformList::TransformList(TransformUse use, QWidget* parent)
    : QWidget(parent),
      m_use(use),
      m_list(new QListWidget),
      m_summary(makeParagraph({}, "small")),
      m_params(new ParamEditor) {
    const bool always = use == TransformUse::preprocess;
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);

    auto* head = new QHBoxLayout;
    head->addWidget(makeLabel(always ? tr("Preprocessing") : tr("Augmentation"), "section"), 1);
    m_add = makeButton("", tr("Add"),
                       always ? tr("Add a change that is made to every picture")
                              : tr("Add a random change of the pictures that are trained on"),
                       "link", "plus");
    m_add->setObjectName(named("Add"));
    m_add->setAccessibleName(always ? tr("Add preprocessing") : tr("Add augmentation"));
    fillMenu();
    m_up = makeTool("Up", "up", tr("Move up"), tr("Apply this earlier (Alt+Up)"));
    m_down = makeTool("Down", "down", tr("Move down"), tr("Apply this later (Alt+Down)"));
    m_remove = makeTool("Remove", "remove", tr("Remove"), tr("Take this out of the list (Delete)"));
    connect(m_up, &QToolButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { move(1); });
    connect(m_remove, &QToolButton::clicked, this, &TransformList::remove);
    head->setSpacing(0);
    for (QToolButton* tool : {m_up, m_down, m_remove}) head->addWidget(tool);
    head->addWidget(m_add);
    layout->addLayout(head);
    m_none = makeParagraph(always ? tr("None: pictures are stretched to the training size.")
                                  : tr("None: every epoch shows the pictures as they are."),
                           "small");
    layout->addWidget(m_none);

    m_list->setObjectName(named("List"));
    m_list->setAccessibleName(always ? tr("Preprocessing, in order") : tr("Augmentation, in order"));
    m_list->setToolTip(tr("Applied from top to bottom. Alt+Up and Alt+Down move what is selected, Delete removes it."));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideRight);
    connect(m_list, &QListWidget::currentRowChanged, this, &TransformList::showSelected);
    layout->addWidget(m_list);

    const auto key = [this](const QKeySequence& keys, const auto& what) {
        auto* action = new QAction(m_list);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, what);
        m_list->addAction(action);
    };
    key(QKeySequence(Qt::ALT | Qt::Key_Up), [this] { move(-1); });
    key(QKeySequence(Qt::ALT | Qt::Key_Down), [this] { move(1); });
    key(QKeySequence(Qt::Key_Delete), [this] { remove(); });
    layout->addWidget(m_summary);
    m_params->setObjectName(named("Params"));
    m_params->setSliders(true);
    connect(m_params, &ParamEditor::changed, this, [this](const ParamMap& values) {
        TransformSpec& spec = m_specs[std::size_t(row())];
        const ParamMap before = std::exchange(spec.params, values);
        QString which;
        for (const auto& [name, value] : values) {
            if (before.at(name) != value) which += QLatin1Char('/') + QString::fromStdString(name);
        }
        updateRow(row());
        emit changed(tr("Change \"%1\"").arg(labelOf(*findTransformType(spec.type))),
                     named("") + QString::number(row()) + which);
    });
    layout->addWidget(m_params);
    fillList(-1);
}

QString TransformList::named(const char* what) const {
    return (m_use == TransformUse::preprocess ? QStringLiteral("preprocess") : QStringLiteral("augment")) +
           QLatin1String(what);
}

QToolButton* TransformList::makeTool(const char* what, const char* iconName, const QString& text, const QString& tip) {
    auto* tool = new QToolButton;
    tool->setObjectName(named(what));
    tool->setIcon(icon(QLatin1String(iconName)));
    tool->setIconSize({16, 16});
    tool->setAccessibleName(text);
    tool->setToolTip(tip);
    return tool;
}

void TransformList::fillMenu() {
    auto* menu = new QMenu(m_add);
    menu->setObjectName(named("Menu"));
    menu->setToolTipsVisible(true);
    for (const TransformType* type : transformTypes()) {
        if (type->use() != m_use) continue;
        QAction* action = menu->addAction(labelOf(*type), this, [this, type] { add(*type); });
        action->setObjectName(QStringLiteral("add_") + QLatin1String(type->name.data(), int(type->name.size())));
        action->setToolTip(translated(std::string(type->summary)));
    }
    // A second resize would be refused.
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        for (QAction* action : menu->actions())
            if (action->objectName() == QLatin1String("add_resize")) action->setEnabled(!resizes(m_specs));
    });
    // Not setMenu(), which would wait in a loop of its own until the menu is closed.
    connect(m_add, &QPushButton::clicked, menu,
            [this, menu] { menu->popup(m_add->mapToGlobal(QPoint(0, m_add->height()))); });
}

void TransformList::setSpecs(const std::vector<TransformSpec>& specs) {
    const auto same = [](const TransformSpec& a, const TransformSpec& b) {
        return a.type == b.type && a.params == b.params;
    };
    if (std::ranges::equal(specs, m_specs, same)) return;
    m_specs = specs;
    // Undo leaves the user where they were.
    fillList(specs.empty() ? -1 : std::clamp(row(), 0, int(specs.size()) - 1));
}

int TransformList::row() const {
    return m_list->currentRow();
}

void TransformList::add(const TransformType& type) {
    if (type.name == "resize" && resizes(m_specs)) return;
    const auto params = resolveParams(type.params, ParamMap(), type.name);
    // Behind what is selected, or else at the end.
    const int at = row() < 0 ? int(m_specs.size()) : row() + 1;
    m_specs.insert(m_specs.begin() + at, TransformSpec{std::string(type.name), *params});
    fillList(at);
    m_list->setFocus();
    emit changed(tr("Add \"%1\"").arg(labelOf(type)));
}

void TransformList::move(int by) {
    const int from = row(), to = from + by;
    if (from < 0 || to < 0 || to >= int(m_specs.size())) return;
    std::swap(m_specs[std::size_t(from)], m_specs[std::size_t(to)]);
    fillList(to);
    emit changed(tr("Move \"%1\"").arg(labelOf(*findTransformType(m_specs[std::size_t(to)].type))));
}

void TransformList::remove() {
    const int at = row();
    if (at < 0) return;
    const QString what = tr("Remove \"%1\"").arg(labelOf(*findTransformType(m_specs[std::size_t(at)].type)));
    m_specs.erase(m_specs.begin() + at);
    fillList(std::min(at, int(m_specs.size()) - 1));
    emit changed(what);
}

void TransformList::fillList(int selected) {
    {
        const QSignalBlocker quiet(m_list);
        m_list->clear();
        for (const TransformSpec& spec : m_specs) {
            auto* item = new QListWidgetItem(rowText(spec), m_list);
            item->setSizeHint({0, rowHeight});
            item->setToolTip(translated(std::string(findTransformType(spec.type)->summary)));
        }
        m_list->setCurrentRow(selected);
    }
    m_list->setFixedHeight(int(m_specs.size()) * rowHeight + 2 * m_list->frameWidth());
    m_list->setVisible(!m_specs.empty());
    m_none->setVisible(m_specs.empty());
    showSelected();
}

void TransformList::updateRow(int at) {
    m_list->item(at)->setText(rowText(m_specs[std::size_t(at)]));
}

void TransformList::showSelected() {
    const int at = row();
    const bool any = at >= 0;
    for (QWidget* widget :
         {static_cast<QWidget*>(m_up), static_cast<QWidget*>(m_down), static_cast<QWidget*>(m_remove)})
        widget->setVisible(any);
    m_summary->setVisible(any);
    m_params->setVisible(any);
    if (!any) return;
    m_up->setEnabled(at > 0);
    m_down->setEnabled(at + 1 < int(m_specs.size()));
    const TransformType& type = *findTransformType(m_specs[std::size_t(at)].type);
    m_summary->setText(translated(std::string(type.summary)));
    m_params->setParams(type.params, m_specs[std::size_t(at)].params);
    m_params->setVisible(!type.params.empty());
}

}  // namespace lemnos
