// RunCharts: two cards with a LivePlot each.
#include "app/gui/widgets/run_charts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "app/gui/theme.h"
#include "app/gui/widgets/live_plot.h"

namespace lemnos {

namespace {

/// A short stroke in the colour and dash of one line of a chart.
class LegendStroke : public QWidget {
  public:
    LegendStroke(std::size_t series, Qt::PenStyle style) : m_series(series), m_style(style) { setFixedSize(20, 12); }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setPen(QPen(tokens().series[m_series], 2, m_style, Qt::FlatCap));
        painter.drawLine(QPointF(0, height() / 2.0), QPointF(width(), height() / 2.0));
    }

  private:
    std::size_t m_series;
    Qt::PenStyle m_style;
};

void addLegend(QHBoxLayout* row, std::size_t series, Qt::PenStyle style, const QString& text) {
    row->addWidget(new LegendStroke(series, style));
    row->addSpacing(4);
    auto* label = new QLabel(text);
    label->setProperty("role", "small");
    row->addWidget(label);
    row->addSpacing(8);
}

QFrame* chartCard(const QString& title, LivePlot* plot) {
    auto* card = new QFrame;
    card->setProperty("role", "card");
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(16, 12, 8, 8);
    layout->setSpacing(4);
    auto* header = new QHBoxLayout;
    header->setSpacing(0);
    auto* heading = new QLabel(title);
    heading->setProperty("role", "section");
    header->addWidget(heading);
    header->addStretch();
    addLegend(header, 0, Qt::SolidLine, RunCharts::tr("train"));
    addLegend(header, 1, Qt::DashLine, RunCharts::tr("validation"));
    layout->addLayout(header);
    layout->addWidget(plot, 1);
    return card;
}

}  // namespace

RunCharts::RunCharts(QWidget* parent)
    : QWidget(parent), m_loss(new LivePlot(PlotKind::loss)), m_accuracy(new LivePlot(PlotKind::accuracy)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(chartCard(tr("Loss"), m_loss), 1);
    layout->addWidget(chartCard(tr("Accuracy"), m_accuracy), 1);
    const QString help = tr("Wheel zooms, drag pans, a double click shows everything.");
    m_loss->setObjectName(QStringLiteral("lossPlot"));
    m_loss->setAccessibleName(tr("Loss over epochs"));
    m_loss->setAccessibleDescription(help);
    m_accuracy->setObjectName(QStringLiteral("accuracyPlot"));
    m_accuracy->setAccessibleName(tr("Accuracy over epochs"));
    m_accuracy->setAccessibleDescription(help);
    connect(m_loss, &LivePlot::rangeMoved, m_accuracy, &LivePlot::followRange);
    connect(m_accuracy, &LivePlot::rangeMoved, m_loss, &LivePlot::followRange);
    connect(m_loss, &LivePlot::fitted, m_accuracy, &LivePlot::fit);
    connect(m_accuracy, &LivePlot::fitted, m_loss, &LivePlot::fit);
}

void RunCharts::clear() {
    m_loss->clear();
    m_accuracy->clear();
}

void RunCharts::append(const Event& event) {
    if (const auto* started = std::get_if<StartedEvent>(&event.what)) {
        if (!started->resumed) clear();
        m_loss->setEpochs(double(started->epochs));
        m_accuracy->setEpochs(double(started->epochs));
    } else if (const auto* progress = std::get_if<ProgressEvent>(&event.what)) {
        if (progress->train.count <= 0) return;
        const double epoch =
            double(progress->epoch - 1) + double(progress->step) / double(std::max<std::int64_t>(1, progress->steps));
        m_loss->addLive(epoch, progress->train.loss);
        m_accuracy->addLive(epoch, progress->train.accuracy);
    } else if (const auto* done = std::get_if<EpochEvent>(&event.what)) {
        m_loss->addEpoch(double(done->epoch), done->train.loss, done->validation.loss);
        m_accuracy->addEpoch(double(done->epoch), done->train.accuracy, done->validation.accuracy);
        if (done->best) m_accuracy->markBest(double(done->epoch), done->validation.accuracy);
    } else if (const auto* finished = std::get_if<FinishedEvent>(&event.what)) {
        m_loss->setEpochs(double(finished->epochs));
        m_accuracy->setEpochs(double(finished->epochs));
    }
}

void RunCharts::drawNow() {
    m_loss->drawNow();
    m_accuracy->drawNow();
}

}  // namespace lemnos
