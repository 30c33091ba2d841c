// BalanceChart: how many pictures every class has, the largest first.
#pragma once

#include <qcustomplot.h>

#include <vector>

#include "app/gui/project.h"

namespace lemnos {

/// One bar for each class. Hovering, or the arrow keys, read a bar; a click or Enter chooses it.
class BalanceChart : public QCustomPlot {
    Q_OBJECT

  public:
    explicit BalanceChart(QWidget* parent = nullptr);
    void setDataset(const OpenDataset* dataset);
    /// Small classes are seen beside large ones on a logarithmic scale.
    void setLogarithmic(bool logarithmic);
    bool isLogarithmic() const { return yAxis->scaleType() == QCPAxis::stLogarithmic; }

    int barCount() const { return int(m_bars.size()); }
    /// The bar that is read, from 0; -1: none.
    int current() const { return m_current; }
    /// "rose: 1,204 images, 12 % of all", of a bar.
    QString textOf(int bar) const;

  signals:
    void classChosen(int label);

  protected:
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    struct Bar {
        QString name;
        int label = 0;
        std::int64_t count = 0;
    };

    int barAt(double x) const;
    void read(int bar);
    void fitAxes();
    void placeLabels();
    void applyTheme();

    std::vector<Bar> m_bars;
    std::int64_t m_total = 0;
    int m_current = -1;
    QCPBars* m_plot;
    QCPBars* m_currentPlot;
    QCPItemText* m_text;
};

}  // namespace lemnos
