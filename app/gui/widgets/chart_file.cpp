#include "app/gui/widgets/chart_file.h"

#include <QBuffer>
#include <QFileInfo>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>

#include "app/gui/theme.h"
#include "app/session/qt_path.h"
#include "model/files.h"

namespace lemnos {

namespace {

constexpr double pngScale = 2;  // sharp on paper and on dense screens

}  // namespace

Status saveChart(QCustomPlot& plot, const QByteArray& csv, const QString& file) {
    const QString kind = QFileInfo(file).suffix().toLower();
    if (kind == QLatin1String("csv")) {
        return writeAtomically(toPath(file), {csv.constData(), std::size_t(csv.size())});
    }
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    const auto draw = [&plot](QPaintDevice& page) {
        QCPPainter painter(&page);
        painter.setMode(QCPPainter::pmVectorized);
        painter.setMode(QCPPainter::pmNoCaching);
        painter.fillRect(plot.rect(), tokens().surface);
        plot.toPainter(&painter, plot.width(), plot.height());
    };
    if (kind == QLatin1String("pdf")) {
        QPdfWriter pdf(&buffer);
        pdf.setResolution(72);  // a point for each pixel
        pdf.setPageSize(QPageSize(QSizeF(plot.size()), QPageSize::Point));
        pdf.setPageMargins({});
        pdf.setTitle(plot.accessibleName());
        draw(pdf);
    } else if (kind == QLatin1String("svg")) {
        QSvgGenerator svg;
        svg.setOutputDevice(&buffer);
        svg.setSize(plot.size());
        svg.setViewBox(plot.rect());
        svg.setTitle(plot.accessibleName());
        draw(svg);
    } else if (kind == QLatin1String("png")) {
        plot.toPixmap(plot.width(), plot.height(), pngScale).save(&buffer, "PNG");
    } else {
        return Error{"A chart is saved as .png, .svg, .pdf or .csv; '" + file.toStdString() + "' is none of these.",
                     file.toStdString()};
    }
    return writeAtomically(toPath(file), {bytes.constData(), std::size_t(bytes.size())});
}

}  // namespace lemnos
