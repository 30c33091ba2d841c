#include "app/session/lan_peers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lemnos {

namespace {

using nlohmann::json;

Result<json> listFrom(const QByteArray& output) {
    json list = json::parse(output.begin(), output.end(), nullptr, false);
    if (!list.is_array() || !std::ranges::all_of(list, [](const json& item) { return item.is_object(); }))
        return Error{"The list of PCs could not be read."};
    return list;
}

QString textOf(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? QString::fromStdString(found->get<std::string>()) : QString();
}

bool flagOf(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

}  // namespace

Result<std::vector<LanPeer>> lanPeersFrom(const QByteArray& trusted, const QByteArray& heard) {
    TRY(const json known, listFrom(trusted));
    TRY(const json found, listFrom(heard));
    std::vector<LanPeer> peers;
    for (const json& item : known) {
        LanPeer& peer = peers.emplace_back();
        peer.id = textOf(item, "id");
        peer.name = textOf(item, "name");
        peer.address = textOf(item, "address");
        peer.trusted = true;
    }
    for (const json& item : found) {
        const QString id = textOf(item, "id");
        auto peer = std::ranges::find(peers, id, &LanPeer::id);
        if (peer == peers.end()) {
            peer = peers.insert(peers.end(), LanPeer{});
            peer->id = id;
            peer->name = textOf(item, "name");
        }
        peer->address = textOf(item, "address");
        peer->version = textOf(item, "version");
        peer->pairing = flagOf(item, "pairing");
        peer->shares = !peer->pairing;
    }
    std::ranges::stable_sort(peers, [](const LanPeer& a, const LanPeer& b) {
        return a.trusted != b.trusted ? a.trusted : QString::localeAwareCompare(a.name, b.name) < 0;
    });
    return peers;
}

LanPeers::LanPeers(QObject* parent) : QObject(parent) {
    const auto fail = [this](const QString& sentence) {
        m_problem = sentence;
        emit changed();
    };
    connect(&m_list, &CliCall::done, this, [this](const QByteArray& output) {
        m_trusted = output;
        update();
    });
    connect(&m_find, &CliCall::done, this, [this](const QByteArray& output) {
        m_heard = output;
        update();
        if (m_watching) m_find.start({QStringLiteral("peer"), QStringLiteral("find"), QStringLiteral("--json")});
    });
    connect(&m_forget, &CliCall::done, this, &LanPeers::refresh);
    for (CliCall* call : {&m_list, &m_find, &m_forget}) connect(call, &CliCall::failed, this, fail);
}

void LanPeers::setWatching(bool watching) {
    if (watching == m_watching) return;
    m_watching = watching;
    if (!watching) return m_find.cancel();
    refresh();
    m_find.start({QStringLiteral("peer"), QStringLiteral("find"), QStringLiteral("--json")});
}

void LanPeers::refresh() {
    m_list.start({QStringLiteral("peer"), QStringLiteral("list"), QStringLiteral("--json")});
}

void LanPeers::forget(const QString& name) {
    m_forget.start({QStringLiteral("peer"), QStringLiteral("forget"), name});
}

void LanPeers::update() {
    auto peers = lanPeersFrom(m_trusted, m_heard);
    const QString problem = peers ? QString() : QString::fromStdString(peers.error().message);
    if (peers && *peers == m_peers && problem == m_problem) return;
    m_problem = problem;
    if (peers) m_peers = *std::move(peers);
    emit changed();
}

}  // namespace lemnos
