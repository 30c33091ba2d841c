// TrainSettings: the inspector of the Train page: run settings, optimizer, device and the equivalent command.
#pragma once

#include <QWidget>

#include "app/gui/project.h"

class QComboBox;
class QLabel;

namespace lemnos {

class DeviceList;
class ParamEditor;

class TrainSettings : public QWidget {
    Q_OBJECT

  public:
    TrainSettings(Project& project, DeviceList& devices, QWidget* parent = nullptr);

  private:
    QWidget* makeCommand();
    void refresh();
    void refreshDevices();

    Project& m_project;
    DeviceList& m_devices;
    ParamEditor* m_run;
    QLabel* m_optimizerTitle;
    ParamEditor* m_optimizer;
    std::string m_shownOptimizer;
    QComboBox* m_device;
    QLabel* m_deviceNote;
    QWidget* m_fields;
    QLabel* m_command;
};

}  // namespace lemnos
