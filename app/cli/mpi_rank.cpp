#include "app/cli/mpi_rank.h"

#include <csignal>

#include "model/mpi/mpi.h"
#include "model/mpi/mpi_team.h"

namespace lemnos {
namespace {

/// A launcher that wants the job to stop tells all ranks. The one that leads stops with a checkpoint, for which it
/// needs the others; then they end, too.
void leaveStoppingToRank0() {
    for (const int number : {SIGINT, SIGTERM}) std::signal(number, SIG_IGN);
}

}  // namespace

Status underMpi(const std::string& device, const std::function<Status(const TeamMaker& team, int ranks)>& lead) {
    TRY(auto opened, openMpi());
    const std::shared_ptr<Collective> world = std::move(opened);
    if (world->rank() != 0) leaveStoppingToRank0();
    const Status status = world->rank() == 0 ? lead(mpiTeams(world), world->size()) : followMpi(world, device);
    // The others would wait for ever.
    if (!status) world->abort(status.error().message);
    return status;
}

}  // namespace lemnos
