// How every chart looks beside its data.
#pragma once

#include <qcustomplot.h>

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <cmath>

#include "app/gui/theme.h"

namespace lemnos {

/// Quiet axes in the colours of the theme; lines across only for values.
inline void styleAxes(QCustomPlot& plot) {
    const Tokens& t = tokens();
    for (QCPAxis* axis : {plot.xAxis, plot.yAxis}) {
        axis->setBasePen(QPen(t.line));
        axis->setTickPen(QPen(t.line));
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(t.muted);
        axis->setLabelColor(t.muted);
        axis->setTickLabelFont(sized(text_size::small));
        axis->setLabelFont(sized(text_size::small));
        axis->setTickLength(0, 4);
        axis->grid()->setPen(QPen(t.line, 1));
        axis->grid()->setZeroLinePen(QPen(t.line, 1));
    }
    plot.xAxis->grid()->setVisible(false);
}

/// The text that tells values under the mouse, or a value that matters.
inline void styleNote(QCPItemText& text) {
    const Tokens& t = tokens();
    text.setFont(sized(text_size::small));
    text.setColor(t.text);
    text.setBrush(t.raised);
    text.setPen(QPen(t.line));
}

/// Epochs are whole, so that lines at parts of them mean nothing.
class WholeTicker : public QCPAxisTicker {
  protected:
    double getTickStep(const QCPRange& range) override {
        return std::max(1.0, std::round(QCPAxisTicker::getTickStep(range)));
    }
};

/// 0.75 as "75 %".
class PercentTicker : public QCPAxisTicker {
  protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override {
        return QCoreApplication::translate("format", "%1 %").arg(QLocale().toString(tick * 100, 'g', 4));
    }
};

/// About so many lines across.
inline void setScale(QCPAxis& axis, bool logarithmic, int lines) {
    axis.setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    axis.setTicker(logarithmic ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                               : QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
    axis.ticker()->setTickCount(lines);
}

}  // namespace lemnos
