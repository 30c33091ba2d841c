#include "app/cli/mpi_rank.h"

#include "model/mpi/mpi.h"
#include "model/mpi/mpi_team.h"

namespace lemnos {

Status underMpi(const std::string& device, const std::function<Status(const TeamMaker& team, int ranks)>& lead) {
    TRY(auto opened, openMpi());
    const std::shared_ptr<Collective> world = std::move(opened);
    const Status status = world->rank() == 0 ? lead(mpiTeams(world), world->size()) : followMpi(world, device);
    // The others would wait for ever.
    if (!status) world->abort(status.error().message);
    return status;
}

}  // namespace lemnos
