#include "app/gui/widgets/device_picker.h"

#include <QCheckBox>
#include <QStyle>
#include <QVBoxLayout>
#include <algorithm>

#include "app/gui/format.h"
#include "app/session/device_list.h"
#include "model/train/run_spec.h"

namespace lemnos {
namespace {

constexpr int textMargin = 8;

}  // namespace

DevicePicker::DevicePicker(const DeviceList& devices, QString prefix, QWidget* parent)
    : QWidget(parent), m_devices(devices), m_prefix(std::move(prefix)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    connect(&devices, &DeviceList::changed, this, [this] { showRows(ticked()); });
    showRows({});
}

std::vector<std::string> DevicePicker::ticked() const {
    std::vector<std::string> ids;
    for (const Tick& tick : m_ticks)
        if (tick.box->isChecked()) ids.push_back(tick.id);
    return ids;
}

void DevicePicker::setTicked(const std::vector<std::string>& ids) {
    if (ids != ticked()) showRows(ids);
}

std::string DevicePicker::device() const {
    return deviceOf(ticked());
}

void DevicePicker::setDevice(const std::string& device) {
    setTicked(device == deviceOf({}) ? std::vector<std::string>() : devicesOf(device));
}

void DevicePicker::showRows(const std::vector<std::string>& ids) {
    for (const Tick& tick : m_ticks) delete tick.box;
    m_ticks.clear();
    const auto isOn = [&](const std::string& id) { return std::ranges::find(ids, id) != ids.end(); };
    for (const DeviceChoice& device : m_devices.devices()) {
        const QString name = QString::fromStdString(device.name);
        add(device.id, name,
            tr("%1, %2, %3").arg(name, QString::fromStdString(device.kind), formatBytes(device.memoryBytes)),
            isOn(device.id));
    }
    for (const std::string& id : ids) {
        if (std::ranges::find(m_devices.devices(), id, &DeviceChoice::id) != m_devices.devices().end()) continue;
        add(id, m_devices.isKnown() ? tr("%1, not found").arg(QString::fromStdString(id)) : QString::fromStdString(id),
            tr("This PC has no device of this name now; untick it to train on others"), true);
    }
    cutNames();
}

void DevicePicker::add(const std::string& id, const QString& text, const QString& tip, bool on) {
    auto* box = new QCheckBox;
    box->setObjectName(m_prefix + QLatin1Char('_') + QString::fromStdString(id));
    box->setAccessibleName(text);
    box->setToolTip(tip);
    box->setChecked(on);
    connect(box, &QCheckBox::toggled, this, &DevicePicker::changed);
    layout()->addWidget(box);
    m_ticks.push_back({id, text, box});
}

void DevicePicker::cutNames() {
    for (const Tick& tick : m_ticks) {
        const int beside = style()->pixelMetric(QStyle::PM_IndicatorWidth, nullptr, tick.box) +
                           style()->pixelMetric(QStyle::PM_CheckBoxLabelSpacing, nullptr, tick.box) + textMargin;
        tick.box->setText(tick.box->fontMetrics().elidedText(tick.text, Qt::ElideRight, width() - beside));
        tick.box->setMinimumWidth(1);
    }
}

void DevicePicker::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    cutNames();
}

}  // namespace lemnos
