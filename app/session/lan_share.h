// LanShare: sharing this PC with those it trusts, as `lemnos-cli peer serve` does in a process of its own.
#pragma once

#include <QMap>
#include <QObject>
#include <QString>

#include "app/session/cli_call.h"

namespace lemnos {

/// What this PC does for another one now.
struct LanHelp {
    QString doing;     ///< "trains, one of 3 PCs"
    QString given;     ///< how much, as a sentence; empty until it trains
    QString pictures;  ///< where they have come from, as a sentence; empty until all are here
};

struct LanHelpEnd {
    QString peer;
    std::string reason;  ///< a sentence; see phraseOf()
};

class LanShare : public QObject {
    Q_OBJECT

  public:
    explicit LanShare(QObject* parent = nullptr);

    void start();
    /// Ends it, and with it the help that others get now.
    void stop();
    bool isOn() const { return m_call.isRunning(); }
    /// Where others reach it; 0 while it begins.
    int port() const { return m_port; }
    /// By the names of those it helps.
    const QMap<QString, LanHelp>& helped() const { return m_helped; }
    /// Whom it has helped last, and why no longer; nobody when it helps somebody.
    const LanHelpEnd& lastEnd() const { return m_lastEnd; }
    /// Why it has ended by itself; empty otherwise.
    const QString& problem() const { return m_problem; }

  signals:
    void changed();

  private:
    void read(const QByteArray& line);
    void clear();
    CliCall m_call;
    int m_port = 0;
    QMap<QString, LanHelp> m_helped;
    LanHelpEnd m_lastEnd;
    QString m_problem;
};

}  // namespace lemnos
