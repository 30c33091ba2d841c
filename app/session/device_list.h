// DeviceList: the devices of this PC, as lemnos-cli tells them, so that a broken driver can't take the window along.
#pragma once

#include <QObject>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/session/cli_call.h"
#include "model/graph/step_time.h"
#include "model/train/event.h"

namespace lemnos {

struct DeviceChoice {
    std::string id;    ///< for RunSpec::device
    std::string name;  ///< as the driver tells it
    std::string kind;  ///< "GPU", "software GPU", ...
    std::int64_t memoryBytes = 0;
    /// As measured; nothing where it could not be.
    std::optional<DeviceSpeed> speed{};
};

/// What `lemnos-cli devices --json` printed, as a list; errors when it is something else.
Result<std::vector<DeviceChoice>> parseDevices(const QByteArray& output);

class DeviceList : public QObject {
    Q_OBJECT

  public:
    explicit DeviceList(QObject* parent = nullptr);
    /// Asks anew; changed() follows.
    void refresh();

    bool isKnown() const { return m_known; }
    const std::vector<DeviceChoice>& devices() const { return m_devices; }
    /// Those that a run with this RunSpec::device trains on; "auto" is the first.
    std::vector<const DeviceChoice*> chosen(const std::string& device) const;
    /// Why there are none; empty otherwise.
    const QString& problem() const { return m_problem; }

  signals:
    void changed();

  private:
    CliCall m_call;
    std::vector<DeviceChoice> m_devices;
    QString m_problem;
    bool m_known = false;
};

}  // namespace lemnos
