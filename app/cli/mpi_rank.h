// Commands that run as the ranks of an MPI job.
#pragma once

#include <functional>
#include <string>

#include "model/train/trainer.h"

namespace lemnos {

/// Rank 0 does `lead`, with the team of the job and how many ranks it has; the others help it until it is over.
/// `device` is that of every rank; empty: as the run has it.
Status underMpi(const std::string& device, const std::function<Status(const TeamMaker& team, int ranks)>& lead);

}  // namespace lemnos
