// LanPeers: the PCs that this one trusts, and those that are heard in the network.
#pragma once

#include <QObject>
#include <QTimer>
#include <vector>

#include "app/session/cli_call.h"
#include "compute/result.h"

namespace lemnos {

struct LanPeer {
    QString id, name, address, version;
    bool trusted = false;
    bool shares = false;   ///< was heard, and helps those it trusts
    bool pairing = false;  ///< was heard, and waits to be paired

    bool operator==(const LanPeer&) const = default;
};

/// Trusted PCs by name, then the others; from what `peer list --json` and `peer find --json` print.
Result<std::vector<LanPeer>> lanPeersFrom(const QByteArray& trusted, const QByteArray& heard);

class LanPeers : public QObject {
    Q_OBJECT

  public:
    explicit LanPeers(QObject* parent = nullptr);

    /// While it watches, it listens all the time.
    void setWatching(bool watching);
    /// Asks anew who is trusted.
    void refresh();
    void forget(const QString& name);
    const std::vector<LanPeer>& peers() const { return m_peers; }
    const QString& problem() const { return m_problem; }

  signals:
    void changed();

  private:
    void update();
    CliCall m_list, m_find, m_forget;
    QByteArray m_trusted = "[]", m_heard = "[]";
    std::vector<LanPeer> m_peers;
    QString m_problem;
    bool m_watching = false;
};

}  // namespace lemnos
