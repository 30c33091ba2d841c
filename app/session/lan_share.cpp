#include "app/session/lan_share.h"

#include <nlohmann/json.hpp>

namespace lemnos {

LanShare::LanShare(QObject* parent) : QObject(parent) {
    const auto end = [this](const QString& problem) {
        m_problem = problem;
        m_port = 0;
        m_helped.clear();
        emit changed();
    };
    connect(&m_call, &CliCall::line, this, &LanShare::read);
    connect(&m_call, &CliCall::done, this, [end] { end({}); });
    connect(&m_call, &CliCall::failed, this, end);
}

void LanShare::start() {
    m_problem.clear();
    m_port = 0;
    m_helped.clear();
    m_call.start({QStringLiteral("peer"), QStringLiteral("serve"), QStringLiteral("--events")});
    emit changed();
}

void LanShare::stop() {
    m_call.cancel();
    m_port = 0;
    m_helped.clear();
    emit changed();
}

void LanShare::read(const QByteArray& line) {
    const auto json = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    if (!json.is_object()) return;
    const std::string event = json.value("event", "");
    const QString peer = QString::fromStdString(json.value("peer", ""));
    const QString text = QString::fromStdString(json.value("text", ""));
    if (event == "sharing") m_port = json.value("port", 0);
    if (event == "preparing") m_helped[peer] = tr("gets ready to help with %1").arg(text);
    if (event == "waiting") m_helped[peer] = tr("is ready, on %1").arg(text);
    if (event == "training") m_helped[peer] = tr("trains, one of %1 PCs").arg(text);
    if (event == "ended") m_helped.remove(peer);
    emit changed();
}

}  // namespace lemnos
