// PeerServer: this PC shares. It takes requests for help, and starts a process for each that it grants.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "model/lan/door.h"
#include "model/lan/hiring.h"

namespace lemnos {

/// How a request is answered: with the ports of a process that has been started for it, or an Error with the reason.
/// Called from any thread, one at a time.
using StartWork = std::function<Result<Hired>(const TrustedPeer& who, const HireRequest& request)>;

class PeerServer {
  public:
    /// `folder` is where trusted PCs are kept: it is read again for each guest, so that whoever was just paired is let
    /// in. All that is given outlives the server.
    PeerServer(const OwnSide& self, const Listener& listener, std::filesystem::path folder, StartWork start);

  private:
    std::optional<TrustedPeer> trusted(const DeviceId& id) const;
    void host(Door::Guest guest);

    std::filesystem::path m_folder;
    StartWork m_start;
    std::mutex m_mutex;
    Door m_door;  // last: it uses all of the above
};

}  // namespace lemnos
