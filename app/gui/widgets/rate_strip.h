// RateStrip: the learning rate of a run, as a low chart below its others.
#pragma once

#include <qcustomplot.h>

#include <QTimer>

#include "app/gui/widgets/curve.h"

namespace lemnos {

class RateStrip : public QCustomPlot {
    Q_OBJECT

  public:
    explicit RateStrip(QWidget* parent = nullptr);

    void clear();
    /// The rate at this many epochs; 0, which older runs tell, is passed over.
    void add(double epoch, double rate);
    /// Shows what the chart above shows.
    void follow(const QCPAxis& above);
    /// The rate in force at this many epochs, in words; empty where there was none yet.
    QString valueAt(double epoch) const;
    int pointCount() const { return int(m_rates.size()); }
    /// Paints at once what has come so far.
    void drawNow();
    /// Where the window is low it is less, rather than the window more.
    QSize sizeHint() const override;

  protected:
    void mouseMoveEvent(QMouseEvent* event) override;

  private:
    void applyTheme();
    void prepare();
    void changed();

    Curve m_rates;
    QTimer m_repaint;
};

}  // namespace lemnos
