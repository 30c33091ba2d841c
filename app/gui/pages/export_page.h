// ExportPage: writing the trained network to a file that other programs read, and proving that it is right.
#pragma once

#include "app/gui/outside.h"
#include "app/gui/pages/page.h"
#include "app/session/cli_call.h"

class QFrame;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace lemnos {

class ExportPage : public Page {
    Q_OBJECT

  public:
    ExportPage(Project& project, Dialogs& dialogs, QWidget* parent = nullptr);
    QWidget* inspector() override;

  private:
    QWidget* makeEmpty();
    QWidget* makeForm();
    QFrame* makeTarget();
    QFrame* makeDestination();
    QFrame* makeResult();
    void refresh();
    void describeFile();
    void toggle();
    void showProgress(const QByteArray& line);
    void showDone(const QByteArray& output);
    void showFailed(const QString& sentence);
    void setRunning(bool running);

    Project& m_project;
    Dialogs& m_dialogs;
    CliCall m_call;
    std::filesystem::path m_shownRun;
    QString m_folder;  ///< that the export at hand goes to
    QWidget* m_about;
    QLabel* m_aboutText;
    QStackedWidget* m_states;
    QLineEdit* m_destination;
    QPushButton* m_export;
    QProgressBar* m_bar;
    QLabel* m_phase;
    QFrame* m_result;
    QLabel* m_resultIcon;
    QLabel* m_resultTitle;
    QLabel* m_resultText;
    QPushButton* m_openFolder;
};

}  // namespace lemnos
