// TransformPreview: one picture as it is, beside eight samples of what preprocessing and augmentation make of it.
#pragma once

#include <QImage>
#include <QThreadPool>
#include <QWidget>
#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "model/data/mixing.h"
#include "model/data/preprocess.h"

namespace lemnos {

/// Made on a thread of its own. While it works on one request, later ones replace each other, so that what is shown
/// follows a slider and the last request is always served.
class TransformPreview : public QWidget {
    Q_OBJECT

  public:
    using Read = std::function<Result<Image>(const std::filesystem::path&)>;
    static constexpr int sampleCount = 8;

    struct Request {
        std::filesystem::path path;
        Preprocess preprocess;
        std::uint64_t seed = 42;
        std::uint32_t sample = 0;  ///< index in the data set: the samples are those of the first epochs of training
        Mixing mixing{};
        std::filesystem::path partner{};  ///< what pictures are mixed with, as they are with any other in training
    };

    explicit TransformPreview(Read read = readImage, QWidget* parent = nullptr);
    ~TransformPreview() override;

    void show(const Request& request);
    void clear();

    /// What is shown now; null before there is something.
    const QImage& original() const { return m_original; }
    const std::vector<QImage>& samples() const { return m_samples; }
    bool isUpToDate() const { return m_shown == m_requested; }

    QSize sizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

  signals:
    void updated();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    struct Slot;
    void take(quint64 number, const QImage& original, std::vector<QImage> samples, const QString& problem);
    QRect tile(int index) const;

    Read m_read;
    std::shared_ptr<Slot> m_slot;
    QThreadPool m_pool;
    quint64 m_requested = 0, m_shown = 0;
    QImage m_original;
    std::vector<QImage> m_samples;
    QString m_problem;
};

}  // namespace lemnos
