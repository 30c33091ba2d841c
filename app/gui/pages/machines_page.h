// MachinesPage: this PC and the others that train with it.
#pragma once

#include "app/gui/outside.h"
#include "app/gui/pages/page.h"
#include "app/session/cli_call.h"
#include "app/session/device_list.h"
#include "app/session/lan_peers.h"
#include "app/session/lan_share.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace lemnos {

class PeerCard;

class MachinesPage : public Page {
    Q_OBJECT

  public:
    MachinesPage(Project& project, DeviceList& devices, LanShare& share, const Dialogs& dialogs,
                 QWidget* parent = nullptr);
    QWidget* inspector() override { return m_about; }

  signals:
    /// The user wants to know what training with the PCs that take part would bring.
    void adviceRequested();

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    QFrame* makeThisPc();
    QWidget* makeOthers();
    QWidget* makeAbout();
    void showThisPc();
    void showPeers();
    void refreshAdvice();
    void setTakesPart(const QString& name, bool takesPart);
    void pair(const QString& address = {});
    void forget(const LanPeer& peer);
    void diagnose();
    void showDiagnosis(const QByteArray& output);

    Project& m_project;
    DeviceList& m_devices;
    LanShare& m_share;
    const Dialogs& m_dialogs;
    LanPeers m_peers;
    CliCall m_diagnosis;
    QWidget* m_about;
    QPushButton *m_shareButton, *m_diagnoseButton, *m_adviceButton;
    QLabel *m_shareState, *m_deviceNames, *m_helped, *m_noOthers, *m_problem, *m_findings;
    QVBoxLayout* m_cards;
    QList<PeerCard*> m_peerCards;
};

}  // namespace lemnos
