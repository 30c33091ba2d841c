// RunCharts: the loss and accuracy charts of one run, fed with its events.
#pragma once

#include <QWidget>

#include "model/train/event.h"

namespace lemnos {

class LivePlot;

class RunCharts : public QWidget {
    Q_OBJECT

  public:
    explicit RunCharts(QWidget* parent = nullptr);

    /// Takes what the charts show of it; other events change nothing.
    void append(const Event& event);
    void clear();
    /// Paints at once what the timer would paint soon.
    void drawNow();

    LivePlot* lossPlot() const { return m_loss; }
    LivePlot* accuracyPlot() const { return m_accuracy; }

  private:
    LivePlot* m_loss;
    LivePlot* m_accuracy;
};

}  // namespace lemnos
