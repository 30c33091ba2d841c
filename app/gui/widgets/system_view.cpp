// SystemView: what stands on its cards, and when it looks.
#include "app/gui/widgets/system_view.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <cmath>

#include "app/gui/format.h"
#include "app/gui/widgets/usage_card.h"
#include "model/train/run_lock.h"

namespace lemnos {

namespace {

constexpr int lookMs = 2000;

}  // namespace

SystemView::SystemView(QWidget* parent)
    : QWidget(parent),
      m_speed(new UsageCard(QStringLiteral("usageSpeed"), tr("Images per second"), 0)),
      m_processor(new UsageCard(QStringLiteral("usageProcessor"), tr("Processor"), 1)),
      m_memory(new UsageCard(QStringLiteral("usageMemory"), tr("Memory of the run"), 0)),
      m_device(new UsageCard(QStringLiteral("usageDevice"), tr("Device"), 1)) {
    setObjectName(QStringLiteral("systemView"));
    setAccessibleName(tr("How busy this PC is"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    for (UsageCard* card : {m_speed, m_processor, m_memory, m_device}) layout->addWidget(card, 1);
    m_device->setToolTip(tr("The share of the time that the training spends on the device"));
    m_timer.setInterval(lookMs);
    connect(&m_timer, &QTimer::timeout, this, &SystemView::look);
}

void SystemView::clear() {
    for (UsageCard* card : {m_speed, m_processor, m_memory, m_device}) card->clear();
    m_timer.stop();
    m_run.clear();
    m_recent = {};
}

void SystemView::take(const Event& event) {
    if (const auto* started = std::get_if<StartedEvent>(&event.what)) {
        m_run = started->run;
        m_deviceBytes = started->memoryBytes;
        m_device->setTitle(QString::fromStdString(started->device));
        m_timer.start();
        look();
    } else if (const auto* progress = std::get_if<ProgressEvent>(&event.what)) {
        constexpr double kept = 0.8;  // of what came before, so that it does not flicker
        m_speed->add(event.time, progress->imagesPerSecond, formatCount(std::llround(progress->imagesPerSecond)));
        if (progress->times.total() <= 0) return;  // older runs do not tell
        m_recent = {m_recent.read * kept, m_recent.decode * kept, m_recent.upload * kept, m_recent.compute * kept,
                    m_recent.sync * kept};
        m_recent.add(progress->times);
        const double load = m_recent.shares().compute;
        m_device->add(event.time, load, formatPercent(load), tr("%1 of its memory").arg(formatBytes(m_deviceBytes)));
    } else if (std::holds_alternative<FinishedEvent>(event.what) || std::holds_alternative<FailedEvent>(event.what)) {
        m_timer.stop();
    }
}

void SystemView::look() {
    // A run that was killed has no last event; it holds its folder no more.
    const auto process = holderOf(m_run);
    if (process) showUsage(double(QDateTime::currentMSecsSinceEpoch()) / 1000, m_meter.look(*process));
}

void SystemView::showUsage(double time, const Usage& usage) {
    m_processor->add(time, usage.processor, formatPercent(usage.processor),
                     tr("%1 of it for the run").arg(formatPercent(usage.ownProcessor)));
    m_memory->add(time, double(usage.memoryBytes), formatBytes(usage.memoryBytes),
                  usage.memoryTotal > 0
                      ? tr("%1 of %2 in use").arg(formatBytes(usage.memoryUsed), formatBytes(usage.memoryTotal))
                      : QString());
}

}  // namespace lemnos
