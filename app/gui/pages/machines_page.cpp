#include "app/gui/pages/machines_page.h"

#include <QScrollArea>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/gui/error_text.h"
#include "app/gui/pair_dialog.h"
#include "app/gui/widgets/param_editor.h"
#include "app/gui/widgets/parts.h"
#include "app/gui/widgets/peer_card.h"
#include "app/gui/widgets/sharing_editor.h"
#include "model/phrase_json.h"

namespace lemnos {

namespace {

constexpr int columnWidth = 720;

}  // namespace

MachinesPage::MachinesPage(Project& project, DeviceList& devices, LanShare& share, const Dialogs& dialogs,
                           QWidget* parent)
    : Page(parent), m_project(project), m_devices(devices), m_share(share), m_dialogs(dialogs), m_about(makeAbout()) {
    auto* content = new QWidget;
    content->setProperty("role", "background");
    auto* outer = new QHBoxLayout(content);
    outer->setContentsMargins(16, 16, 16, 16);
    auto* column = new QWidget;
    column->setMaximumWidth(columnWidth);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(makeThisPc());
    layout->addWidget(makeOthers());
    layout->addStretch();
    outer->addStretch(1);
    outer->addWidget(column, 100);
    outer->addStretch(1);
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setWidget(content);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(area);

    connect(&share, &LanShare::changed, this, &MachinesPage::showThisPc);
    connect(&devices, &DeviceList::changed, this, &MachinesPage::showThisPc);
    connect(&m_peers, &LanPeers::changed, this, &MachinesPage::showPeers);
    connect(&project, &Project::settingsChanged, this, &MachinesPage::showPeers);
    for (const auto signal : {&Project::settingsChanged, &Project::planChanged, &Project::runChanged})
        connect(&project, signal, this, &MachinesPage::refreshAdvice);
    connect(&m_diagnosis, &CliCall::done, this, &MachinesPage::showDiagnosis);
    connect(&m_diagnosis, &CliCall::failed, this, [this](const QString& sentence) {
        m_diagnoseButton->setEnabled(true);
        m_findings->setText(sentence);
    });
    showThisPc();
    showPeers();
    refreshAdvice();
}

QFrame* MachinesPage::makeThisPc() {
    QFrame* card = makeCard();
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    auto* row = new QHBoxLayout;
    row->addWidget(makeLabel(tr("This PC"), "heading"), 1);
    m_shareButton = makeButton("sharePc", {}, {});
    connect(m_shareButton, &QPushButton::clicked, this, [this] { m_share.isOn() ? m_share.stop() : m_share.start(); });
    row->addWidget(m_shareButton);
    m_deviceNames = makeParagraph({}, "muted");
    m_deviceNames->setObjectName(QStringLiteral("ownDevices"));
    m_shareState = makeParagraph({});
    m_shareState->setObjectName(QStringLiteral("shareState"));
    m_helped = makeParagraph({});
    m_helped->setObjectName(QStringLiteral("helped"));
    layout->addLayout(row);
    for (QLabel* label : {m_deviceNames, m_shareState, m_helped}) layout->addWidget(label);
    return card;
}

QWidget* MachinesPage::makeOthers() {
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(8);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(makeLabel(tr("Other PCs"), "heading"), 1);
    m_diagnoseButton = makeButton("diagnoseLan", tr("Why can't I see them?"),
                                  tr("Look at networks, ports and firewalls, and whether each PC answers"));
    connect(m_diagnoseButton, &QPushButton::clicked, this, &MachinesPage::diagnose);
    QPushButton* pairing =
        makeButton("pairPc", tr("Pair a PC…"), tr("Make another PC and this one known to each other"), "primary");
    connect(pairing, &QPushButton::clicked, this, [this] { pair(); });
    m_adviceButton = makeButton("adviseTeam", tr("What would help?"), {});
    connect(m_adviceButton, &QPushButton::clicked, this, &MachinesPage::adviceRequested);
    row->addWidget(m_adviceButton);
    row->addWidget(m_diagnoseButton);
    row->addWidget(pairing);
    m_noOthers = makeParagraph(
        tr("No other PC is known yet. Start Lemnos there, open this page on both, and pair them."), "muted");
    m_noOthers->setObjectName(QStringLiteral("noOthers"));
    m_problem = makeParagraph({}, "error");
    m_problem->setObjectName(QStringLiteral("lanProblem"));
    m_findings = makeParagraph({}, "small");
    m_findings->setObjectName(QStringLiteral("lanFindings"));
    m_findings->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_findings->hide();
    m_cards = new QVBoxLayout;
    m_cards->setSpacing(8);
    layout->addLayout(row);
    for (QLabel* label : {m_noOthers, m_problem, m_findings}) layout->addWidget(label);
    layout->addLayout(m_cards);
    return box;
}

QWidget* MachinesPage::makeAbout() {
    auto* about = new QWidget;
    auto* layout = new QVBoxLayout(about);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    layout->addWidget(new SharingEditor(m_devices));
    layout->addSpacing(8);
    layout->addWidget(makeLabel(tr("Training on several PCs"), "section"));
    for (const QString& text :
         {tr("Tick the PCs that take part, and train as ever: the run, its curves and its weights stay on this PC."),
          tr("Pictures go to the others as they are needed, encrypted, and only to PCs that you have paired."),
          tr("PCs may come and go while the run goes on. It loses one step at most, and counts every picture once."),
          tr("With “exact” in the settings of the run, the weights are the same to the last bit, however many PCs "
             "there are.")})
        layout->addWidget(makeParagraph(text, "small"));
    layout->addStretch();
    return about;
}

void MachinesPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    m_peers.setWatching(true);
}

void MachinesPage::hideEvent(QHideEvent* event) {
    Page::hideEvent(event);
    m_peers.setWatching(false);
}

void MachinesPage::showThisPc() {
    QStringList names;
    for (const DeviceChoice& device : m_devices.devices()) names << QString::fromStdString(device.name);
    m_deviceNames->setText(names.isEmpty() ? m_devices.problem() : names.join(QStringLiteral(" · ")));
    const bool on = m_share.isOn();
    m_shareButton->setText(on ? tr("Stop sharing") : tr("Share this PC"));
    m_shareButton->setAccessibleName(m_shareButton->text());
    m_shareButton->setToolTip(on ? tr("Ends also what this PC does for others now; their runs go on without it")
                                 : tr("Help the PCs that this one trusts with their runs"));
    setStyled(*m_shareButton, "role", on ? "" : "primary");
    m_shareState->setText(!m_share.problem().isEmpty() ? m_share.problem()
                          : !on                        ? tr("Not shared: nobody else can use this PC.")
                          : m_share.port() == 0
                              ? tr("Beginning to share…")
                              : tr("Shared with the PCs that it trusts, at port %1.").arg(m_share.port()));
    setStyled(*m_shareState, "role", m_share.problem().isEmpty() ? "" : "error");
    QStringList helped;
    for (auto it = m_share.helped().begin(); it != m_share.helped().end(); ++it) {
        QStringList sentences{tr("For “%1”: %2.").arg(it.key(), it->doing), it->given, it->pictures};
        sentences.removeAll(QString());
        helped << sentences.join(QLatin1Char(' '));
    }
    if (const LanHelpEnd& end = m_share.lastEnd(); !end.peer.isEmpty())
        helped << tr("No longer for “%1”: %2").arg(end.peer, errorText(end.reason));
    m_helped->setText(helped.join(QLatin1Char('\n')));
    m_helped->setVisible(!helped.isEmpty());
}

void MachinesPage::showPeers() {
    m_problem->setText(m_peers.problem());
    m_problem->setVisible(!m_peers.problem().isEmpty());
    m_noOthers->setVisible(m_peers.peers().empty());
    const auto cardOf = [&](const LanPeer& peer) {
        const auto found = std::ranges::find_if(m_peerCards, [&](PeerCard* card) { return card->id() == peer.id; });
        if (found != m_peerCards.end()) return *found;
        auto* card = new PeerCard(peer);
        connect(card, &PeerCard::takePartChanged, this, &MachinesPage::setTakesPart);
        connect(card, &PeerCard::pairRequested, this, [this](const LanPeer& other) { pair(other.address); });
        connect(card, &PeerCard::forgetRequested, this, &MachinesPage::forget);
        m_peerCards << card;
        return card;
    };
    QList<PeerCard*> left = m_peerCards;
    int place = 0;
    for (const LanPeer& peer : m_peers.peers()) {
        PeerCard* const card = cardOf(peer);
        left.removeOne(card);
        card->showPeer(peer, std::ranges::count(m_project.peers(), peer.name.toStdString()) > 0);
        m_cards->removeWidget(card);
        m_cards->insertWidget(place++, card);
    }
    for (PeerCard* card : left) {
        m_peerCards.removeOne(card);
        card->deleteLater();
    }
}

void MachinesPage::refreshAdvice() {
    const QString missing = m_project.missingForTraining();
    const bool running = m_project.runState() == RunState::running;
    m_adviceButton->setEnabled(missing.isEmpty() && !running && !m_project.peers().empty());
    m_adviceButton->setToolTip(!missing.isEmpty() ? missing
                               : running          ? tr("Can be measured when the run is over")
                               : m_project.peers().empty()
                                   ? tr("Tick the PCs that would take part first")
                                   : tr("Measure for some seconds what training with the ticked PCs would bring"));
}

void MachinesPage::setTakesPart(const QString& name, bool takesPart) {
    std::vector<std::string> peers = m_project.peers();
    std::erase(peers, name.toStdString());
    if (takesPart) peers.push_back(name.toStdString());
    m_project.setPeers(peers);
}

void MachinesPage::pair(const QString& address) {
    PairDialog dialog(address, this);
    dialog.exec();
    m_peers.refresh();
}

void MachinesPage::forget(const LanPeer& peer) {
    if (!m_dialogs.confirm(this, tr("Forget this PC"),
                           tr("“%1” can then no longer train with this PC until they are paired again.").arg(peer.name),
                           tr("Forget")))
        return;
    setTakesPart(peer.name, false);
    m_peers.forget(peer.name);
}

void MachinesPage::diagnose() {
    m_diagnoseButton->setEnabled(false);
    m_findings->setText(tr("Looking…"));
    m_findings->show();
    m_diagnosis.start({QStringLiteral("peer"), QStringLiteral("diagnose"), QStringLiteral("--json")});
}

void MachinesPage::showDiagnosis(const QByteArray& output) {
    m_diagnoseButton->setEnabled(true);
    const auto list = nlohmann::json::parse(output.begin(), output.end(), nullptr, false);
    QStringList lines;
    if (list.is_array()) {
        for (const auto& item : list) {
            const std::string state = item.is_object() ? item.value("state", "") : "";
            const QString mark = state == "good"   ? QStringLiteral("✓ ")
                                 : state == "hint" ? QStringLiteral("• ")
                                                   : QStringLiteral("✗ ");
            const auto phrase =
                item.is_object() && item.contains("phrase") ? phraseFromJson(item["phrase"]) : std::nullopt;
            if (phrase) lines << mark + translated(*phrase);
        }
    }
    m_findings->setText(lines.join(QLatin1Char('\n')));
}

}  // namespace lemnos
