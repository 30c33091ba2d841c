// LanTeam: the PCs of the LAN that help with a run, as the one that leads sees them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <thread>

#include "model/lan/conversation.h"
#include "model/lan/hiring.h"
#include "model/phrase.h"
#include "model/together/team.h"

namespace lemnos {

/// What a team is made for; all of it outlives the team.
struct LanTeamParts {
    const OwnSide& self;
    std::vector<TrustedPeer> peers;
    const RunSpec& spec;
    const DatasetIndex& index;
    const PixelCache& cache;  ///< holds every training picture that can be read
    std::function<void(std::string)> tell;
    std::function<void(std::string phase, std::int64_t done, std::int64_t total)> progress;
};

/// Of a group that did not come about: the rank that most others could not reach, of equals the last; nobody when all
/// were reached. `missing` has a list of ranks for each that has tried; ranks of `ranks` and above are passed over.
std::optional<int> mostMissed(std::span<const std::vector<int>> missing, int ranks);

/// Each PC is hired by a thread of its own, and again when it was lost, every ten seconds; before the training begins
/// every two.
class LanTeam final : public Team {
  public:
    /// Blocks until every PC is ready to begin, or could not be hired in several attempts: then it is told why, and the
    /// others begin without it. `progress` hears at once who is waited for, and what is known of the reason.
    static Result<std::unique_ptr<LanTeam>> hire(LanTeamParts parts, std::stop_token stop);
    ~LanTeam() override;

    Result<std::shared_ptr<Collective>> gather(std::stop_token stop) override;
    std::vector<std::string> names() const override { return m_names; }
    bool someoneWaits() override;
    void end() override { m_isOver = true; }
    bool canLeaveOut() const override { return true; }
    void suspend(int rank) override;
    void decide(const std::optional<std::string>& fault) override;

  private:
    struct Member {
        TrustedPeer peer;
        std::string host;
        std::uint16_t port = 0;  ///< where it shares
        std::size_t place = 0;   ///< among all
        // Under the mutex:
        Hired hired{};
        std::shared_ptr<Conversation> conversation{};  ///< none: it is not there
        bool ready = false;                            ///< may be taken into a group
        std::string problem{};                         ///< why it is not there
        std::vector<int> missing{};                    ///< ranks of the last view that it could not reach
        int rank = -1;                                 ///< in the last view
        bool suspended = false;                        ///< is not taken into groups
        bool expelled = false;                         ///< is not hired again
        int failures = 0;                              ///< groups in a row that it was not reached in
        int attempts = 0;                              ///< to hire it that have failed before the training began
        std::jthread thread{};                         ///< hires it and hears it
    };

    explicit LanTeam(LanTeamParts parts);
    void waitForAll(std::stop_token stop);
    static Phrase namesOf(const std::vector<const Member*>& members);
    void tellWaiting(const std::vector<const Member*>& waiting, Phrase reason);
    Status cutBlobs(std::stop_token stop);
    void keep(Member& member, const std::stop_token& stop);
    Status help(Member& member, const std::stop_token& stop);
    Result<Hired> hireOne(const Member& member, const std::stop_token& stop) const;
    void giveBlobs(const Member& member, const Hired& hired, const std::stop_token& stop);
    void drop(Member& member, const std::string& reason);
    std::vector<Member*> waitForReady(std::stop_token stop);
    Result<std::shared_ptr<Collective>> join(const std::vector<Member*>& ready, std::stop_token stop);
    void tellGroup(const std::vector<Member*>& members);
    Member* countFailures();
    void abortGroup(const std::string& reason);

    LanTeamParts m_parts;
    BlobList m_blobs;
    std::map<Digest, std::size_t> m_blobOf;  ///< by hash
    Listener m_noListener;                   ///< nobody connects to the one that leads
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::shared_ptr<Collective> m_group;  // under the mutex
    std::stop_source m_joining;           // under the mutex; of the group that is being made
    std::vector<int> m_missing;           // under the mutex; ranks of the last view that this PC could not reach
    std::atomic<bool> m_isOver = false;   ///< who leaves has been told to
    bool m_hasBegun = false;              ///< under the mutex; nobody is waited for any more
    std::string m_waiting;                ///< for whom and why, as it was told last
    bool m_wasGathered = false;
    std::vector<std::string> m_names;  ///< of the group that was gathered last
    std::vector<std::unique_ptr<Member>> m_members;
};

}  // namespace lemnos
