// SystemView: how busy the PC and the devices of a run are, now and since the window watches it.
#pragma once

#include <QTimer>
#include <QWidget>

#include "app/session/usage_meter.h"
#include "model/train/event.h"

namespace lemnos {

class UsageCard;

/// Fed with the events of a run. A card each for speed, processor, memory, and the devices.
class SystemView : public QWidget {
    Q_OBJECT

  public:
    explicit SystemView(QWidget* parent = nullptr);

    void clear();
    /// Takes what is shown of it; other events change nothing.
    void take(const Event& event);
    /// Shows what a look at the PC gave, at this time in seconds since 1970.
    void showUsage(double time, const Usage& usage);

  private:
    void look();

    UsageCard *m_speed, *m_processor, *m_memory, *m_device;
    UsageMeter m_meter;
    QTimer m_timer;
    std::filesystem::path m_run;
    std::int64_t m_deviceBytes = 0;
    StepTimes m_recent;
};

}  // namespace lemnos
