// Where trusted PCs are now.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "model/lan/discovery.h"
#include "model/lan/talk.h"

namespace lemnos {

/// A trusted PC, and what is known of it now.
struct LocatedPeer {
    TrustedPeer peer;  ///< its address is where it was heard, else where it was last
    bool heard = false;
};

/// The trusted PCs of these names, listened for two seconds at most; "all" alone stands for every trusted PC that
/// shares now. Errors: a name that is not known, or nobody for "all".
Result<std::vector<LocatedPeer>> locatePeers(const OwnSide& self, const TrustedPeers& trusted,
                                             const std::vector<std::string>& names, std::stop_token stop = {});

}  // namespace lemnos
