// TimeBar: a stripe in five colours over its legend.
#include "app/gui/widgets/time_bar.h"

#include <QPainter>
#include <QPainterPath>
#include <cmath>

#include "app/gui/theme.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

namespace {

constexpr std::array<std::size_t, TimeBar::partCount> seriesOf = {4, 2, 5, 0, 3};

QString nameOf(std::size_t part) {
    switch (part) {
        case 0:
            return TimeBar::tr("read");
        case 1:
            return TimeBar::tr("decode");
        case 2:
            return TimeBar::tr("upload");
        case 3:
            return TimeBar::tr("compute");
        default:
            return TimeBar::tr("sync");
    }
}

QString meaningOf(std::size_t part) {
    switch (part) {
        case 0:
            return TimeBar::tr("Waiting for pictures from the disk or the picture cache");
        case 1:
            return TimeBar::tr("Waiting for pictures to be decoded, resized and augmented");
        case 2:
            return TimeBar::tr("Handing batches to the device");
        case 3:
            return TimeBar::tr("The device at work");
        default:
            return TimeBar::tr("Waiting for other devices and checkpoints, and all else between steps");
    }
}

QColor colorOf(std::size_t part) {
    // By name, for the order of the colours differs from light to dark.
    return lightTokens().series[seriesOf[part]];
}

/// The square that says which colour a part of the legend is.
class Swatch : public QWidget {
  public:
    explicit Swatch(std::size_t part) : m_part(part) { setFixedSize(10, 10); }

  protected:
    void paintEvent(QPaintEvent*) override { QPainter(this).fillRect(rect(), colorOf(m_part)); }

  private:
    std::size_t m_part;
};

}  // namespace

class TimeBar::Stripe : public QWidget {
  public:
    explicit Stripe(const TimeBar& bar) : m_bar(bar) {
        setObjectName(QStringLiteral("timeStripe"));
        setFixedHeight(12);
        connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        QPainterPath outline;
        outline.addRoundedRect(rect(), 4, 4);
        painter.setClipPath(outline);
        painter.fillRect(rect(), tokens().line);
        double x = 0;
        for (std::size_t i = 0; i < partCount; ++i) {
            const double part = m_bar.shares()[i] * width();
            painter.fillRect(QRectF(x, 0, part, height()), colorOf(i));
            x += part;
        }
    }

  private:
    const TimeBar& m_bar;
};

TimeBar::TimeBar(QWidget* parent) : QFrame(parent), m_stripe(new Stripe(*this)), m_advice(makeElided({}, "small")) {
    setObjectName(QStringLiteral("timeBar"));
    setAccessibleName(tr("Where a step's time goes"));
    setProperty("role", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 8, 16, 8);
    layout->setSpacing(6);
    auto* head = new QHBoxLayout;
    head->setSpacing(16);
    head->addWidget(makeLabel(tr("Where a step's time goes"), "section"));
    m_advice->setObjectName(QStringLiteral("timeAdvice"));
    m_advice->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    head->addWidget(m_advice, 1);
    layout->addLayout(head);
    layout->addWidget(m_stripe);
    auto* legend = new QHBoxLayout;
    legend->setSpacing(6);
    for (std::size_t i = 0; i < partCount; ++i) {
        legend->addWidget(new Swatch(i));
        m_legend[i] = makeLabel({}, "small");
        m_legend[i]->setToolTip(meaningOf(i));
        legend->addWidget(m_legend[i]);
        legend->addSpacing(10);
    }
    legend->addStretch();
    layout->addLayout(legend);
    clear();
}

void TimeBar::clear() {
    m_recent = {};
    show();
}

void TimeBar::add(const StepTimes& times) {
    constexpr double kept = 0.9;  // of what came before, at each progress event
    StepTimes before = m_recent;
    m_recent = times;
    for (double StepTimes::*part :
         {&StepTimes::read, &StepTimes::decode, &StepTimes::upload, &StepTimes::compute, &StepTimes::sync})
        m_recent.*part += kept * before.*part;
    show();
}

void TimeBar::show() {
    const StepTimes share = m_recent.shares();
    m_shares = {share.read, share.decode, share.upload, share.compute, share.sync};
    const bool known = m_recent.total() > 0;
    QStringList parts;
    for (std::size_t i = 0; i < partCount; ++i) {
        const QString percent = known ? tr("%1 %").arg(std::lround(m_shares[i] * 100)) : QStringLiteral("–");
        m_legend[i]->setText(tr("%1 %2").arg(nameOf(i), percent));
        parts << m_legend[i]->text();
    }
    m_advice->setText(known ? translated(adviceOn(m_recent)) : tr("Shown while it trains."));
    setAccessibleDescription(parts.join(QStringLiteral(", ")) + QStringLiteral(". ") + m_advice->text());
    m_stripe->update();
}

}  // namespace lemnos
