// SharingEditor: what this PC lends to others, as its owner says; kept in the settings folder.
#pragma once

#include <QThreadPool>
#include <QWidget>

#include "model/param.h"

class QLabel;

namespace lemnos {

class DeviceList;
class DevicePicker;
class ParamEditor;

/// Reads and writes the file off the GUI thread; the process that shares reads it whenever somebody asks for help.
class SharingEditor : public QWidget {
    Q_OBJECT

  public:
    explicit SharingEditor(const DeviceList& devices, QWidget* parent = nullptr);
    /// Writes what is not written yet.
    ~SharingEditor() override;

  private:
    void load();
    void show(const ParamMap& values);
    void save();
    void tell(const QString& problem);

    ParamMap m_values;
    DevicePicker* m_devices;
    ParamEditor* m_editor;
    QLabel* m_problem;
    QThreadPool m_pool;
};

}  // namespace lemnos
