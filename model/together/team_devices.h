// The devices of a PC in a team: each is a rank of its own, and what they have for other PCs goes there once for all.
#pragma once

#include <memory>
#include <span>
#include <thread>
#include <vector>

#include "model/together/follow.h"
#include "model/together/team.h"
#include "model/train/prepared_run.h"

namespace lemnos {

/// Every device of a PC; all but the options outlives the parts.
std::vector<MemberParts> membersOn(const PreparedRun& prepared, const RunSpec& spec, const DatasetIndex& index,
                                   PixelCache& cache, const TeamOptions& options);

/// As follow(), with every device of this PC: there is one of `devices` at least. `pcs` is the group of the PCs, in
/// which `leader` leads with its first device.
Status followOnDevices(std::span<const MemberParts> devices, std::shared_ptr<Collective> pcs, int leader);

/// Of the PC that leads: its first device leads all others of the team.
class TeamOfDevices final : public Team {
  public:
    /// `devices` are this PC's; the first is the leader's own affair.
    TeamOfDevices(std::unique_ptr<Team> pcs, std::span<const MemberParts> devices);
    /// What gather() has given has to be gone.
    ~TeamOfDevices() override;

    /// Errors: also those of this PC's other devices.
    Result<std::shared_ptr<Collective>> gather(std::stop_token stop) override;
    /// The name of its PC for each device.
    std::vector<std::string> names() const override { return m_names; }
    bool someoneWaits() override { return m_pcs->someoneWaits(); }
    void end() override { m_pcs->end(); }
    bool canLeaveOut() const override { return m_pcs->canLeaveOut(); }
    /// Of one of its devices: the whole PC.
    void suspend(int rank) override;
    void decide(const std::optional<std::string>& fault) override { m_pcs->decide(fault); }

  private:
    Status endGroup();

    std::unique_ptr<Team> m_pcs;
    std::vector<MemberParts> m_others;
    std::vector<std::string> m_names;
    std::vector<int> m_pcOf;     ///< each rank
    std::vector<Status> m_ends;  ///< of the others' part in the last group
    std::vector<std::jthread> m_threads;
};

}  // namespace lemnos
