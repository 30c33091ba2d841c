// RunSession on QProcess.
#include "app/session/run_session.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "app/session/cli_program.h"
#include "app/session/qt_path.h"
#include "app/session/spec_file.h"
#include "model/train/run_lock.h"

namespace lemnos {

RunSession::RunSession(QObject* parent) : QObject(parent) {
    connect(&m_follower, &RunFollower::line, this, &RunSession::handleLine);
    connect(&m_follower, &RunFollower::ended, this, &RunSession::handleFollowedEnd);
}

RunSession::~RunSession() {
    if (!m_process) return;
    // A QProcess that is destroyed kills; this one waits for the run, or is left behind by the program's end.
    QProcess* process = m_process.release();
    process->disconnect(this);
    connect(process, &QProcess::finished, process, &QObject::deleteLater);
    // It may not have read the file yet. The system clears the folder of temporary files.
    if (m_spec && m_run.empty()) m_spec->setAutoRemove(false);
}

void RunSession::start(const RunSpec& spec) {
    auto file = writeSpecFile(toJson(spec));
    if (!file) {
        emit failed(QString::fromStdString(file.error().message));
        return;
    }
    m_spec = *std::move(file);
    reset();
    makeProcess();
    emit started();
    m_process->start(cliProgram(), {QStringLiteral("train"), QStringLiteral("--spec"), m_spec->fileName(),
                                    QStringLiteral("--events")});
}

void RunSession::resume(const std::filesystem::path& run, std::optional<std::int64_t> epochs) {
    follow(run);
    m_goesOn = true;
    m_epochs = epochs;
}

void RunSession::restart() {
    if (!isRunning() || m_run.empty()) return;
    m_goesOn = true;
    if (m_process)
        m_process->kill();
    else
        endHolder(m_run, true);
}

void RunSession::follow(const std::filesystem::path& run) {
    reset();
    m_run = run;
    m_follower.start(run);
    emit started();
}

void RunSession::reset() {
    Q_ASSERT(!isRunning());
    m_lines = {};
    m_errors = {};
    m_finished.reset();
    m_failed.reset();
    m_run.clear();
    m_goesOn = false;
    m_epochs.reset();
    m_paused = false;
    m_stopRequests = 0;
}

void RunSession::makeProcess() {
    m_process = std::make_unique<QProcess>();
    // A session of its own: a terminal that is closed, or a Ctrl-C in it, is meant for the window.
    m_process->setChildProcessModifier([] { ::setsid(); });
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &RunSession::readEvents);
    connect(m_process.get(), &QProcess::readyReadStandardError, this, &RunSession::readErrors);
    connect(m_process.get(), &QProcess::finished, this, &RunSession::handleExit);
    // Queued, so that a program that can't be started fails after started(), like every other failure.
    connect(m_process.get(), &QProcess::errorOccurred, this, &RunSession::handleError, Qt::QueuedConnection);
}

Status RunSession::ask(const RunCommand& command) {
    if (!isRunning() || m_run.empty()) return Error{"The run has not begun yet; try again in a moment."};
    return sendCommand(m_run, command);
}

void RunSession::stop() {
    if (!isRunning()) return;
    const bool again = m_stopRequests++ > 0;
    if (!m_process) {
        endHolder(m_run, again);
    } else if (again) {
        m_process->kill();
    } else {
        m_process->terminate();
    }
    if (!again) emit stopping();
}

void RunSession::readEvents() {
    for (const QByteArray& line : m_lines.add(m_process->readAllStandardOutput())) handleLine(line);
}

void RunSession::readErrors() {
    for (const QByteArray& line : m_errors.add(m_process->readAllStandardError())) {
        if (!line.trimmed().isEmpty()) emit output(QString::fromUtf8(line));
    }
}

void RunSession::handleLine(const QByteArray& line) {
    if (line.trimmed().isEmpty()) return;
    const Result<Event> parsed = eventFromLine({line.constData(), std::size_t(line.size())});
    if (!parsed) {
        emit output(QString::fromUtf8(line.left(500)));
        return;
    }
    if (const auto* startedEvent = std::get_if<StartedEvent>(&parsed->what)) {
        m_run = toPath(QString::fromStdString(startedEvent->run));
        // A run that went on has the ends of its earlier parts in its folder, too.
        m_finished.reset();
        m_failed.reset();
        m_paused = false;
    }
    if (const auto* control = std::get_if<ControlEvent>(&parsed->what)) {
        if (control->command.kind == RunCommand::Kind::pause) m_paused = true;
        if (control->command.kind == RunCommand::Kind::goOn ||
            control->command.kind == RunCommand::Kind::stopAfterEpoch)
            m_paused = false;
    }
    if (const auto* finishedEvent = std::get_if<FinishedEvent>(&parsed->what)) m_finished = *finishedEvent;
    if (const auto* failedEvent = std::get_if<FailedEvent>(&parsed->what)) m_failed = *failedEvent;
    emit event(*parsed);
}

void RunSession::handleError(QProcess::ProcessError error) {
    // Every other error is followed by finished().
    if (m_process && error == QProcess::FailedToStart) end([this] { emit failed(cliMissingSentence()); });
}

void RunSession::handleExit(int exitCode, QProcess::ExitStatus status) {
    readEvents();
    readErrors();
    handleLine(m_lines.takeRest());
    m_errors.takeRest();
    if (std::exchange(m_goesOn, false) && m_stopRequests == 0) return end([this, run = m_run] { resume(run); });
    if (m_finished) {
        end([this] { emit finished(*m_finished); });
        return;
    }
    const QString sentence = m_failed ? QString::fromStdString(m_failed->message) : failureSentence(exitCode, status);
    end([this, &sentence] { emit failed(sentence); });
}

void RunSession::handleFollowedEnd() {
    if (std::exchange(m_goesOn, false) && m_stopRequests == 0) {
        m_finished.reset();  // of its earlier part
        m_failed.reset();
        makeProcess();
        QStringList arguments{QStringLiteral("resume"), toText(m_run), QStringLiteral("--events")};
        if (m_epochs) arguments << QStringLiteral("--epochs") << QString::number(*m_epochs);
        return m_process->start(cliProgram(), arguments);
    }
    if (m_finished) {
        end([this] { emit finished(*m_finished); });
    } else if (m_failed) {
        end([this] { emit failed(QString::fromStdString(m_failed->message)); });
    } else {
        end([this] {
            emit failed(
                tr("The training program ended without a word. What it saved is unharmed; Resume goes on from "
                   "its last checkpoint."));
        });
    }
}

QString RunSession::failureSentence(int exitCode, QProcess::ExitStatus status) const {
    QString sentence;
    if (m_stopRequests > 1) {
        sentence = tr("The run was ended before it could save a checkpoint; what it saved earlier is still there.");
    } else if (status == QProcess::CrashExit) {
        sentence =
            tr("The training program crashed. The window and the last checkpoint are unharmed; try again, or "
               "choose another device.");
    } else if (const QByteArray reason = m_errors.reason(); !reason.isEmpty()) {
        return QString::fromUtf8(reason);
    } else {
        sentence = tr("The training program ended without a result (exit code %1).").arg(exitCode);
    }
    for (const QByteArray& line : m_errors.lastLines()) sentence += QLatin1Char('\n') + QString::fromUtf8(line);
    return sentence;
}

void RunSession::end(const std::function<void()>& announce) {
    // The process is in the middle of its own signal, so it goes later; isRunning() is false for whoever listens.
    if (m_process) {
        m_process->disconnect(this);
        m_process.release()->deleteLater();
    }
    m_spec.reset();
    m_stopRequests = 0;
    announce();
}

}  // namespace lemnos
