#include "app/gui/pair_dialog.h"

#include <QDialogButtonBox>
#include <QNetworkInterface>
#include <QStackedWidget>

#include "app/gui/error_text.h"
#include "app/gui/theme.h"
#include "app/gui/widgets/parts.h"

namespace lemnos {

namespace {

constexpr QSize dialogSize(460, 300);
enum State { waitingState, showingState, typingState, endState };

/// "192.168.0.7": where others may reach this PC.
QString ownAddresses() {
    QStringList addresses;
    for (const QHostAddress& address : QNetworkInterface::allAddresses())
        if (address.protocol() == QAbstractSocket::IPv4Protocol && !address.isLoopback())
            addresses << address.toString();
    return addresses.join(QStringLiteral(", "));
}

QVBoxLayout* columnOf(QWidget* widget) {
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    return column;
}

}  // namespace

PairDialog::PairDialog(const QString& address, QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("pairDialog"));
    setWindowTitle(tr("Pair two PCs"));
    setMinimumSize(dialogSize);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 16);
    layout->setSpacing(16);
    m_states = new QStackedWidget;
    for (QWidget* state : {makeWaiting(), makeShowing(), makeTyping(), makeEnd()}) m_states->addWidget(state);
    layout->addWidget(m_states);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    buttons->button(QDialogButtonBox::Close)->setObjectName(QStringLiteral("closePairing"));
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);

    connect(&m_call, &PairingCall::waiting, this, [this](int port) {
        const QString addresses = ownAddresses();
        m_where->setText(addresses.isEmpty()
                             ? tr("This PC is in no network.")
                             : tr("This PC waits two minutes, at %1, port %2.").arg(addresses).arg(port));
    });
    connect(&m_call, &PairingCall::codeShown, this, [this](const QString& peer, const QString& code) {
        m_shownTo->setText(tr("Type these digits at “%1”:").arg(peer));
        m_code->setText(code.left(3) + QStringLiteral(" ") + code.mid(3));
        m_confirming->hide();
        m_states->setCurrentIndex(showingState);
    });
    connect(&m_call, &PairingCall::confirmAsked, this, [this](const QString& peer) {
        m_question->setText(tr("Does “%1” say now that it is paired with this PC?").arg(peer));
        for (QPushButton* button : {m_yes, m_no}) button->setEnabled(true);  // it may be the next pairing after a no
        m_confirming->show();
        m_yes->setFocus();
    });
    connect(&m_call, &PairingCall::codeAsked, this, [this](const QString& peer) {
        m_typedFor->setText(tr("Type the six digits that “%1” shows:").arg(peer));
        m_typed->clear();
        m_states->setCurrentIndex(typingState);
        m_typed->setFocus();
    });
    connect(&m_call, &PairingCall::paired, this, [this](const QString& peer) {
        m_end->setText(tr("“%1” and this PC are paired. Where both share, each may train with the other.").arg(peer));
        m_states->setCurrentIndex(endState);
    });
    connect(&m_call, &PairingCall::failed, this, [this](const QString& sentence) {
        m_where->clear();
        m_problem->setText(errorText(sentence.toStdString()));
        m_problem->show();
        m_states->setCurrentIndex(waitingState);
    });
    m_call.start(address);
    if (!address.isEmpty()) m_where->setText(tr("Going to %1…").arg(address));
}

QWidget* PairDialog::makeWaiting() {
    auto* page = new QWidget;
    QVBoxLayout* column = columnOf(page);
    column->addWidget(makeLabel(tr("Open this dialog on the other PC, too"), "heading"));
    column->addWidget(makeParagraph(tr("One of the two waits, and the other goes there: by “Pair…” in its list, or by "
                                       "the address of the one that waits."),
                                    "muted"));
    m_where = makeParagraph({});
    m_where->setObjectName(QStringLiteral("pairingWhere"));
    column->addWidget(m_where);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_address = new QLineEdit;
    m_address->setObjectName(QStringLiteral("pairingAddress"));
    m_address->setPlaceholderText(QStringLiteral("192.168.0.7:7411"));
    m_address->setAccessibleName(tr("Address of the PC that waits"));
    m_address->setToolTip(tr("As the other PC shows it"));
    QPushButton* go = makeButton("pairingGo", tr("Go there"), tr("Pair with the PC that waits at this address"));
    connect(go, &QPushButton::clicked, this, &PairDialog::goThere);
    connect(m_address, &QLineEdit::returnPressed, this, &PairDialog::goThere);
    row->addWidget(m_address, 1);
    row->addWidget(go);
    go->setAutoDefault(false);
    column->addLayout(row);
    m_problem = makeParagraph({}, "error");
    m_problem->setObjectName(QStringLiteral("pairingProblem"));
    m_problem->hide();
    column->addWidget(m_problem);
    column->addStretch();
    return page;
}

QWidget* PairDialog::makeShowing() {
    auto* page = new QWidget;
    QVBoxLayout* column = columnOf(page);
    m_shownTo = makeParagraph({}, "heading");
    m_code = makeLabel({}, "number");
    m_code->setObjectName(QStringLiteral("pairingCode"));
    m_code->setFont(sized(text_size::large * 2, QFont::Bold));
    m_code->setAlignment(Qt::AlignCenter);
    m_code->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_question = makeParagraph({});
    m_question->setObjectName(QStringLiteral("pairingQuestion"));
    m_confirming = new QWidget;
    QVBoxLayout* confirming = columnOf(m_confirming);
    auto* row = new QHBoxLayout;
    m_yes = makeButton("pairingYes", tr("Yes, it does"), tr("Trust that PC from now on"), "primary");
    m_no = makeButton("pairingNo", tr("No"), tr("Somebody else may be between the two: trust nobody"));
    const auto reply = [this](const char* text) {
        m_yes->setEnabled(false);
        m_no->setEnabled(false);
        m_call.answer(QLatin1String(text));
    };
    connect(m_yes, &QPushButton::clicked, this, [reply] { reply("yes"); });
    connect(m_no, &QPushButton::clicked, this, [reply] { reply("no"); });
    row->addStretch();
    row->addWidget(m_no);
    row->addWidget(m_yes);
    column->addWidget(m_shownTo);
    column->addWidget(m_code);
    confirming->addWidget(m_question);
    confirming->addLayout(row);
    column->addWidget(m_confirming);
    column->addStretch();
    return page;
}

QWidget* PairDialog::makeTyping() {
    auto* page = new QWidget;
    QVBoxLayout* column = columnOf(page);
    m_typedFor = makeParagraph({}, "heading");
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_typed = new QLineEdit;
    m_typed->setObjectName(QStringLiteral("pairingTyped"));
    m_typed->setAccessibleName(tr("The six digits"));
    m_typed->setToolTip(tr("They are shown on the other PC"));
    m_typed->setMaxLength(7);  // with a space in the middle
    QPushButton* send = makeButton("pairingSend", tr("Pair"), tr("Compare the digits, and trust that PC"), "primary");
    connect(send, &QPushButton::clicked, this, &PairDialog::sendCode);
    connect(m_typed, &QLineEdit::returnPressed, this, &PairDialog::sendCode);
    send->setAutoDefault(false);
    row->addWidget(m_typed, 1);
    row->addWidget(send);
    column->addWidget(m_typedFor);
    column->addLayout(row);
    column->addStretch();
    return page;
}

QWidget* PairDialog::makeEnd() {
    auto* page = new QWidget;
    QVBoxLayout* column = columnOf(page);
    column->addWidget(makeLabel(tr("Paired"), "heading"));
    m_end = makeParagraph({});
    m_end->setObjectName(QStringLiteral("pairingEnd"));
    column->addWidget(m_end);
    column->addStretch();
    return page;
}

void PairDialog::goThere() {
    const QString address = m_address->text().trimmed();
    if (address.isEmpty()) return m_address->setFocus();
    m_problem->hide();
    m_where->setText(tr("Going to %1…").arg(address));
    m_call.start(address);
}

void PairDialog::sendCode() {
    m_call.answer(m_typed->text().remove(QLatin1Char(' ')));
}

}  // namespace lemnos
