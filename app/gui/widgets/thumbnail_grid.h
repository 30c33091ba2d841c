// ThumbnailGrid: the pictures of a data set, or of one class, as a grid that decodes only what is looked at.
#pragma once

#include <QAbstractListModel>
#include <QListView>
#include <QStyledItemDelegate>
#include <optional>
#include <vector>

#include "app/gui/project.h"
#include "app/gui/widgets/thumbnail_loader.h"

namespace lemnos {

/// The samples of one class, or all of them, in the order of the index.
class ThumbnailModel : public QAbstractListModel {
    Q_OBJECT

  public:
    enum Role { brokenRole = Qt::UserRole };  ///< bool: the file can't be read any more

    explicit ThumbnailModel(ThumbnailLoader::Read read, QObject* parent = nullptr);
    void setDataset(std::shared_ptr<const DatasetIndex> index);
    /// -1 shows all classes.
    void setLabel(int label);
    /// Some pictures only, in this order.
    void setSamples(std::shared_ptr<const DatasetIndex> index, std::vector<quint32> samples);
    void setSizePixels(int size);
    /// The index of a row's picture in the data set.
    quint32 sampleAt(int row) const {
        return m_rows ? (*m_rows)[std::size_t(row)] : quint32(m_first + std::size_t(row));
    }
    const std::shared_ptr<const DatasetIndex>& dataset() const { return m_index; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

  private:
    QString tip(const Sample& sample) const;

    mutable ThumbnailLoader m_loader;
    std::shared_ptr<const DatasetIndex> m_index;
    int m_label = -1;
    std::size_t m_first = 0;  ///< samples of a class lie side by side, so a class is a range
    int m_count = 0;
    std::optional<std::vector<quint32>> m_rows{};  ///< instead of a range
};

class ThumbnailDelegate : public QStyledItemDelegate {
    Q_OBJECT

  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    int tile = 80;  ///< edge of a picture; a gap follows
};

class ThumbnailGrid : public QListView {
    Q_OBJECT

  public:
    explicit ThumbnailGrid(ThumbnailLoader::Read read, QWidget* parent = nullptr);
    ThumbnailModel* thumbnails() const { return m_model; }
    /// Tiles become at least this large, and larger as far as the rows fill the width.
    void setTileSize(int pixels);

  protected:
    void resizeEvent(QResizeEvent* event) override;
    /// All that is in sight: asking each of two million selected pictures where it is would take a second.
    QRegion visualRegionForSelection(const QItemSelection&) const override { return viewport()->rect(); }

  private:
    void layOut();
    ThumbnailModel* m_model;
    ThumbnailDelegate* m_delegate;
    int m_wanted = 80;
};

}  // namespace lemnos
