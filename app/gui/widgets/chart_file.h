// A chart as a file.
#pragma once

#include <qcustomplot.h>

#include "compute/result.h"

namespace lemnos {

/// By the name's end: PNG, SVG and PDF as the chart looks now, CSV with the given points.
Status saveChart(QCustomPlot& plot, const QByteArray& csv, const QString& file);

}  // namespace lemnos
