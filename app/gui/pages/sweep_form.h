// SweepForm: what a sweep is to try: settings with their values, and how trials are chosen. The inspector beside it.
#pragma once

#include <QWidget>
#include <vector>

#include "app/gui/project.h"
#include "model/sweep/sweep_spec.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace lemnos {

class DeviceList;
class DevicePicker;
class ParamEditor;

class SweepForm : public QWidget {
    Q_OBJECT

  public:
    SweepForm(Project& project, DeviceList& devices, QWidget* parent = nullptr);

    /// The order as it stands, on the settings of the Train page; or what is wrong with it.
    Result<SweepSpec> spec() const;
    /// Whether spec() would be one; quick.
    bool isValid() const { return m_isValid; }

  signals:
    void changed();

  private:
    struct Row {
        std::string key;
        QWidget* box;
        QLineEdit* values;
    };
    void addRow(const std::string& key, const QString& values);
    void removeRow(const std::string& key);
    void refreshChoices();
    void refreshDevices();
    void check();
    void refreshSettings();

    Project& m_project;
    DeviceList& m_devices;
    std::vector<Row> m_rows;
    QVBoxLayout* m_list;
    QComboBox* m_more;
    ParamEditor* m_settings;
    QWidget* m_deviceBox;
    DevicePicker* m_ticks;
    QLabel* m_problem;
    QLabel* m_plan;
    bool m_isValid = false;
};

/// What is tried of a setting unless the user says otherwise: all of its choices, or a range around its default.
QString suggestedValues(const Param& param);

}  // namespace lemnos
