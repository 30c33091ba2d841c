#include "app/session/pairing_call.h"

#include <nlohmann/json.hpp>

#include "app/session/cli_program.h"
#include "model/phrase_json.h"

namespace lemnos {

PairingCall::PairingCall(QObject* parent) : QObject(parent) {}

PairingCall::~PairingCall() {
    cancel();
}

void PairingCall::start(const QString& address) {
    cancel();
    m_errors = {};
    m_paired.clear();
    m_process = std::make_unique<QProcess>();
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &PairingCall::read);
    connect(m_process.get(), &QProcess::readyReadStandardError, this,
            [this] { m_errors.add(m_process->readAllStandardError()); });
    connect(m_process.get(), &QProcess::finished, this, &PairingCall::handleExit);
    connect(
        m_process.get(), &QProcess::errorOccurred, this,
        [this](QProcess::ProcessError error) {
            if (error != QProcess::FailedToStart || !m_process) return;
            cancel();
            emit failed(cliMissingSentence());
        },
        Qt::QueuedConnection);
    QStringList arguments{QStringLiteral("peer"), QStringLiteral("pair"), QStringLiteral("--events")};
    if (!address.isEmpty()) arguments << address;
    m_process->start(cliProgram(), arguments);
}

void PairingCall::answer(const QString& text) {
    if (m_process) m_process->write(text.toUtf8() + '\n');
}

void PairingCall::cancel() {
    if (!m_process) return;
    m_process->disconnect(this);
    m_process->kill();  // it holds nothing that could be lost
    QProcess* const process = m_process.release();
    connect(process, &QProcess::finished, process, &QObject::deleteLater);
    if (process->state() == QProcess::NotRunning) process->deleteLater();
}

void PairingCall::read() {
    while (m_process && m_process->canReadLine()) {
        const QByteArray line = m_process->readLine();
        const auto json = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
        if (!json.is_object()) continue;
        const std::string event = json.value("event", "");
        const QString peer = QString::fromStdString(json.value("peer", ""));
        if (event == "waiting") emit waiting(json.value("port", 0));
        if (event == "code") emit codeShown(peer, QString::fromStdString(json.value("code", "")));
        if (event == "confirm") emit confirmAsked(peer);
        if (event == "ask") emit codeAsked(peer);
        if (event == "paired") m_paired = peer;
        // So that this process finds what the sentence on standard error is made of.
        if (event == "failed") learnPhrase(json.value("phrase", nlohmann::json()));
    }
}

void PairingCall::handleExit(int exitCode) {
    read();
    m_errors.add(m_process->readAllStandardError());
    m_process.release()->deleteLater();
    if (exitCode == 0 && !m_paired.isEmpty()) {
        emit paired(m_paired);
        return;
    }
    m_errors.takeRest();
    const QString sentence = QString::fromUtf8(m_errors.reason());
    emit failed(sentence.isEmpty() ? tr("The PCs were not paired.") : sentence);
}

}  // namespace lemnos
