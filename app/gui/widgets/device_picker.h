// DevicePicker: a tick for each device of this PC.
#pragma once

#include <QString>
#include <QWidget>
#include <string>
#include <vector>

class QCheckBox;

namespace lemnos {

class DeviceList;

/// Ticks are named PREFIX_ID. What is ticked stays so while the list changes, also a device that is not there any more.
class DevicePicker : public QWidget {
    Q_OBJECT

  public:
    DevicePicker(const DeviceList& devices, QString prefix, QWidget* parent = nullptr);

    /// In the order of the list.
    std::vector<std::string> ticked() const;
    void setTicked(const std::vector<std::string>& ids);
    /// The same as RunSpec::device, where none ticked is "auto".
    std::string device() const;
    void setDevice(const std::string& device);

  signals:
    /// By the user.
    void changed();

  protected:
    /// Long names are cut, for the column decides how wide it is.
    void resizeEvent(QResizeEvent* event) override;

  private:
    void showRows(const std::vector<std::string>& ids);
    void cutNames();
    void add(const std::string& id, const QString& text, const QString& tip, bool on);

    const DeviceList& m_devices;
    QString m_prefix;
    struct Tick {
        std::string id;
        QString text;
        QCheckBox* box;
    };
    std::vector<Tick> m_ticks;
};

}  // namespace lemnos
