// RunControls: how far a run is, and what can be asked of it while it goes on.
#pragma once

#include <QWidget>

#include "app/gui/outside.h"
#include "app/session/run_session.h"

class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;

namespace lemnos {

/// Hidden while there is no run.
class RunControls : public QWidget {
    Q_OBJECT

  public:
    RunControls(RunSession& session, const Dialogs& dialogs, QWidget* parent = nullptr);
    /// Takes what progress, phase and answers say; other events change nothing.
    void take(const Event& event);

  private:
    void begin();
    QMenu* makeMenu();
    void ask(const RunCommand& command);
    void showProgress(const ProgressEvent& event);
    void showControl(const ControlEvent& event);
    void setProgress(double share, const QString& text);

    RunSession& m_session;
    const Dialogs& m_dialogs;
    QProgressBar* m_bar;
    QLabel* m_phase;
    QPushButton *m_pause, *m_more;
    std::int64_t m_epochs = 0;
    double m_rate = 0;  ///< of the last step; 0: not known
};

}  // namespace lemnos
