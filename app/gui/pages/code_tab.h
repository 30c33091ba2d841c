// CodeTab: the network as a Python program of another framework, to be read, copied and saved.
#pragma once

#include <QWidget>

#include "app/gui/outside.h"
#include "app/gui/project.h"

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace lemnos {

struct PythonFramework;

class CodeTab : public QWidget {
    Q_OBJECT

  public:
    CodeTab(const Project& project, const Dialogs& dialogs, const PythonFramework& framework,
            QWidget* parent = nullptr);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void refresh();
    void say(const QString& sentence, const char* role);
    void copy();
    void save();

    const Project& m_project;
    const Dialogs& m_dialogs;
    const PythonFramework& m_framework;
    QPlainTextEdit* m_text;
    QLabel* m_state;
    QPushButton *m_copy, *m_save;
};

}  // namespace lemnos
