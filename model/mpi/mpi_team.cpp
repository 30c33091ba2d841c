#include "model/mpi/mpi_team.h"

#include <nlohmann/json.hpp>

#include "model/data/hash.h"
#include "model/data/split_params.h"
#include "model/together/team_devices.h"
#include "model/train/prepared_run.h"
#include "model/train/run_data.h"

namespace lemnos {
namespace {

/// Broadcasts before the first order.
constexpr Collective::Tag sizeTag = 1, specTag = 2, sameTag = 3;

/// What ranks have to see alike: every sample with its label and part.
std::uint64_t digestOf(const DatasetIndex& index) {
    std::uint64_t digest = index.samples.size();
    for (const Sample& sample : index.samples) {
        digest = splitMix(digest ^ fnv1a(sample.path));
        digest = splitMix(digest ^ (sample.label + (static_cast<std::uint64_t>(sample.split) << 32)));
    }
    return digest;
}

/// Everybody learns the digests of all: each has a place of its own in what is summed.
Status checkSame(Collective& world, const DatasetIndex& index) {
    const auto own = static_cast<std::int64_t>(digestOf(index));
    std::vector<std::int64_t> digests(static_cast<std::size_t>(world.size()), 0);
    digests[static_cast<std::size_t>(world.rank())] = own;
    TRY_OK(world.allReduce(std::span(digests), sameTag));
    for (std::size_t rank = 0; rank < digests.size(); ++rank)
        if (digests[rank] != own)
            return Error{"Rank " + std::to_string(rank) +
                         " sees other pictures than this one; all ranks have to read the same folder."};
    return {};
}

class MpiTeam final : public Team {
  public:
    explicit MpiTeam(std::shared_ptr<Collective> world) : m_world(std::move(world)) {}

    Result<std::shared_ptr<Collective>> gather(std::stop_token) override {
        // A job can't go on without one of its ranks.
        if (m_gathered) return Error{"The MPI job has lost a rank; resume the run in a new job."};
        m_gathered = true;
        return m_world;
    }
    std::vector<std::string> names() const override {
        std::vector<std::string> names = mpiPeers(m_world->size());
        names.insert(names.begin(), std::string());  // rank 0 leads
        return names;
    }
    bool someoneWaits() override { return false; }

  private:
    std::shared_ptr<Collective> m_world;
    bool m_gathered = false;
};

}  // namespace

std::vector<std::string> mpiPeers(int size) {
    std::vector<std::string> names;
    for (int rank = 1; rank < size; ++rank) names.push_back("rank " + std::to_string(rank));
    return names;
}

TeamMaker mpiTeams(const std::shared_ptr<Collective>& world) {
    return [world](const TeamRequest& request) -> Result<std::unique_ptr<Team>> {
        request.log.phase(LEMNOS_TEXT("Waiting for the other ranks"));
        std::string text = toJson(request.spec).dump();
        std::uint64_t size = text.size();
        TRY_OK(world->broadcast(std::as_writable_bytes(std::span(&size, 1)), 0, sizeTag));
        TRY_OK(world->broadcast(std::as_writable_bytes(std::span(text)), 0, specTag));
        TRY_OK(checkSame(*world, request.index));
        return std::unique_ptr<Team>(std::make_unique<MpiTeam>(world));
    };
}

Status followMpi(const std::shared_ptr<Collective>& world, const std::string& device) {
    std::uint64_t size = 0;
    TRY_OK(world->broadcast(std::as_writable_bytes(std::span(&size, 1)), 0, sizeTag));
    std::string text(size, '\0');
    TRY_OK(world->broadcast(std::as_writable_bytes(std::span(text)), 0, specTag));
    TRY(RunSpec spec, runSpecFromJson(nlohmann::json::parse(text, nullptr, false)));
    if (!device.empty()) spec.device = device;

    EventLog silent({});
    // The run's own folder says who is in which part, also when pictures have come since.
    TRY(const RunStore store, RunStore::open(spec.run));
    TRY(const DatasetIndex index, datasetOfRun(store));
    TRY_OK(checkSame(*world, index));
    TRY(PreparedRun prepared, prepareRun(spec, index, {}));
    TRY(PixelCache cache, cacheForRun(spec, index, silent, {}));
    const TeamOptions options = teamOptionsFrom(spec.settings, false);  // nobody of a job can be left out
    return followOnDevices(membersOn(prepared, spec, index, cache, options), world, 0);
}

}  // namespace lemnos
