// Training with other PCs, from the command line.
#pragma once

#include "model/train/trainer.h"

namespace lemnos {

/// What --peers means now: "all" becomes the names of the trusted PCs that share.
Result<std::vector<std::string>> peersNamed(const std::vector<std::string>& typed, std::stop_token stop);

/// Makes the team of RunSpec::peers.
TeamMaker lanTeams();

}  // namespace lemnos
