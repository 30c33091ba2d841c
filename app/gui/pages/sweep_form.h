// SweepForm: what a sweep is to try: settings with their values, and how trials are chosen. The inspector beside it.
#pragma once

#include <QWidget>
#include <vector>

#include "app/gui/project.h"
#include "model/sweep/sweep_spec.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace lemnos {

class ParamEditor;

class SweepForm : public QWidget {
    Q_OBJECT

  public:
    explicit SweepForm(Project& project, QWidget* parent = nullptr);

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
    void check();

    Project& m_project;
    std::vector<Row> m_rows;
    QVBoxLayout* m_list;
    QComboBox* m_more;
    ParamEditor* m_settings;
    QLabel* m_problem;
    QLabel* m_plan;
    bool m_isValid = false;
};

/// What is tried of a setting unless the user says otherwise: all of its choices, or a range around its default.
QString suggestedValues(const Param& param);

}  // namespace lemnos
