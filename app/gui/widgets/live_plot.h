// LivePlot: one chart of a run: training solid, validation dashed, the best epoch marked.
#pragma once

#include <qcustomplot.h>

#include <QTimer>

#include "app/gui/widgets/curve.h"

namespace lemnos {

/// What the y axis shows.
enum class PlotKind : std::uint8_t { loss, accuracy };

/// Points are appended as they come; painting follows from a timer, a few times a second at most. Wheel zooms, drag
/// pans, a double click or the Home key shows everything again. x is the epoch, fractions of it while it goes on.
class LivePlot : public QCustomPlot {
    Q_OBJECT

  public:
    /// Wide enough for all labels, so that all charts of a run begin at the same place.
    static constexpr int leftMargin = 80;

    explicit LivePlot(PlotKind kind, QWidget* parent = nullptr);

    void clear();
    /// A running value of the training, part of an epoch.
    void addLive(double epoch, double value);
    /// Means over a whole epoch.
    void addEpoch(double epoch, double train, double validation);
    void markBest(double epoch, double value);
    /// Room for this many epochs on the x axis.
    void setEpochs(double epochs);

    /// 0: as they come, up to below 1: the running values are also drawn as an exponential moving average, where each
    /// keeps this share of the one before.
    void setSmoothing(double share);
    void setLogarithmic(bool logarithmic);
    /// "series,epoch,value", where series is steps, train or validation.
    QByteArray toCsv() const;

    int livePointCount() const { return int(m_steps.size()); }
    /// How many of them are drawn, once they are.
    int drawnPointCount() const { return m_live->dataCount(); }
    int epochPointCount() const { return m_validation->dataCount(); }
    /// What hovering at this epoch would say; empty when there is nothing near.
    QString valuesAt(double epoch) const;
    /// Paints at once what has come so far.
    void drawNow();

  signals:
    /// The user zoomed or panned, for a chart that moves along.
    void rangeMoved(const QCPRange& range);
    /// The user asked to see everything again.
    void fitted();

  public slots:
    /// Shows everything, and goes on doing so while points come.
    void fit();
    void followRange(const QCPRange& range);

  protected:
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void applyTheme();
    void prepare();
    void smooth(double epoch, double value);
    void fitAxes();
    void changed();
    void showHover(double epoch);
    QString valueText(double value) const;

    PlotKind m_kind;
    Curve m_steps, m_smoothed;
    double m_smoothing = 0;
    double m_average = 0, m_weight = 0;  ///< of the moving average: its sum, and how much of it is there yet
    QCPGraph* m_live;
    QCPGraph* m_smooth;
    QCPGraph* m_train;
    QCPGraph* m_validation;
    QCPGraph* m_best;
    QCPItemText* m_bestLabel;
    QCPItemText* m_hoverText;
    QCPItemStraightLine* m_hoverLine;
    QTimer m_repaint;
    double m_epochs = 1;
    bool m_fitted = true;
};

}  // namespace lemnos
