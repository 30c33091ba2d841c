// ThumbnailLoader: small pictures of image files, made by a thread pool on demand and kept while there is room.
#pragma once

#include <QCache>
#include <QImage>
#include <QObject>
#include <QPixmap>
#include <QSet>
#include <QThreadPool>
#include <atomic>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>

#include "model/data/image.h"

namespace lemnos {

/// The latest request is served first, for it is what the user looks at; requests that many later ones have overtaken
/// are forgotten, and made again when they are looked at again.
class ThumbnailLoader : public QObject {
    Q_OBJECT

  public:
    using Read = std::function<Result<Image>(const std::filesystem::path&)>;

    explicit ThumbnailLoader(Read read, QObject* parent = nullptr);
    ~ThumbnailLoader() override;

    /// The square picture of `key`, filled to the edges, if it is there; else null, and ready(key) will follow. A file
    /// that can't be read gives a null pixmap for good: isBroken(key).
    QPixmap thumbnail(quint32 key, const std::function<std::filesystem::path()>& path);
    bool isBroken(quint32 key) const { return m_broken.contains(key); }

    /// Forgets everything: other files, or another size.
    void reset(int sizePixels);
    int sizePixels() const { return m_size; }

  signals:
    void ready(quint32 key);

  private:
    struct Queue;
    void take(quint64 generation, quint32 key, const QImage& image);
    void startJob();

    Read m_read;
    std::shared_ptr<Queue> m_queue;
    QThreadPool m_pool;
    QCache<quint32, QPixmap> m_cache;
    QSet<quint32> m_pending;
    QSet<quint32> m_broken;
    int m_size = 0;
    quint64 m_generation = 0;
};

}  // namespace lemnos
