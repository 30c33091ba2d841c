// Training under MPI: rank 0 leads and has the run, the others follow. All read the pictures from the same folder, as
// the PCs of a cluster do.
#pragma once

#include <stop_token>

#include "model/train/trainer.h"

namespace lemnos {

/// Names for RunSpec::peers: the other ranks.
std::vector<std::string> mpiPeers(int size);

/// For rank 0: tells the others what to train, and checks that they see the same pictures.
TeamMaker mpiTeams(const std::shared_ptr<Collective>& world);

/// For the other ranks: waits for rank 0, and trains as it says until the run is over.
Status followMpi(const std::shared_ptr<Collective>& world, const std::string& device);

}  // namespace lemnos
