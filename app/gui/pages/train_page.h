// TrainPage: watching a run: numbers, charts, progress, and what came out of it.
#pragma once

#include "app/gui/outside.h"
#include "app/gui/pages/page.h"
#include "app/session/run_session.h"

class QFrame;
class QLabel;
class QPushButton;

namespace lemnos {

class DeviceList;
class LivePlot;
class PredictionStrip;
class RunCharts;
class RunFigures;
class RunWatch;
class SystemView;
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
    QWidget* makeTabs();
    void clear();
    void notice(const QString& text, bool isError, std::initializer_list<QPushButton*> buttons);
    void refreshNotice();
    void watchRun();
    void showHung(const QString& text);
    void showFinished(const FinishedEvent& event);
    void showFailed(const QString& sentence);
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
    RunFigures* m_figures;
    RunCharts* m_charts;
    TimeBar* m_times;
    PredictionStrip* m_predictions;
    SystemView* m_system;
    RunWatch* m_watch;
    QString m_hung;     ///< what is wrong with the run that goes on, in words
    QString m_outcome;  ///< of the last run, in words
    bool m_canResume = false;
    bool m_outcomeIsError = false;
};

}  // namespace lemnos
