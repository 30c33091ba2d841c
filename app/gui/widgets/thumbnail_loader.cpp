// Decoding thumbnails off the GUI thread.
#include "app/gui/widgets/thumbnail_loader.h"

#include <QMutex>
#include <QThread>
#include <algorithm>

namespace lemnos {

namespace {

constexpr int cacheKilobytes = 96 * 1024;
constexpr std::size_t maxPending = 512;

/// The middle of the picture, `size` pixels square.
QImage square(const Image& image, int size) {
    const auto format = image.channels == 1 ? QImage::Format_Grayscale8 : QImage::Format_RGB888;
    const QImage whole(image.pixels.data(), image.width, image.height, qsizetype(image.width) * image.channels, format);
    const int side = std::min(image.width, image.height);
    const QImage middle = whole.copy((image.width - side) / 2, (image.height - side) / 2, side, side);
    // Small pictures are enlarged with hard edges: the pixels are what the network sees.
    const auto mode = side < size ? Qt::FastTransformation : Qt::SmoothTransformation;
    return middle.scaled(size, size, Qt::IgnoreAspectRatio, mode).convertToFormat(QImage::Format_RGB32);
}

}  // namespace

struct ThumbnailLoader::Queue {
    struct Request {
        quint64 generation;
        quint32 key;
        std::filesystem::path path;
        int size;
    };
    QMutex mutex;
    std::deque<Request> requests;
    std::atomic<bool> closed = false;
};

ThumbnailLoader::ThumbnailLoader(Read read, QObject* parent)
    : QObject(parent), m_read(std::move(read)), m_queue(std::make_shared<Queue>()), m_cache(cacheKilobytes) {
    m_pool.setMaxThreadCount(std::max(1, QThread::idealThreadCount() - 1));
    m_pool.setThreadPriority(QThread::LowPriority);
}

ThumbnailLoader::~ThumbnailLoader() {
    m_queue->closed = true;
    m_pool.clear();
    m_pool.waitForDone();
}

void ThumbnailLoader::reset(int sizePixels) {
    {
        const QMutexLocker lock(&m_queue->mutex);
        m_queue->requests.clear();
    }
    ++m_generation;
    m_size = sizePixels;
    m_pending.clear();
    m_broken.clear();
    m_cache.clear();
}

QPixmap ThumbnailLoader::thumbnail(quint32 key, const std::function<std::filesystem::path()>& path) {
    if (const QPixmap* known = m_cache.object(key)) return *known;
    if (m_size <= 0 || m_pending.contains(key) || m_broken.contains(key)) return {};
    m_pending.insert(key);
    {
        const QMutexLocker lock(&m_queue->mutex);
        m_queue->requests.push_back({m_generation, key, path(), m_size});
        if (m_queue->requests.size() > maxPending) {
            m_pending.remove(m_queue->requests.front().key);
            m_queue->requests.pop_front();
        }
    }
    startJob();
    return {};
}

void ThumbnailLoader::startJob() {
    m_pool.start([this, queue = m_queue, read = m_read] {
        Queue::Request request;
        {
            const QMutexLocker lock(&queue->mutex);
            if (queue->closed || queue->requests.empty()) return;
            request = std::move(queue->requests.back());
            queue->requests.pop_back();
        }
        const Result<Image> image = read(request.path);
        const QImage small = image ? square(*image, request.size) : QImage();
        QMetaObject::invokeMethod(
            this, [this, generation = request.generation, key = request.key, small] { take(generation, key, small); },
            Qt::QueuedConnection);
    });
}

void ThumbnailLoader::take(quint64 generation, quint32 key, const QImage& image) {
    if (generation != m_generation) return;
    m_pending.remove(key);
    if (image.isNull()) {
        m_broken.insert(key);
    } else {
        m_cache.insert(key, new QPixmap(QPixmap::fromImage(image)), int(image.sizeInBytes() / 1024) + 1);
    }
    emit ready(key);
}

}  // namespace lemnos
