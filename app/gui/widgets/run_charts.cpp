// RunCharts: two cards with a LivePlot each, the second with a RateStrip.
#include "app/gui/widgets/run_charts.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include "app/gui/theme.h"
#include "app/gui/widgets/chart_controls.h"
#include "app/gui/widgets/live_plot.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/rate_strip.h"

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

QFrame* chartCard(const QString& title, LivePlot* plot, std::initializer_list<QWidget*> controls) {
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
    for (QWidget* control : controls) header->addWidget(control);
    header->addSpacing(16);
    addLegend(header, 0, Qt::SolidLine, RunCharts::tr("train"));
    addLegend(header, 1, Qt::DashLine, RunCharts::tr("validation"));
    layout->addLayout(header);
    layout->addWidget(plot, 1);
    return card;
}

}  // namespace

RunCharts::RunCharts(QWidget* parent)
    : QWidget(parent),
      m_loss(new LivePlot(PlotKind::loss)),
      m_accuracy(new LivePlot(PlotKind::accuracy)),
      m_rate(new RateStrip) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(chartCard(tr("Loss"), m_loss, {makeLossControls(), makeSaveButton("saveLossPlot", m_loss)}), 5);
    QFrame* accuracy = chartCard(tr("Accuracy"), m_accuracy, {makeSaveButton("saveAccuracyPlot", m_accuracy)});
    accuracy->layout()->addWidget(m_rate);
    layout->addWidget(accuracy, 6);  // it has the rate, too
    m_rate->follow(*m_accuracy->xAxis);
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

QWidget* RunCharts::makeLossControls() {
    auto* controls = new QWidget;
    m_controls.push_back(controls);
    controls->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    auto* row = new QHBoxLayout(controls);
    row->setContentsMargins(0, 0, 8, 0);
    row->setSpacing(8);
    auto* smoothing = new QSlider(Qt::Horizontal);
    smoothing->setObjectName(QStringLiteral("smoothing"));
    smoothing->setAccessibleName(tr("Smoothing"));
    smoothing->setToolTip(tr("How much the running values of both charts are smoothed; left is not at all"));
    smoothing->setRange(0, 99);
    smoothing->setFixedWidth(96);
    connect(smoothing, &QSlider::valueChanged, this, [this](int percent) {
        for (LivePlot* plot : {m_loss, m_accuracy}) plot->setSmoothing(percent / 100.0);
    });
    QCheckBox* logarithmic = makeLogScale("lossLogScale", tr("Logarithmic loss"),
                                          tr("Show the loss on a logarithmic scale, which tells small losses apart"));
    connect(logarithmic, &QCheckBox::toggled, m_loss, &LivePlot::setLogarithmic);
    row->addWidget(makeLabel(tr("smoothing"), "small"));
    row->addWidget(smoothing);
    row->addSpacing(8);
    row->addWidget(logarithmic);
    return controls;
}

QWidget* RunCharts::makeSaveButton(const char* objectName, LivePlot* plot) {
    QToolButton* button = makeSaveChart(objectName);
    m_controls.push_back(button);
    connect(button, &QToolButton::clicked, this, [this, plot] { emit saveRequested(plot); });
    return button;
}

void RunCharts::hideControls() {
    for (QWidget* control : m_controls) control->hide();
}

void RunCharts::clear() {
    m_loss->clear();
    m_accuracy->clear();
    m_rate->clear();
}

void RunCharts::append(const Event& event) {
    if (const auto* started = std::get_if<StartedEvent>(&event.what)) {
        if (!started->resumed) clear();
        m_bestBy = started->bestBy;
        m_loss->setEpochs(double(started->epochs));
        m_accuracy->setEpochs(double(started->epochs));
    } else if (const auto* progress = std::get_if<ProgressEvent>(&event.what)) {
        if (progress->train.count <= 0) return;
        const double epoch =
            double(progress->epoch - 1) + double(progress->step) / double(std::max<std::int64_t>(1, progress->steps));
        m_rate->add(epoch, progress->learningRate);
        m_loss->addLive(epoch, progress->train.loss);
        m_accuracy->addLive(epoch, progress->train.accuracy);
    } else if (const auto* done = std::get_if<EpochEvent>(&event.what)) {
        m_loss->addEpoch(double(done->epoch), done->train.loss, done->validation.loss);
        m_accuracy->addEpoch(double(done->epoch), done->train.accuracy, done->validation.accuracy);
        if (done->best && m_bestBy == BestBy::loss) m_loss->markBest(double(done->epoch), done->validation.loss);
        if (done->best && m_bestBy != BestBy::loss)
            m_accuracy->markBest(double(done->epoch), done->validation.accuracy);
    } else if (const auto* finished = std::get_if<FinishedEvent>(&event.what)) {
        m_loss->setEpochs(double(finished->epochs));
        m_accuracy->setEpochs(double(finished->epochs));
    }
}

void RunCharts::drawNow() {
    m_loss->drawNow();
    m_accuracy->drawNow();
    m_rate->drawNow();
}

}  // namespace lemnos
