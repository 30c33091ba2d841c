// SystemView: how busy the PC and the devices of a run are, now and since the window watches it.
#pragma once

#include <QWidget>
#include <vector>

#include "app/session/usage_watch.h"
#include "model/train/event.h"

class QHBoxLayout;

namespace lemnos {

class UsageCard;

/// Fed with the events of a run. A card each for speed, processor, memory, and every device.
class SystemView : public QWidget {
    Q_OBJECT

  public:
    explicit SystemView(QWidget* parent = nullptr);

    void clear();
    /// Takes what is shown of it; other events change nothing.
    void take(const Event& event);
    /// Shows what a look at the PC gave, at this time in seconds since 1970.
    void showUsage(double time, const Usage& usage, const Temperatures& temperatures);

  private:
    struct DeviceCard {
        UsageCard* card = nullptr;
        std::string place;
        double samples = 0, working = 0, waiting = 0;  ///< of late: what is long past counts little
    };
    void take(const StartedEvent& started);
    void showProgress(double time, const ProgressEvent& progress);
    void setDevices(const std::vector<DeviceWork>& devices);
    QString remarkOn(const DeviceCard& device, double allSamples) const;
    QString temperature(const std::string& place) const;

    UsageCard *m_speed, *m_processor, *m_memory;
    std::vector<DeviceCard> m_devices;
    std::vector<std::string> m_names;  ///< of the devices
    QHBoxLayout* m_row;
    UsageWatch m_watch;
    Temperatures m_temperatures;
    std::int64_t m_deviceBytes = 0;
};

}  // namespace lemnos
