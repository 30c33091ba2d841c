// SchedulePlot: the learning rate over the run that is about to start.
#pragma once

#include <qcustomplot.h>

#include "model/schedules/schedule.h"

namespace lemnos {

class SchedulePlot : public QCustomPlot {
    Q_OBJECT

  public:
    explicit SchedulePlot(QWidget* parent = nullptr);
    /// Draws `rate` times what the schedule makes of it, as the training loop does.
    void show(const ScheduleType& type, const ParamMap& params, double rate, std::int64_t epochs,
              std::int64_t stepsPerEpoch);
    /// What is drawn, by epochs done.
    QVector<QCPGraphData> points() const;

  private:
    void applyTheme();
};

}  // namespace lemnos
