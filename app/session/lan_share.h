// LanShare: sharing this PC with those it trusts, as `lemnos-cli peer serve` does in a process of its own.
#pragma once

#include <QMap>
#include <QObject>
#include <QString>

#include "app/session/cli_call.h"

namespace lemnos {

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
    /// What this PC does for others now: their names, and a sentence each.
    const QMap<QString, QString>& helped() const { return m_helped; }
    /// Why it has ended by itself; empty otherwise.
    const QString& problem() const { return m_problem; }

  signals:
    void changed();

  private:
    void read(const QByteArray& line);
    CliCall m_call;
    int m_port = 0;
    QMap<QString, QString> m_helped;
    QString m_problem;
};

}  // namespace lemnos
