// Curves as a picture.
#include "app/gui/curves.h"

#include <QBuffer>
#include <QImage>
#include <algorithm>

#include "app/gui/theme.h"
#include "app/gui/widgets/live_plot.h"
#include "app/gui/widgets/run_charts.h"
#include "app/session/qt_path.h"
#include "model/files.h"
#include "model/train/run_store.h"

namespace lemnos {

namespace {

constexpr QSize pictureSize(1280, 800);
constexpr int margin = 16;

}  // namespace

Status drawCurves(const std::filesystem::path& run, const std::filesystem::path& picture) {
    TRY(const RunStore store, RunStore::open(run));
    TRY(const std::vector<Event> events, store.readEvents());
    const bool trained = std::any_of(events.begin(), events.end(), [](const Event& event) {
        return std::holds_alternative<ProgressEvent>(event.what) || std::holds_alternative<EpochEvent>(event.what);
    });
    if (!trained)
        return Error{"The run in " + displayPath(run) + " has no curves yet: it ended before its first step.", {}};

    RunCharts charts;
    charts.setContentsMargins(margin, margin, margin, margin);
    charts.resize(pictureSize);
    for (const Event& event : events) charts.append(event);
    charts.hideControls();
    // A widget that is never shown is laid out when it is told to.
    charts.setAttribute(Qt::WA_DontShowOnScreen);
    charts.show();
    charts.drawNow();
    QImage image(pictureSize, QImage::Format_RGB32);
    image.fill(tokens().background);
    charts.render(&image, {}, {}, QWidget::DrawChildren);

    QByteArray png;
    QBuffer buffer(&png);
    if (!buffer.open(QIODevice::WriteOnly) || !image.save(&buffer, "PNG")) {
        return Error{"The picture of the curves could not be made.", {}};
    }
    return writeAtomically(picture, {png.constData(), std::size_t(png.size())});
}

}  // namespace lemnos
