#include "app/gui/graph/layer_palette.h"

#include <QApplication>
#include <QDrag>
#include <QLineEdit>
#include <QMimeData>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>
#include <map>

#include "app/gui/graph/graph_view.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "model/layers/layer.h"

namespace lemnos {

namespace {

constexpr int nameRole = Qt::UserRole;       ///< of the layer type; empty for the heading of a group
constexpr int wordsRole = Qt::UserRole + 1;  ///< what is searched

class PaletteList : public QListWidget {
  public:
    using QListWidget::QListWidget;

  protected:
    QStringList mimeTypes() const override { return {QLatin1String(layerMime)}; }
    QMimeData* mimeData(const QList<QListWidgetItem*>& items) const override {
        auto* mime = new QMimeData;
        if (!items.isEmpty()) mime->setData(QLatin1String(layerMime), items.front()->data(nameRole).toByteArray());
        return mime;
    }
    /// Right of and below the mouse, so that the wire is seen that the layer would go into.
    void startDrag(Qt::DropActions) override {
        const QListWidgetItem* item = currentItem();
        if (!item || item->data(nameRole).isNull()) return;
        auto* drag = new QDrag(this);
        drag->setMimeData(mimeData({currentItem()}));
        drag->setPixmap(chip(*item));
        drag->setHotSpot({-10, -10});
        drag->exec(Qt::CopyAction);
    }

  private:
    QPixmap chip(const QListWidgetItem& item) const {
        constexpr int height = 28, left = 20, right = 12;
        const QSize size(fontMetrics().horizontalAdvance(item.text()) + left + right, height);
        QPixmap pixmap(size * devicePixelRatioF());
        pixmap.setDevicePixelRatio(devicePixelRatioF());
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(tokens().accent);
        painter.setBrush(tokens().surface);
        painter.drawRoundedRect(QRectF({}, QSizeF(size)).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        item.icon().paint(&painter, 8, 6, 4, height - 12);
        painter.setFont(font());
        painter.setPen(tokens().text);
        painter.drawText(QRect(left, 0, size.width(), height), Qt::AlignLeft | Qt::AlignVCenter, item.text());
        return pixmap;
    }
};

QIcon swatch(const QColor& color) {
    QPixmap pixmap(QSize(8, 32));
    pixmap.setDevicePixelRatio(2);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(0, 1, 4, 14), 2, 2);
    QIcon icon(pixmap);
    icon.addPixmap(pixmap, QIcon::Selected);
    return icon;
}

}  // namespace

LayerPalette::LayerPalette(QWidget* parent) : QFrame(parent), m_list(new PaletteList) {
    setProperty("role", "card");
    setFixedWidth(188);
    m_search = makeSearch("paletteSearch", tr("Find a layer"),
                          tr("Type a part of its name and press Enter to add it (Ctrl+F)"), QKeySequence::Find);
    m_list->setObjectName(QStringLiteral("palette"));
    m_list->setAccessibleName(tr("Layers to add"));
    m_list->setToolTip(
        tr("Drag a layer to where it shall be; a double click or Enter puts it behind the selected one"));
    m_list->setDragEnabled(true);
    m_list->setDragDropMode(QAbstractItemView::DragOnly);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setIconSize({4, 16});
    m_list->setUniformItemSizes(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 1, 4);
    layout->setSpacing(6);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, 0, 7, 0);
    top->addWidget(m_search);
    layout->addLayout(top);
    layout->addWidget(m_list, 1);
    fill();
    connect(&Theme::instance(), &Theme::changed, this, &LayerPalette::fill);
    connect(m_search, &QLineEdit::textChanged, this, &LayerPalette::filter);
    connect(m_search, &QLineEdit::returnPressed, this, [this] {
        if (m_list->currentItem() && !m_list->currentItem()->isHidden())
            emit m_list->itemActivated(m_list->currentItem());
    });
    const auto choose = [this](const QListWidgetItem* item) {
        const LayerType* type = findLayerType(item->data(nameRole).toByteArray().toStdString());
        if (type) emit chosen(type);
    };
    connect(m_list, &QListWidget::itemActivated, this, choose);
}

void LayerPalette::fill() {
    m_list->clear();
    std::map<std::string_view, std::vector<const LayerType*>> groups;
    // What most networks need comes first; groups that are not named here follow.
    std::vector<std::string_view> order = {"Core",       "Convolution",   "Pooling",
                                           "Activation", "Normalisation", "Combining"};
    for (const LayerType* type : layerTypes()) {
        if (std::ranges::find(order, type->group) == order.end()) order.push_back(type->group);
        groups[type->group].push_back(type);
    }
    for (const std::string_view group : order) {
        auto* heading = new QListWidgetItem(translated(std::string(group)), m_list);
        heading->setFlags(Qt::ItemIsEnabled);
        heading->setFont(sized(text_size::small));
        heading->setForeground(tokens().muted);
        heading->setSizeHint({100, 26});
        heading->setTextAlignment(Qt::AlignLeft | Qt::AlignBottom);
        for (const LayerType* type : groups[group]) {
            const QString label = translated(std::string(type->label)),
                          summary = translated(std::string(type->summary));
            auto* item = new QListWidgetItem(swatch(groupColor(std::string(group))), label, m_list);
            item->setData(nameRole, QByteArray(type->name.data(), qsizetype(type->name.size())));
            item->setData(wordsRole,
                          label + ' ' + item->data(nameRole).toString() + ' ' + translated(std::string(group)));
            item->setToolTip(summary);
            item->setSizeHint({100, 25});
        }
    }
    filter(m_search->text());
}

void LayerPalette::filter(const QString& text) {
    const QString wanted = text.trimmed();
    QListWidgetItem* heading = nullptr;
    QListWidgetItem* first = nullptr;
    for (int row = 0; row < m_list->count(); ++row) {
        QListWidgetItem* item = m_list->item(row);
        if (item->data(nameRole).isNull()) {
            heading = item;
            heading->setHidden(true);
            continue;
        }
        const bool fits = wanted.isEmpty() || item->data(wordsRole).toString().contains(wanted, Qt::CaseInsensitive);
        item->setHidden(!fits);
        if (!fits) continue;
        heading->setHidden(false);
        // What is called so comes before what only contains it.
        const bool exact = item->text().compare(wanted, Qt::CaseInsensitive) == 0;
        if (!first || exact) first = item;
    }
    m_list->setCurrentItem(wanted.isEmpty() ? nullptr : first);
}

}  // namespace lemnos
