#include "app/cli/lan_teams.h"

#include "app/cli/own_side.h"
#include "model/files.h"
#include "model/lan/lan_team.h"
#include "model/lan/locate_peers.h"

namespace lemnos {

Result<std::vector<std::string>> peersNamed(const std::vector<std::string>& typed, std::stop_token stop) {
    if (typed.empty()) return typed;
    TRY(const auto self, OwnIdentity::load());
    TRY(const TrustedPeers trusted, TrustedPeers::load(settingsFolder()));
    std::vector<std::string> names;
    if (typed.size() == 1 && typed[0] == "all") {
        TRY(const auto located, locatePeers(self->side(), trusted, typed, std::move(stop)));
        for (const LocatedPeer& peer : located) names.push_back(peer.peer.name);
        return names;
    }
    for (const std::string& name : typed) {
        TRY(const TrustedPeer peer, trusted.find(name));
        names.push_back(peer.name);
    }
    return names;
}

TeamMaker lanTeams() {
    // The identity lives as long as the maker, which outlives the teams it makes.
    return
        [self = std::shared_ptr<OwnIdentity>()](const TeamRequest& request) mutable -> Result<std::unique_ptr<Team>> {
            TRY(self, OwnIdentity::load());
            TRY(const TrustedPeers trusted, TrustedPeers::load(settingsFolder()));
            request.log.phase(LEMNOS_TEXT("Looking for the other PCs"));
            TRY(const auto located, locatePeers(self->side(), trusted, request.spec.peers, request.stop));
            std::vector<TrustedPeer> peers;
            for (const LocatedPeer& peer : located) peers.push_back(peer.peer);
            EventLog* const log = &request.log;
            TRY(auto team, LanTeam::hire({self->side(), std::move(peers), request.spec, request.index, request.cache,
                                          [log](std::string text) { log->warn(std::move(text)); },
                                          [log](std::string text, std::int64_t done, std::int64_t total) {
                                              log->phase(std::move(text), done, total);
                                          }},
                                         request.stop));
            return std::unique_ptr<Team>(std::move(team));
        };
}

}  // namespace lemnos
