// TrainSettings: the inspector of the Train page: run settings, optimizer, schedule, device and the equivalent command.
#pragma once

#include <QWidget>

#include "app/gui/project.h"

class QLabel;
class QPushButton;

namespace lemnos {

class DeviceList;
class DevicePicker;
class ParamEditor;
class SchedulePlot;

class TrainSettings : public QWidget {
    Q_OBJECT

  public:
    TrainSettings(Project& project, DeviceList& devices, QWidget* parent = nullptr);

  private:
    /// The settings of what another setting names: the optimizer, the schedule.
    struct ChosenFields {
        QLabel* title;
        ParamEditor* editor;
        std::string shown{};  ///< name of the type
    };

    template <class Type>
    void showChosen(ChosenFields& fields, const Type& type, const ParamMap& values);
    QWidget* makeCommand();
    void refresh();
    void refreshDevices();
    void refreshSchedule();
    void findRate();

    Project& m_project;
    DeviceList& m_devices;
    ParamEditor* m_run;
    ChosenFields m_optimizer, m_schedule;
    SchedulePlot* m_schedulePlot;
    QPushButton* m_findRate = nullptr;
    DevicePicker* m_device;
    QLabel* m_deviceNote;
    QWidget* m_fields;
    QLabel* m_command;
};

}  // namespace lemnos
