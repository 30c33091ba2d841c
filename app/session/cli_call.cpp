// CliCall on QProcess.
#include "app/session/cli_call.h"

#include "app/session/cli_program.h"

namespace lemnos {

namespace {

constexpr qsizetype maxOutputBytes = 64 << 20;

/// Ends the process without making anybody wait for it.
void discard(QProcess* process) {
    if (!process) return;
    QObject::connect(process, &QProcess::finished, process, &QObject::deleteLater);
    if (process->state() == QProcess::NotRunning) {
        process->deleteLater();
    } else {
        process->terminate();
    }
}

}  // namespace

CliCall::CliCall(QObject* parent) : QObject(parent), m_process(nullptr, discard) {}

CliCall::~CliCall() {
    if (!m_process) return;
    m_process->disconnect(this);
    m_process->kill();
    m_process->waitForFinished(1000);
    m_process->deleteLater();
    m_process.release();
}

void CliCall::start(const QStringList& arguments) {
    cancel();
    m_output.clear();
    m_lines = {};
    m_errors = {};
    m_process.reset(new QProcess);
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &CliCall::read);
    connect(m_process.get(), &QProcess::readyReadStandardError, this,
            [this] { m_errors.add(m_process->readAllStandardError()); });
    connect(m_process.get(), &QProcess::finished, this, &CliCall::handleExit);
    connect(
        m_process.get(), &QProcess::errorOccurred, this,
        [this](QProcess::ProcessError error) {
            if (error != QProcess::FailedToStart || !m_process) return;
            cancel();
            emit failed(cliMissingSentence());
        },
        Qt::QueuedConnection);
    m_process->start(cliProgram(), arguments);
}

void CliCall::cancel() {
    if (!m_process) return;
    m_process->disconnect(this);
    m_process.reset();
}

void CliCall::askToEnd() {
    if (m_process) m_process->terminate();
}

void CliCall::read() {
    const QByteArray bytes = m_process->readAllStandardOutput();
    if (m_output.size() < maxOutputBytes) m_output += bytes;
    for (const QByteArray& complete : m_lines.add(bytes)) emit line(complete);
}

void CliCall::handleExit(int exitCode, QProcess::ExitStatus status) {
    read();
    m_errors.add(m_process->readAllStandardError());
    m_errors.takeRest();
    const QString command = m_process->arguments().value(0);
    cancel();
    if (status == QProcess::NormalExit && exitCode == 0) {
        emit done(m_output);
        return;
    }
    QString sentence = QString::fromUtf8(m_errors.reason());
    if (sentence.isEmpty()) sentence = QString::fromUtf8(m_errors.lastLines().join('\n'));
    if (sentence.isEmpty()) {
        sentence = tr("'lemnos-cli %1' ended without saying why (exit code %2).").arg(command).arg(exitCode);
    }
    emit failed(sentence);
}

}  // namespace lemnos
