// RunSession: the window's hold on a run, which trains in a process of its own and outlives the window.
#pragma once

#include <QObject>
#include <QProcess>
#include <QTemporaryFile>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "app/session/output_tail.h"
#include "app/session/run_follower.h"
#include "model/train/event.h"
#include "model/train/run_spec.h"

namespace lemnos {

/// Starts `lemnos-cli train --spec FILE --events` and turns the lines it prints into events; or follows a run that was
/// started elsewhere, by the same lines in its folder. One run at a time.
/// Every run ends with exactly one of finished() and failed().
class RunSession : public QObject {
    Q_OBJECT

  public:
    explicit RunSession(QObject* parent = nullptr);
    /// A run that is still going goes on alone; whoever comes next can follow it.
    ~RunSession() override;

    void start(const RunSpec& spec);

    /// Asks the run to end after the step at hand, with a checkpoint. Asked a second time, ends it at once.
    void stop();

    /// Tells what the run has been through, as follow() does, and goes on with it from its last checkpoint.
    /// `epochs`, when given, is how many it is to have in all.
    void resume(const std::filesystem::path& run, std::optional<std::int64_t> epochs = {});

    /// Ends the run at once, whatever it is doing, and goes on with it from its last checkpoint, as resume() does.
    void restart();

    /// Shows a run that another process trains, from its first event on.
    void follow(const std::filesystem::path& run);

    /// Asks something of the run; it answers with a ControlEvent. Nothing before it has told where its folder is.
    Status ask(const RunCommand& command);
    bool isPaused() const { return m_paused; }

    bool isRunning() const { return m_process || m_follower.isFollowing(); }
    bool isStopping() const { return m_stopRequests > 0; }

  signals:
    void started();
    void stopping();
    void event(const lemnos::Event& event);
    /// A line the run printed that is not an event: what drivers and libraries have to say.
    void output(const QString& line);
    void finished(const lemnos::FinishedEvent& event);
    void failed(const QString& sentence);

  private:
    void reset();
    void makeProcess();
    void readEvents();
    void readErrors();
    void handleLine(const QByteArray& line);
    void handleError(QProcess::ProcessError error);
    void handleExit(int exitCode, QProcess::ExitStatus status);
    void handleFollowedEnd();
    QString failureSentence(int exitCode, QProcess::ExitStatus status) const;
    void end(const std::function<void()>& announce);

    std::unique_ptr<QProcess> m_process;
    RunFollower m_follower;
    std::unique_ptr<QTemporaryFile> m_spec;
    OutputTail m_lines;
    OutputTail m_errors;
    std::optional<FinishedEvent> m_finished;
    std::optional<FailedEvent> m_failed;
    std::filesystem::path m_run;           ///< as it has told
    std::optional<std::int64_t> m_epochs;  ///< asked for with resume()
    bool m_goesOn = false;                 ///< to be resumed where it ends
    bool m_paused = false;
    int m_stopRequests = 0;
};

}  // namespace lemnos
