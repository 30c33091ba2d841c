// UsageWatch: looks every two seconds how busy this PC is, without the window waiting for it.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <filesystem>

#include "app/session/temperatures.h"
#include "app/session/usage_meter.h"

namespace lemnos {

/// The files of the kernel are read in a thread of its own: those of sensors may take long to open, and the folder of a
/// run may be on a disk that sleeps.
class UsageWatch : public QObject {
    Q_OBJECT

  public:
    explicit UsageWatch(QObject* parent = nullptr);

    /// Looks at once, and then again and again, for as long as some process of this PC trains the run.
    void start(const std::filesystem::path& run);
    void stop();

  signals:
    /// `time` in seconds since 1970.
    void looked(double time, const Usage& usage, const Temperatures& temperatures);

  private:
    void look();

    QTimer m_timer;
    std::filesystem::path m_run;
    bool m_looking = false;
    UsageMeter m_meter;  // the pool's
    QThreadPool m_pool;  // last: it waits for its thread when it goes
};

}  // namespace lemnos
