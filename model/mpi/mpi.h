// MPI: the ranks of a cluster's job as a Collective. Open MPI is loaded when it is asked for: who does not use it does
// not need it.
#pragma once

#include <memory>

#include "compute/collective/collective.h"

namespace lemnos {

/// All ranks of this job (MPI_COMM_WORLD). Once per process. Errors: Lemnos was built without MPI, it is not installed
/// here, or this process was not started by mpirun or srun.
///
/// A job can't go on without one of its ranks: abort() ends all of them, and the run goes on from its checkpoint in the
/// next job.
Result<std::unique_ptr<Collective>> openMpi();

}  // namespace lemnos
