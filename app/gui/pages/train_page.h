// TrainPage: watching a run: numbers, charts, progress, and what came out of it.
#pragma once

#include <optional>

#include "app/gui/outside.h"
#include "app/gui/pages/page.h"
#include "app/session/run_session.h"

class QFrame;
class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;

namespace lemnos {

class DeviceList;
class LivePlot;
class PredictionStrip;
class RunCharts;
class RunWatch;
class StatCard;
class TimeBar;
class TrainSettings;

class TrainPage : public Page {
    Q_OBJECT

  public:
    TrainPage(Project& project, RunSession& session, DeviceList& devices, const Dialogs& dialogs,
              QWidget* parent = nullptr);
    QWidget* inspector() override;
    QString statusText() const override;
    /// Shows one event, whoever it comes from.
    void show(const Event& event);

  signals:
    void trainRequested();
    void resumeRequested();
    /// The user wants to know whether the network is the limit.
    void ladderRequested();

  private:
    QWidget* makeNotice();
    QWidget* makeCards();
    QWidget* makeProgress();
    QWidget* makeTabs();
    void clear();
    void notice(const QString& text, bool isError, std::initializer_list<QPushButton*> buttons);
    void refreshNotice();
    void watchRun();
    void showHung(const QString& text);
    void showStarted(const StartedEvent& event);
    void showProgress(const ProgressEvent& event);
    void showEpoch(const EpochEvent& event);
    void showFinished(const FinishedEvent& event);
    void showFailed(const QString& sentence);
    void setProgress(double share, const QString& text);
    void showControl(const ControlEvent& event);
    void ask(const RunCommand& command);
    QMenu* makeControlMenu();
    void saveChart(LivePlot* plot);

    Project& m_project;
    RunSession& m_session;
    const Dialogs& m_dialogs;
    TrainSettings* m_settings;
    QFrame* m_notice;
    QLabel* m_noticeIcon;
    QLabel* m_noticeText;
    QPushButton *m_toData, *m_toModel, *m_train, *m_resume, *m_openRun, *m_toExport, *m_ladder;
    QPushButton *m_restart, *m_wait;
    QPushButton *m_pause, *m_more;
    StatCard *m_accuracy, *m_loss, *m_epoch, *m_speed, *m_timeLeft;
    RunCharts* m_charts;
    TimeBar* m_times;
    PredictionStrip* m_predictions;
    RunWatch* m_watch;
    QWidget* m_progress;
    QProgressBar* m_bar;
    QLabel* m_phase;
    std::int64_t m_epochs = 0;
    std::int64_t m_trainCount = 0;
    std::optional<EpochEvent> m_best;
    bool m_bestByLoss = false;
    QString m_hung;     ///< what is wrong with the run that goes on, in words
    QString m_outcome;  ///< of the last run, in words
    bool m_canResume = false;
    bool m_outcomeIsError = false;
};

}  // namespace lemnos
