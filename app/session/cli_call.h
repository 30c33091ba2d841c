// CliCall: one short call of lemnos-cli, without waiting for it.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QProcess>
#include <QStringList>
#include <memory>

#include "app/session/output_tail.h"

namespace lemnos {

/// Runs `lemnos-cli ARGS...` and tells what it printed. One call at a time; a new one cancels the one before.
class CliCall : public QObject {
    Q_OBJECT

  public:
    explicit CliCall(QObject* parent = nullptr);
    ~CliCall() override;

    void start(const QStringList& arguments);
    /// Ends the call; neither done() nor failed() will come.
    void cancel();
    /// Asks the call to end, as Ctrl-C does in a terminal; done() or failed() comes when it has.
    void askToEnd();
    bool isRunning() const { return m_process != nullptr; }

  signals:
    /// A complete line of standard output, as it comes.
    void line(const QByteArray& line);
    /// Exit code 0, with everything it printed.
    void done(const QByteArray& output);
    /// The reason, as a sentence.
    void failed(const QString& sentence);

  private:
    void read();
    void handleExit(int exitCode, QProcess::ExitStatus status);
    std::unique_ptr<QProcess, void (*)(QProcess*)> m_process;
    QByteArray m_output;
    OutputTail m_lines;
    OutputTail m_errors;
};

}  // namespace lemnos
