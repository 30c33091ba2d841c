// PeerCard: one other PC on the Machines page.
#pragma once

#include <QFrame>

#include "app/session/lan_peers.h"

class QCheckBox;
class QLabel;
class QPushButton;

namespace lemnos {

class PeerCard : public QFrame {
    Q_OBJECT

  public:
    explicit PeerCard(const LanPeer& peer, QWidget* parent = nullptr);
    void showPeer(const LanPeer& peer, bool takesPart);
    const QString& id() const { return m_peer.id; }

  signals:
    void takePartChanged(const QString& name, bool takesPart);
    void pairRequested(const lemnos::LanPeer& peer);
    void forgetRequested(const lemnos::LanPeer& peer);

  private:
    LanPeer m_peer;
    QLabel *m_name, *m_state;
    QCheckBox* m_takesPart;
    QPushButton *m_pair, *m_forget;
};

}  // namespace lemnos
