// ThumbnailGrid: model, delegate and view.
#include "app/gui/widgets/thumbnail_grid.h"

#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <algorithm>

#include "app/gui/format.h"
#include "app/gui/icons.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/split_bar.h"
#include "app/session/qt_path.h"

namespace lemnos {

namespace {

constexpr int gap = 8;
constexpr int layoutBatch = 4096;

}  // namespace

ThumbnailModel::ThumbnailModel(ThumbnailLoader::Read read, QObject* parent)
    : QAbstractListModel(parent), m_loader(std::move(read)) {
    connect(&m_loader, &ThumbnailLoader::ready, this, [this](quint32 key) {
        const auto row =
            m_rows ? std::ranges::find(*m_rows, key) - m_rows->begin() : qsizetype(key) - qsizetype(m_first);
        if (row < 0 || row >= m_count) return;
        const QModelIndex changed = index(int(row));
        emit dataChanged(changed, changed, {Qt::DecorationRole, brokenRole});
    });
}

void ThumbnailModel::setDataset(std::shared_ptr<const DatasetIndex> index) {
    beginResetModel();
    m_index = std::move(index);
    m_loader.reset(m_loader.sizePixels());
    m_label = -1;
    m_rows.reset();
    m_first = 0;
    m_count = m_index ? int(m_index->samples.size()) : 0;
    endResetModel();
}

void ThumbnailModel::setLabel(int label) {
    if (!m_index || (label == m_label && !m_rows)) return;
    beginResetModel();
    m_label = label;
    m_rows.reset();
    const auto [first, count] = m_index->samplesOf(label);
    m_first = first;
    m_count = int(count);
    endResetModel();
}

void ThumbnailModel::setSamples(std::shared_ptr<const DatasetIndex> index, std::vector<quint32> samples) {
    beginResetModel();
    if (index != m_index) m_loader.reset(m_loader.sizePixels());
    m_index = std::move(index);
    m_label = -1;
    m_count = int(samples.size());
    m_rows = std::move(samples);
    endResetModel();
}

void ThumbnailModel::setSizePixels(int size) {
    if (size == m_loader.sizePixels()) return;
    m_loader.reset(size);
    if (m_count > 0) emit dataChanged(index(0), index(m_count - 1), {Qt::DecorationRole});
}

int ThumbnailModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_count;
}

QVariant ThumbnailModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const Sample& shown = m_index->samples[sampleAt(index.row())];
    const quint32 key = sampleAt(index.row());
    switch (role) {
        case Qt::DecorationRole:
            return m_loader.thumbnail(key, [&] { return m_index->absolutePath(shown); });
        case Qt::ToolTipRole:
        case Qt::AccessibleTextRole:
            return tip(shown);
        case brokenRole:
            return m_loader.isBroken(key);
        default:
            return {};
    }
}

QString ThumbnailModel::tip(const Sample& shown) const {
    return tr("%1\n%2 × %3 pixels, %4")
        .arg(toText(std::filesystem::path(shown.path)), formatCount(shown.width), formatCount(shown.height),
             splitName(shown.split));
}

void ThumbnailDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const Tokens& t = tokens();
    painter->save();
    painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const QRectF box(option.rect.topLeft(), QSizeF(tile, tile));
    QPainterPath outline;
    outline.addRoundedRect(box, 6, 6);
    const auto pixmap = index.data(Qt::DecorationRole).value<QPixmap>();
    if (pixmap.isNull()) {
        painter->fillPath(outline, t.line);
        if (index.data(ThumbnailModel::brokenRole).toBool()) {
            const QRectF middle(box.center() - QPointF(12, 12), QSizeF(24, 24));
            icon(QStringLiteral("broken"), t.muted).paint(painter, middle.toRect());
        }
    } else {
        // As a brush rather than behind a clip path, whose edge would not be smooth.
        QBrush brush(pixmap);
        const double scale = box.width() / pixmap.width();
        brush.setTransform(QTransform::fromTranslate(box.x(), box.y()).scale(scale, scale));
        painter->fillPath(outline, brush);
    }
    if (option.state & QStyle::State_Selected) {
        painter->setPen(QPen(t.accent, 2));
        painter->drawRoundedRect(box.adjusted(1, 1, -1, -1), 6, 6);
    }
    painter->restore();
}

QSize ThumbnailDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {tile + gap, tile + gap};
}

ThumbnailGrid::ThumbnailGrid(ThumbnailLoader::Read read, QWidget* parent)
    : QListView(parent), m_model(new ThumbnailModel(std::move(read), this)), m_delegate(new ThumbnailDelegate(this)) {
    setObjectName(QStringLiteral("thumbnailGrid"));
    setAccessibleName(tr("Pictures"));
    setModel(m_model);
    setItemDelegate(m_delegate);
    setFlow(LeftToRight);
    setWrapping(true);
    setUniformItemSizes(true);
    setResizeMode(Adjust);
    setLayoutMode(Batched);
    setBatchSize(layoutBatch);
    setVerticalScrollMode(ScrollPerPixel);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMouseTracking(true);
    setSelectionMode(ExtendedSelection);
    verticalScrollBar()->setSingleStep(m_wanted / 2);
}

void ThumbnailGrid::setTileSize(int pixels) {
    m_wanted = pixels;
    layOut();
}

void ThumbnailGrid::resizeEvent(QResizeEvent* event) {
    layOut();
    QListView::resizeEvent(event);
}

void ThumbnailGrid::layOut() {
    // One pixel less than there is: a row that fits exactly would wrap.
    const int width = viewport()->width() - 1;
    const int columns = std::max(1, width / (m_wanted + gap));
    const int tile = std::max(16, width / columns - gap);
    m_delegate->tile = tile;
    setGridSize({tile + gap, tile + gap});
    // Decoded a little larger than needed and in coarse steps, so that resizing the window decodes nothing anew.
    m_model->setSizePixels(int((tile * devicePixelRatioF() + 63) / 64) * 64);
}

}  // namespace lemnos
