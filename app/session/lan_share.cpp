#include "app/session/lan_share.h"

#include <QLocale>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "model/phrase_json.h"

namespace lemnos {

namespace {

/// "It has the pictures itself."
QString picturesFrom(const nlohmann::json& event) {
    const auto bytes = [&](const char* key) {
        const auto found = event.find(key);
        return found != event.end() && found->is_number_integer() ? found->get<qint64>() : 0;
    };
    const auto size = [](qint64 of) { return QLocale().formattedDataSize(of, 0, QLocale::DataSizeSIFormat); };
    const qint64 own = bytes("own"), received = bytes("received");
    if (received > 0)
        return own > 0 ? LanShare::tr("It has %1 of the pictures itself; %2 came over the network.")
                             .arg(size(own), size(received))
                       : LanShare::tr("%1 of pictures came over the network.").arg(size(received));
    return own > 0 ? LanShare::tr("It has the pictures itself.")
                   : LanShare::tr("It has kept the pictures of an earlier run.");
}

/// "12,345 pictures so far, busy 83 % of the time."
QString givenBy(const nlohmann::json& event) {
    const auto pictures = event.find("pictures"), busy = event.find("busy");
    if (pictures == event.end() || !pictures->is_number_integer() || busy == event.end() || !busy->is_number())
        return {};
    return LanShare::tr("%1 pictures so far, busy %2 % of the time.")
        .arg(QLocale().toString(pictures->get<qint64>()))
        .arg(std::lround(100 * std::clamp(busy->get<double>(), 0.0, 1.0)));
}

}  // namespace

LanShare::LanShare(QObject* parent) : QObject(parent) {
    const auto end = [this](const QString& problem) {
        clear();
        m_problem = problem;
        emit changed();
    };
    connect(&m_call, &CliCall::line, this, &LanShare::read);
    connect(&m_call, &CliCall::done, this, [end] { end({}); });
    connect(&m_call, &CliCall::failed, this, end);
}

void LanShare::clear() {
    m_problem.clear();
    m_port = 0;
    m_helped.clear();
    m_lastEnd = {};
}

void LanShare::start() {
    clear();
    m_call.start({QStringLiteral("peer"), QStringLiteral("serve"), QStringLiteral("--events")});
    emit changed();
}

void LanShare::stop() {
    m_call.cancel();
    clear();
    emit changed();
}

void LanShare::read(const QByteArray& line) {
    const auto json = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    if (!json.is_object()) return;
    const std::string event = json.value("event", "");
    const QString peer = QString::fromStdString(json.value("peer", ""));
    const QString text = QString::fromStdString(json.value("text", ""));
    if (event == "sharing") m_port = json.value("port", 0);
    if (event == "preparing") m_helped[peer] = {tr("gets ready to help with %1").arg(text), {}, {}};
    if (event == "pictures") m_helped[peer].pictures = picturesFrom(json);
    if (event == "waiting") m_helped[peer].doing = tr("is ready, on %1").arg(text);
    if (event == "training") m_helped[peer].doing = tr("trains, one of %1 PCs").arg(text);
    if (event == "worked") m_helped[peer].given = givenBy(json);
    if (event == "ended") {
        m_helped.remove(peer);
        m_lastEnd = {peer, text.toStdString()};
        // So that this process finds what the sentence is made of.
        learnPhrase(json.value("phrase", nlohmann::json()));
    }
    if (!m_helped.isEmpty()) m_lastEnd = {};
    emit changed();
}

}  // namespace lemnos
