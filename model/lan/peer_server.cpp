#include "model/lan/peer_server.h"

#include "model/param.h"

namespace lemnos {

PeerServer::PeerServer(const OwnSide& self, const Listener& listener, std::filesystem::path folder, StartWork start)
    : m_folder(std::move(folder)),
      m_start(std::move(start)),
      m_door(
          self, listener, [this](const DeviceId& id) { return trusted(id).has_value(); },
          [this](Door::Guest guest) { host(std::move(guest)); }) {}

std::optional<TrustedPeer> PeerServer::trusted(const DeviceId& id) const {
    const auto peers = TrustedPeers::load(m_folder);
    const TrustedPeer* const peer = peers ? peers->find(id) : nullptr;
    return peer ? std::optional(*peer) : std::nullopt;
}

void PeerServer::host(Door::Guest guest) {
    const auto who = trusted(guest.talk.peer());
    if (!who || guest.first.header.type != FrameType::hire)
        return guest.talk.end(LEMNOS_TEXT("That can't be asked for here."));
    const auto request = hireRequestFrom(guest.first.payload);
    if (!request) return guest.talk.end(request.error().message);
    const auto hired = [&] {
        const std::scoped_lock lock(m_mutex);
        return m_start(*who, *request);
    }();
    if (!hired) return guest.talk.end(hired.error().message);
    (void)guest.talk.say(FrameType::hired, toMessage(*hired));
}

}  // namespace lemnos
