// SystemView: what stands on its cards.
#include "app/gui/widgets/system_view.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QScrollArea>
#include <QScrollBar>
#include <algorithm>
#include <cmath>

#include "app/gui/format.h"
#include "app/gui/widgets/usage_card.h"
#include "app/session/qt_path.h"

namespace lemnos {

namespace {

constexpr int roomForRemark = 200;  // pixels of a card; there is a scroll bar where they don't fit

/// Two remarks in one line, of which either may be missing.
QString joined(const QString& first, const QString& second) {
    return first.isEmpty() || second.isEmpty() ? first + second : first + QStringLiteral(" · ") + second;
}

}  // namespace

SystemView::SystemView(QWidget* parent)
    : QWidget(parent),
      m_speed(new UsageCard(QStringLiteral("usageSpeed"), tr("Images per second"), 0)),
      m_processor(new UsageCard(QStringLiteral("usageProcessor"), tr("Processor"), 1)),
      m_memory(new UsageCard(QStringLiteral("usageMemory"), tr("Run's memory"), 0)) {
    setObjectName(QStringLiteral("systemView"));
    setAccessibleName(tr("How busy this PC is"));
    auto* cards = new QWidget;
    m_row = new QHBoxLayout(cards);
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(8);
    for (UsageCard* card : {m_speed, m_processor, m_memory}) m_row->addWidget(card, 1);
    setDevices({{}});
    // Many devices have no room beside each other.
    auto* area = new QScrollArea;
    area->setObjectName(QStringLiteral("systemCards"));
    area->setAccessibleName(tr("Cards of the processor, the memory and each device"));
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(cards);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(area);
    const auto fit = [area, cards] {
        const QScrollBar* bar = area->horizontalScrollBar();
        area->setFixedHeight(cards->sizeHint().height() + (bar->maximum() > 0 ? bar->sizeHint().height() : 0));
    };
    connect(area->horizontalScrollBar(), &QScrollBar::rangeChanged, area, fit);
    fit();
    connect(&m_watch, &UsageWatch::looked, this, &SystemView::showUsage);
}

void SystemView::setDevices(const std::vector<DeviceWork>& devices) {
    for (const DeviceCard& device : m_devices) delete device.card;
    m_devices.clear();
    m_names.clear();
    for (const DeviceWork& device : devices) {
        const QString name = QString::fromStdString(device.name);
        auto* card = new UsageCard(QStringLiteral("usageDevice%1").arg(m_devices.size() + 1),
                                   name.isEmpty() ? tr("Device") : name, 1);
        card->setToolTip(tr("The share of the time that the device computes, and its share of the pictures"));
        if (devices.size() > 1) card->setMinimumWidth(roomForRemark);
        m_row->addWidget(card, 1);
        m_devices.push_back({.card = card, .place = device.place});
        m_names.push_back(device.name);
    }
}

void SystemView::clear() {
    for (UsageCard* card : {m_speed, m_processor, m_memory}) card->clear();
    setDevices({{}});
    m_watch.stop();
    m_temperatures.clear();
}

void SystemView::take(const Event& event) {
    if (const auto* started = std::get_if<StartedEvent>(&event.what)) {
        take(*started);
    } else if (const auto* progress = std::get_if<ProgressEvent>(&event.what)) {
        showProgress(event.time, *progress);
    } else if (std::holds_alternative<FinishedEvent>(event.what) || std::holds_alternative<FailedEvent>(event.what)) {
        m_watch.stop();
    }
}

void SystemView::take(const StartedEvent& started) {
    m_deviceBytes = started.memoryBytes;
    // Which devices there are is told with the first steps.
    DeviceWork device;
    device.name = started.device;
    setDevices({device});
    m_watch.start(toPath(QString::fromStdString(started.run)));
}

void SystemView::showProgress(double time, const ProgressEvent& progress) {
    m_speed->add(time, progress.imagesPerSecond, formatCount(std::llround(progress.imagesPerSecond)));
    if (progress.devices.empty()) return;  // older runs do not tell
    if (!std::ranges::equal(m_names, progress.devices, {}, {}, &DeviceWork::name)) setDevices(progress.devices);
    double allSamples = 0;
    for (std::size_t i = 0; i < m_devices.size(); ++i) {
        constexpr double kept = 0.8;  // of what came before, so that it does not flicker
        const DeviceWork& work = progress.devices[i];
        DeviceCard& device = m_devices[i];
        device.place = work.place;
        device.samples = device.samples * kept + double(work.samples);
        device.working = device.working * kept + work.workingSeconds;
        device.waiting = device.waiting * kept + work.waitingSeconds;
        allSamples += device.samples;
    }
    for (const DeviceCard& device : m_devices) {
        const double all = device.working + device.waiting;
        if (!(all > 0)) continue;
        const double load = device.working / all;
        device.card->add(time, load, formatPercent(load), remarkOn(device, allSamples));
    }
}

/// Its share of the pictures, or of one that trains alone its memory; and how hot it is, where that is known.
QString SystemView::remarkOn(const DeviceCard& device, double allSamples) const {
    const QString part = m_devices.size() == 1 ? tr("%1 of its memory").arg(formatBytes(m_deviceBytes))
                         : allSamples > 0 ? tr("%1 of the pictures").arg(formatPercent(device.samples / allSamples))
                                          : QString();
    return joined(part, temperature(device.place));
}

QString SystemView::temperature(const std::string& place) const {
    const auto found = m_temperatures.find(place);
    return found == m_temperatures.end() ? QString() : tr("%1 °C").arg(QLocale().toString(std::lround(found->second)));
}

void SystemView::showUsage(double time, const Usage& usage, const Temperatures& temperatures) {
    m_temperatures = temperatures;
    m_processor->add(
        time, usage.processor, formatPercent(usage.processor),
        joined(tr("%1 of it for the run").arg(formatPercent(usage.ownProcessor)), temperature("processor")));
    m_memory->add(time, double(usage.memoryBytes), formatBytes(usage.memoryBytes),
                  usage.memoryTotal > 0
                      ? tr("%1 of %2 in use").arg(formatBytes(usage.memoryUsed), formatBytes(usage.memoryTotal))
                      : QString());
}

}  // namespace lemnos
