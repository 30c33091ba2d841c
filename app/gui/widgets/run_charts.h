// RunCharts: the loss and accuracy charts of one run, and its learning rate, fed with its events.
#pragma once

#include <QWidget>
#include <vector>

#include "model/train/event.h"

namespace lemnos {

class LivePlot;
class RateStrip;

class RunCharts : public QWidget {
    Q_OBJECT

  public:
    explicit RunCharts(QWidget* parent = nullptr);

    /// Takes what the charts show of it; other events change nothing.
    void append(const Event& event);
    void clear();
    /// For a picture, where there is nothing to press.
    void hideControls();
    /// Paints at once what the timer would paint soon.
    void drawNow();

    LivePlot* lossPlot() const { return m_loss; }
    LivePlot* accuracyPlot() const { return m_accuracy; }
    RateStrip* rateStrip() const { return m_rate; }

  signals:
    /// The user wants this chart as a file.
    void saveRequested(lemnos::LivePlot* plot);

  private:
    QWidget* makeLossControls();
    QWidget* makeSaveButton(const char* objectName, LivePlot* plot);

    LivePlot* m_loss;
    LivePlot* m_accuracy;
    RateStrip* m_rate;
    BestBy m_bestBy = BestBy::accuracy;
    std::vector<QWidget*> m_controls;
};

}  // namespace lemnos
