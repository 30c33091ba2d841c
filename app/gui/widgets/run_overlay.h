// RunOverlay: the curves of several runs in one chart.
#pragma once

#include <qcustomplot.h>

#include <vector>

#include "model/train/run_summary.h"

namespace lemnos {

class RunOverlay : public QCustomPlot {
    Q_OBJECT

  public:
    enum class Measure : std::uint8_t { accuracy, loss, macroF1 };  ///< macro F1 is known of validation alone

    explicit RunOverlay(QWidget* parent = nullptr);
    /// In the order of the colours: training solid and faint, validation dashed.
    void setRuns(std::vector<RunSummary> runs);
    void setMeasure(Measure measure);
    void setLogarithmic(bool logarithmic);
    /// "run,series,epoch,loss,accuracy,macro_f1", whatever is shown.
    QByteArray toCsv() const;
    /// The values of all runs after an epoch (from 1), as hovering shows them; empty where there are none.
    QString valuesAt(int epoch) const;

  protected:
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

  private:
    void rebuild();

    std::vector<RunSummary> m_runs;
    Measure m_measure = Measure::accuracy;
    bool m_logarithmic = false;
    QCPItemText* m_hover;
    QCPItemStraightLine* m_line;
};

}  // namespace lemnos
