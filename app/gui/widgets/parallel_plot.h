// ParallelPlot: parallel coordinates (Inselberg 1985): an axis per setting and one for the result, a line per trial.
#pragma once

#include <QWidget>
#include <vector>

#include "app/gui/widgets/trial_model.h"

namespace lemnos {

/// Follows a TrialModel. The better a trial, the stronger its line; the best is in the accent colour. A click, or Up
/// and Down, choose a line.
class ParallelPlot : public QWidget {
    Q_OBJECT

  public:
    explicit ParallelPlot(const TrialModel& model, QWidget* parent = nullptr);

    /// Row of the chosen trial; -1: none.
    int current() const { return m_current; }
    void setCurrent(int row);
    /// The line of a trial as it is drawn: a point per axis that it has a value on.
    QPolygonF lineOf(int row) const;
    QSize sizeHint() const override { return {640, 260}; }
    QSize minimumSizeHint() const override { return {240, 160}; }

  signals:
    void chosen(int row);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

  private:
    struct Axis {
        QString title;
        std::vector<QString> names;  ///< of a setting that is no number, from bottom to top
        double low = 0, high = 1;
        bool logarithmic = false;
        bool upsideDown = false;  ///< the better end is always at the top
    };
    void rebuild();
    QRectF area() const;
    double xOf(std::size_t axis) const;
    double shareOf(const Axis& axis, double value) const;
    int nearest(const QPointF& point) const;
    void drawAxis(QPainter& painter, std::size_t axis) const;
    /// 0 for the worst, 1 for the best result so far.
    double goodness(const TrialRow& row) const;

    const TrialModel& m_model;
    std::vector<Axis> m_axes;
    int m_current = -1;
};

}  // namespace lemnos
