// LayerList: model, delegate and view.
#include "app/gui/widgets/layer_list.h"

#include <QPainter>
#include <algorithm>

#include "app/gui/format.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/param_editor.h"

namespace lemnos {

namespace {

constexpr int lowBoxHeight = 36, highBoxHeight = 54;
constexpr int wireHeight = 12;
constexpr int margin = 16;
constexpr int padding = 12;
constexpr int maxBoxWidth = 640;

QRect boxRect(const QRect& row) {
    const int width = std::min(row.width() - 2 * margin, maxBoxWidth);
    return {row.left() + (row.width() - width) / 2, row.top() + wireHeight, width, row.height() - wireHeight};
}

/// Height of the error text in a box of this width.
int errorHeight(const QString& error, int boxWidth) {
    if (error.isEmpty()) return 0;
    const QFontMetrics metrics(sized(text_size::small));
    return metrics.boundingRect(QRect(0, 0, boxWidth - 2 * padding, 1000), Qt::TextWordWrap, error).height() + 8;
}

/// A layer that has neither settings nor parameters needs one line only.
int boxHeight(const QModelIndex& index) {
    const bool oneLine = index.data(LayerModel::settingsRole).toString().isEmpty() &&
                         index.data(LayerModel::parametersRole).toLongLong() <= 0;
    return oneLine ? lowBoxHeight : highBoxHeight;
}

QString shownValue(const ParamValue& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return formatCount(*whole);
    return QString::fromStdString(toString(value));
}

}  // namespace

LayerModel::LayerModel(const Project& project, QObject* parent)
    : QAbstractListModel(parent), m_project(project), m_rows(int(project.graph().layers.size())) {
    connect(&project, &Project::planChanged, this, &LayerModel::refresh);
    connect(&project, &Project::graphChanged, this, &LayerModel::refresh);
}

void LayerModel::refresh() {
    const int rows = int(m_project.graph().layers.size());
    if (rows == m_rows) {
        if (rows > 0) emit dataChanged(index(0), index(rows - 1));
        return;
    }
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

int LayerModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_rows;
}

const LayerPlan* LayerModel::planned(const LayerSpec& layer) const {
    for (const LayerPlan& plan : m_project.plan().plan.layers) {
        if (plan.spec.name == layer.name) return &plan;
    }
    return nullptr;
}

QString LayerModel::error(const LayerSpec& layer) const {
    const std::optional<Error>& error = m_project.plan().error;
    return error && error->where == layer.name ? QString::fromStdString(error->message) : QString();
}

QVariant LayerModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const LayerSpec& spec = layer(index.row());
    const LayerType* type = findLayerType(spec.type);
    const LayerPlan* plan = planned(spec);
    switch (role) {
        case Qt::DisplayRole:
            return QString::fromStdString(spec.name);
        case Qt::ToolTipRole:
            return type ? translated(std::string(type->summary)) : QString();
        case Qt::AccessibleTextRole:
            return tr("%1 %2, gives %3, %4 parameters. %5")
                .arg(data(index, typeRole).toString(), data(index, Qt::DisplayRole).toString(),
                     data(index, shapeRole).toString(), formatCount(plan ? plan->parameters : 0), error(spec));
        case typeRole:
            return type ? translated(std::string(type->label)) : QString::fromStdString(spec.type);
        case settingsRole: {
            QStringList parts;
            // The line between the boxes says what a layer reads, unless it is something else.
            const bool readsBefore = spec.inputs.empty() || (index.row() > 0 && spec.inputs.size() == 1 &&
                                                             spec.inputs[0] == layer(index.row() - 1).name);
            if (!readsBefore) {
                QStringList inputs;
                for (const std::string& input : spec.inputs) inputs << QString::fromStdString(input);
                parts << tr("reads %1").arg(inputs.join(tr(" and ")));
            }
            for (const Param& param : type ? type->params : std::vector<Param>()) {
                const auto value = spec.params.find(param.key);
                if (param.advanced || value == spec.params.end()) continue;
                parts << tr("%1 %2").arg(translated(param.label), shownValue(value->second));
            }
            return parts.join(QStringLiteral(" · "));
        }
        case shapeRole:
            return plan ? formatShape(plan->output) : QString();
        case parametersRole:
            return plan ? qint64(plan->parameters) : qint64(-1);
        case errorRole:
            return error(spec);
        default:
            return {};
    }
}

void LayerDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Tokens& t = tokens();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRect box = boxRect(option.rect);
    const QString error = index.data(LayerModel::errorRole).toString();
    const bool selected = option.state & QStyle::State_Selected;
    if (index.row() > 0) {
        painter->setPen(QPen(t.muted, 1.2));
        painter->drawLine(QPointF(box.center().x(), option.rect.top()), QPointF(box.center().x(), box.top()));
    }
    const QColor edge = !error.isEmpty() ? t.bad : selected ? t.accent : t.line;
    painter->setPen(QPen(edge, selected ? 2 : 1));
    painter->setBrush(option.state & QStyle::State_MouseOver && !selected ? t.raised : t.surface);
    painter->drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), 8, 8);

    const int height = boxHeight(index);
    const QRect inner = box.adjusted(padding, 9, -padding, 0);
    const int half = inner.width() / 2;
    const QRect top(inner.left(), inner.top(), inner.width(), 18);
    const QRect bottom = top.translated(0, 19);
    painter->setFont(sized(text_size::normal, QFont::DemiBold));
    painter->setPen(t.text);
    const QString type = index.data(LayerModel::typeRole).toString();
    painter->drawText(top, Qt::AlignVCenter | Qt::AlignLeft, type);
    const int typeWidth = painter->fontMetrics().horizontalAdvance(type) + 8;
    painter->setFont(sized(text_size::normal));
    painter->drawText(top.adjusted(half, 0, 0, 0), Qt::AlignVCenter | Qt::AlignRight,
                      index.data(LayerModel::shapeRole).toString());
    painter->setFont(sized(text_size::small));
    painter->setPen(t.muted);
    const QRect name = top.adjusted(typeWidth, 0, -half / 2, 0);
    painter->drawText(name, Qt::AlignVCenter | Qt::AlignLeft,
                      painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, name.width()));
    const qint64 parameters = index.data(LayerModel::parametersRole).toLongLong();
    const QString count = parameters > 0 ? LayerModel::tr("%1 parameters").arg(formatCount(parameters)) : QString();
    const int countWidth = painter->fontMetrics().horizontalAdvance(count) + 16;
    painter->drawText(bottom, Qt::AlignVCenter | Qt::AlignRight, count);
    const QRect settings = bottom.adjusted(0, 0, -countWidth, 0);
    painter->drawText(settings, Qt::AlignVCenter | Qt::AlignLeft,
                      painter->fontMetrics().elidedText(index.data(LayerModel::settingsRole).toString(), Qt::ElideRight,
                                                        settings.width()));
    if (!error.isEmpty()) {
        painter->setPen(t.bad);
        painter->drawText(QRect(inner.left(), box.top() + height - 4, inner.width(), box.height() - height),
                          Qt::TextWordWrap, error);
    }
    painter->restore();
}

QSize LayerDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto* view = qobject_cast<const QListView*>(option.widget);
    const int width = view ? view->viewport()->width() : 400;
    const int box = boxRect(QRect(0, 0, width, 100)).width();
    return {160, wireHeight + boxHeight(index) + errorHeight(index.data(LayerModel::errorRole).toString(), box)};
}

LayerList::LayerList(const Project& project, QWidget* parent) : QListView(parent) {
    setObjectName(QStringLiteral("layerList"));
    setAccessibleName(tr("Layers"));
    auto* model = new LayerModel(project, this);
    setModel(model);
    setItemDelegate(new LayerDelegate(this));
    setMouseTracking(true);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // A row grows when an error comes to stand in it.
    connect(model, &LayerModel::dataChanged, this, &LayerList::scheduleDelayedItemsLayout);
}

int LayerList::selectedRow() const {
    const QModelIndexList rows = selectionModel()->selectedIndexes();
    return rows.isEmpty() ? -1 : rows.first().row();
}

void LayerList::select(int row) {
    setCurrentIndex(model()->index(row, 0));
}

void LayerList::resizeEvent(QResizeEvent* event) {
    QListView::resizeEvent(event);
    scheduleDelayedItemsLayout();
}

void LayerList::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) {
    QListView::selectionChanged(selected, deselected);
    emit selectionMoved();
}

}  // namespace lemnos
