// RateFinder on CliCall and QCustomPlot.
#include "app/gui/widgets/rate_finder.h"

#include <QLocale>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/gui/error_text.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/plot_style.h"
#include "app/session/spec_file.h"
#include "model/json_fields.h"

namespace lemnos {

namespace {

QString rateText(double rate) {
    return QLocale().toString(rate, 'g', 2);
}

}  // namespace

Result<RateFinding> parseRateFinding(const QByteArray& line) {
    const auto json = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    JsonFields fields(json, "The finding");
    RateFinding finding;
    finding.suggestion = fields.real("suggestion");
    const nlohmann::json& points = fields.value("points");
    if (!points.is_array()) fields.fail("points", "must be a list");
    TRY_OK(fields.status());
    for (const nlohmann::json& point : points) {
        JsonFields pair(point, "A point of the finding");
        finding.points.push_back({pair.real("rate"), pair.real("loss")});
        TRY_OK(pair.status());
    }
    return finding;
}

RateFinder::RateFinder(QWidget* parent)
    : QDialog(parent),
      m_plot(new QCustomPlot),
      m_text(makeParagraph({})),
      m_bar(makeProgressBar("rateProgress", tr("Progress of the search"))),
      m_use(makeButton("useRate", tr("Use this"), tr("Take the suggested learning rate"), "primary")),
      m_close(makeButton("closeRateFinder", tr("Cancel"), tr("Leave the learning rate as it is (Esc)"))) {
    setObjectName(QStringLiteral("rateFinder"));
    setWindowTitle(tr("Find a learning rate"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(560, 420);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    m_text->setObjectName(QStringLiteral("rateText"));
    m_plot->setObjectName(QStringLiteral("ratePlot"));
    m_plot->setAccessibleName(tr("Loss over learning rate"));
    m_plot->setToolTip(tr("How the loss went while the learning rate grew from step to step"));
    m_plot->addGraph();
    m_plot->xAxis->setLabel(tr("learning rate"));
    m_plot->yAxis->setLabel(tr("loss"));
    m_plot->axisRect()->setMinimumMargins({0, 8, 16, 0});
    setScale(*m_plot->xAxis, true, 6);
    setScale(*m_plot->yAxis, false, 5);
    m_plot->xAxis->setNumberFormat(QStringLiteral("gbc"));
    m_plot->xAxis->setNumberPrecision(1);
    m_plot->xAxis->setRange(1e-7, 10);
    m_plot->yAxis->setRange(0, 1);
    m_mark = new QCPItemStraightLine(m_plot);
    m_mark->setVisible(false);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(8);
    foot->addWidget(m_bar, 1);
    foot->addStretch();
    foot->addWidget(m_close);
    foot->addWidget(m_use);
    m_use->setEnabled(false);
    layout->addWidget(m_text);
    layout->addWidget(m_plot, 1);
    layout->addLayout(foot);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_use, &QPushButton::clicked, this, [this] {
        emit chosen(m_rate);
        accept();
    });
    connect(&m_call, &CliCall::line, this, &RateFinder::showLine);
    connect(&m_call, &CliCall::failed, this, [this](const QString& sentence) { showEnd(sentence, true); });
    connect(&m_call, &CliCall::done, this, [this] {
        const auto finding = parseRateFinding(m_last);
        finding ? showFinding(*finding) : showEnd(errorText(finding.error()), true);
    });
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        applyTheme();
        m_plot->replot(QCustomPlot::rpQueuedReplot);
    });
    applyTheme();
}

void RateFinder::applyTheme() {
    m_plot->setBackground(palette().window());
    styleAxes(*m_plot);
    m_plot->graph()->setPen(QPen(tokens().series[0], 2));
    m_mark->setPen(QPen(tokens().accent, 1.5, Qt::DashLine));
}

void RateFinder::find(const RunSpec& spec) {
    open();
    auto file = writeSpecFile(toJson(spec));
    if (!file) return showEnd(errorText(file.error()), true);
    m_spec = *std::move(file);
    m_bar->setRange(0, 0);
    m_text->setText(tr("A hundred short steps show at which rates the network learns. Nothing is kept of them."));
    m_call.start(
        {QStringLiteral("find-rate"), QStringLiteral("--spec"), m_spec->fileName(), QStringLiteral("--events")});
}

void RateFinder::showLine(const QByteArray& line) {
    m_last = line;
    const auto event = eventFromLine({line.constData(), std::size_t(line.size())});
    const auto* phase = event ? std::get_if<PhaseEvent>(&event->what) : nullptr;
    if (!phase) return;
    m_text->setText(translated(phase->text) + QStringLiteral("…"));
    m_bar->setRange(0, int(phase->total));
    m_bar->setValue(int(phase->done));
}

void RateFinder::showFinding(const RateFinding& finding) {
    QVector<QCPGraphData> points;
    for (const RatePoint& point : finding.points) points.append({point.rate, point.loss});
    m_plot->graph()->data()->set(points, true);
    m_plot->rescaleAxes();
    const QCPRange losses = m_plot->yAxis->range();
    m_plot->yAxis->setRange(losses.lower - losses.size() * 0.05, losses.upper + losses.size() * 0.05);
    m_rate = finding.suggestion;
    m_use->setEnabled(m_rate > 0);
    if (m_rate > 0) {
        m_mark->point1->setCoords(m_rate, 0);
        m_mark->point2->setCoords(m_rate, 1);
        m_use->setFocus();
    }
    m_mark->setVisible(m_rate > 0);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
    showEnd(m_rate > 0
                ? tr("The loss fell fastest at a learning rate of %1, where the line stands.").arg(rateText(m_rate))
                : tr("The loss did not fall at any rate. Look at the data, or try another network or optimizer."),
            false);
    m_plot->setAccessibleDescription(m_text->text());
}

void RateFinder::showEnd(const QString& text, bool isError) {
    m_bar->hide();
    m_text->setText(text);
    setStyled(*m_text, "role", isError ? "error" : "");
    m_close->setText(tr("Close"));
    m_close->setAccessibleName(m_close->text());
}

void RateFinder::done(int result) {
    m_call.cancel();
    QDialog::done(result);
}

}  // namespace lemnos
