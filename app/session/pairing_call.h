// PairingCall: pairing with another PC, as `lemnos-cli peer pair` does; it asks, and the window answers.
#pragma once

#include <QObject>
#include <QProcess>
#include <memory>

#include "app/session/output_tail.h"

namespace lemnos {

/// Ends with exactly one of paired() and failed(), unless it is cancelled.
class PairingCall : public QObject {
    Q_OBJECT

  public:
    explicit PairingCall(QObject* parent = nullptr);
    ~PairingCall() override;

    /// Waits for another PC, or with an address, goes to the one that waits.
    void start(const QString& address = {});
    void answer(const QString& text);
    void cancel();
    bool isRunning() const { return m_process != nullptr; }

  signals:
    void waiting(int port);
    void codeShown(const QString& peer, const QString& code);  ///< to be typed at the other PC
    void confirmAsked(const QString& peer);                    ///< has the other PC accepted? "yes" or anything else
    void codeAsked(const QString& peer);                       ///< that the other PC shows
    void paired(const QString& peer);
    void failed(const QString& sentence);

  private:
    void read();
    void handleExit(int exitCode);
    std::unique_ptr<QProcess> m_process;
    OutputTail m_errors;
    QString m_paired;
};

}  // namespace lemnos
