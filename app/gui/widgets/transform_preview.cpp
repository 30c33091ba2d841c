// TransformPreview: a slot for the newest request, a worker that empties it, and nine tiles.
#include "app/gui/widgets/transform_preview.h"

#include <QMutex>
#include <QPainter>
#include <QPainterPath>
#include <optional>

#include "app/gui/error_text.h"
#include "app/gui/theme.h"

namespace lemnos {

namespace {

constexpr int columns = 3, gap = 6, radius = 4, captionHeight = 16;

QImage toQImage(const Image& image) {
    const auto format = image.channels == 1 ? QImage::Format_Grayscale8 : QImage::Format_RGB888;
    return QImage(image.pixels.data(), image.width, image.height, qsizetype(image.width) * image.channels, format)
        .convertToFormat(QImage::Format_RGB32);
}

/// The original is shown small: what is painted then costs little, however large the photo.
QImage small(const Image& image) {
    constexpr int side = 256;
    const QImage whole = toQImage(image);
    return whole.width() > side || whole.height() > side
               ? whole.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation)
               : whole;
}

/// One after the other, as a batch has them.
Image mixedWith(const Image& picture, const Image& partner, const TransformPreview::Request& work,
                std::uint32_t epoch) {
    Batch batch{
        .rows = 2, .listed = 2, .count = 2, .pixels = picture.pixels, .labels = {0, 1}, .sampleIndices = {0, 1}};
    batch.pixels.insert(batch.pixels.end(), partner.pixels.begin(), partner.pixels.end());
    mix(batch, {picture.height, picture.width, picture.channels}, work.mixing, work.seed, epoch, 0);
    Image mixed = picture;
    std::copy_n(batch.pixels.begin(), mixed.pixels.size(), mixed.pixels.begin());
    return mixed;
}

}  // namespace

struct TransformPreview::Slot {
    QMutex mutex;
    std::optional<Request> next;
    quint64 number = 0;
    bool isWorking = false, isClosed = false;
    // Touched by the worker only, of which there is one at a time:
    std::filesystem::path path;
    std::optional<Result<Image>> picture;
};

TransformPreview::TransformPreview(Read read, QWidget* parent)
    : QWidget(parent), m_read(std::move(read)), m_slot(std::make_shared<Slot>()) {
    setObjectName(QStringLiteral("transformPreview"));
    setAccessibleName(tr("Preview of preprocessing and augmentation"));
    setToolTip(tr("A picture as it is, and as the network sees it in eight epochs."));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    m_pool.setMaxThreadCount(1);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

TransformPreview::~TransformPreview() {
    {
        const QMutexLocker lock(&m_slot->mutex);
        m_slot->isClosed = true;
        m_slot->next.reset();
    }
    m_pool.waitForDone();
}

void TransformPreview::show(const Request& request) {
    const QMutexLocker lock(&m_slot->mutex);
    m_slot->next = request;
    m_slot->number = ++m_requested;
    if (m_slot->isWorking) return;
    m_slot->isWorking = true;
    m_pool.start([this, slot = m_slot, read = m_read] {
        while (true) {
            Request work;
            quint64 number = 0;
            {
                const QMutexLocker inner(&slot->mutex);
                if (!slot->next) {
                    slot->isWorking = false;
                    return;
                }
                work = *std::exchange(slot->next, std::nullopt);
                number = slot->number;
            }
            if (!slot->picture || slot->path != work.path) {
                slot->path = work.path;
                slot->picture = read(work.path);
            }
            QImage original;
            std::vector<QImage> samples;
            QString problem;
            if (const Result<Image>& picture = *slot->picture) {
                original = small(*picture);
                const Image plain = preparedPicture(*picture, work.preprocess);
                const Result<Image> other = work.mixing ? read(work.partner) : Result<Image>(Error{});
                const Image partner = other ? preparedPicture(*other, work.preprocess) : Image{};
                for (std::uint32_t epoch = 0; epoch < sampleCount; ++epoch) {
                    const Image sample = augmented(plain, work.preprocess.augment, work.seed, epoch, work.sample);
                    samples.push_back(toQImage(other ? mixedWith(sample, partner, work, epoch) : sample));
                }
            } else {
                problem = errorText(picture.error());
            }
            // Delivered only while the widget is there: its destructor waits for this thread.
            QMetaObject::invokeMethod(
                this, [this, number, original, samples, problem] { take(number, original, samples, problem); },
                Qt::QueuedConnection);
        }
    });
}

void TransformPreview::clear() {
    {
        const QMutexLocker lock(&m_slot->mutex);
        m_slot->next.reset();
    }
    m_shown = ++m_requested;
    m_original = {};
    m_samples.clear();
    m_problem.clear();
    update();
}

void TransformPreview::take(quint64 number, const QImage& original, std::vector<QImage> samples,
                            const QString& problem) {
    if (number <= m_shown) return;
    m_shown = number;
    m_original = original;
    m_samples = std::move(samples);
    m_problem = problem;
    update();
    emit updated();
}

QSize TransformPreview::sizeHint() const {
    return {264, heightForWidth(264)};
}

int TransformPreview::heightForWidth(int width) const {
    const int side = (width - (columns - 1) * gap) / columns;
    return columns * side + (columns - 1) * gap + captionHeight;
}

void TransformPreview::resizeEvent(QResizeEvent* event) {
    // Inside a scroll area nobody asks for the height that goes with a width.
    const int wanted = heightForWidth(event->size().width());
    if (minimumHeight() != wanted) setFixedHeight(wanted);
}

QRect TransformPreview::tile(int index) const {
    const int side = (width() - (columns - 1) * gap) / columns;
    return {(index % columns) * (side + gap), captionHeight + (index / columns) * (side + gap), side, side};
}

void TransformPreview::paintEvent(QPaintEvent*) {
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    painter.setFont(sized(text_size::small));
    painter.setPen(t.muted);
    painter.drawText(QRect(0, 0, tile(0).width(), captionHeight), Qt::AlignLeft | Qt::AlignTop, tr("Original"));
    painter.drawText(QRect(tile(1).left(), 0, width(), captionHeight), Qt::AlignLeft | Qt::AlignTop,
                     tr("As it is trained"));
    for (int i = 0; i <= sampleCount; ++i) {
        const QRect rect = tile(i);
        QPainterPath outline;
        outline.addRoundedRect(rect, radius, radius);
        painter.fillPath(outline, t.raised);
        const QImage image = i == 0                               ? m_original
                             : std::size_t(i) <= m_samples.size() ? m_samples[std::size_t(i - 1)]
                                                                  : QImage();
        if (!image.isNull()) {
            // Small pictures are enlarged with hard edges: the pixels are what the network sees.
            const bool enlarges = std::max(image.width(), image.height()) < rect.width();
            const QImage fitted = image.scaled(rect.size() * devicePixelRatioF(), Qt::KeepAspectRatio,
                                               enlarges ? Qt::FastTransformation : Qt::SmoothTransformation);
            QRect target(QPoint(), (QSizeF(fitted.size()) / devicePixelRatioF()).toSize());
            target.moveCenter(rect.center());
            painter.save();
            painter.setClipPath(outline);
            painter.drawImage(target, fitted);
            painter.restore();
        }
        painter.strokePath(outline, QPen(i == 0 ? t.accent : t.line, 1));
    }
    if (m_problem.isEmpty()) return;
    painter.setPen(t.bad);
    painter.drawText(rect().adjusted(8, captionHeight, -8, 0), Qt::AlignCenter | Qt::TextWordWrap, m_problem);
}

}  // namespace lemnos
