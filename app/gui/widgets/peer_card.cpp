#include "app/gui/widgets/peer_card.h"

#include <QCheckBox>

#include "app/gui/widgets/parts.h"

namespace lemnos {

PeerCard::PeerCard(const LanPeer& peer, QWidget* parent) : QFrame(parent), m_peer(peer) {
    setProperty("role", "card");
    setObjectName(QStringLiteral("peer-") + peer.id.left(16));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 12, 16, 12);
    row->setSpacing(12);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    m_name = makeElided({}, "section");
    m_name->setObjectName(QStringLiteral("peerName"));
    m_state = makeElided({}, "small");
    m_state->setObjectName(QStringLiteral("peerState"));
    words->addWidget(m_name);
    words->addWidget(m_state);
    row->addLayout(words, 1);
    m_takesPart = new QCheckBox(tr("Train with it"));
    m_takesPart->setObjectName(QStringLiteral("peerTakesPart"));
    m_pair = makeButton("pairWithPeer", tr("Pair…"), tr("Type here the code that it shows"), "primary");
    m_forget = makeButton("forgetPeer", tr("Forget"), tr("No longer trust this PC"));
    row->addWidget(m_takesPart);
    row->addWidget(m_pair);
    row->addWidget(m_forget);
    connect(m_takesPart, &QCheckBox::clicked, this, [this](bool on) { emit takePartChanged(m_peer.name, on); });
    connect(m_pair, &QPushButton::clicked, this, [this] { emit pairRequested(m_peer); });
    connect(m_forget, &QPushButton::clicked, this, [this] { emit forgetRequested(m_peer); });
}

void PeerCard::showPeer(const LanPeer& peer, bool takesPart) {
    m_peer = peer;
    m_name->setText(peer.name);
    QString state = peer.pairing    ? tr("Waits to be paired")
                    : !peer.trusted ? tr("Shares with others; not paired with this PC")
                    : peer.shares   ? tr("Shares now")
                                    : tr("Is not heard: off, not sharing, or in another network");
    if (!peer.address.isEmpty()) state += QStringLiteral(" · ") + peer.address;
    if (!peer.version.isEmpty()) state += QStringLiteral(" · ") + tr("version %1").arg(peer.version);
    m_state->setText(state);
    m_state->setToolTip(state);
    m_takesPart->setVisible(peer.trusted);
    m_takesPart->setChecked(takesPart);
    m_takesPart->setAccessibleName(tr("Train with %1").arg(peer.name));
    m_takesPart->setToolTip(tr("The next runs are trained together with this PC"));
    m_pair->setVisible(peer.pairing && !peer.trusted);
    m_pair->setAccessibleName(tr("Pair with %1").arg(peer.name));
    m_forget->setVisible(peer.trusted);
    m_forget->setAccessibleName(tr("Forget %1").arg(peer.name));
}

}  // namespace lemnos
