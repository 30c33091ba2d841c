#include "model/lan/lan_team.h"

#include <algorithm>

#include "compute/collective/loopback.h"
#include "model/lan/pair_peers.h"
#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {
namespace {

using Clock = Talk::Clock;

constexpr int firstAttempts = 5;
constexpr std::chrono::seconds readyWithin{30};  // of a group that broke; a step may be at hand
constexpr std::chrono::seconds firstReadyWithin{300};
constexpr std::chrono::seconds joinWithin{10};
constexpr std::chrono::seconds stepPatience{120};
constexpr std::chrono::milliseconds glance{200};

/// What phraseOf() finds again, so that the window can translate it.
std::string sentence(std::string text, std::vector<Phrase> parts) {
    return phrasedError({std::move(text), std::move(parts)}).message;
}

std::string noLongerHelps(const std::string& name, const std::string& reason) {
    return sentence(LEMNOS_TEXT("'%1' no longer helps: %2"), {Phrase::name(name), phraseOf(reason)});
}

}  // namespace

std::optional<int> mostMissed(std::span<const std::vector<int>> missing, int ranks) {
    std::vector<int> counts(static_cast<std::size_t>(ranks), 0);
    for (const std::vector<int>& of : missing)
        for (const int rank : of)
            if (rank >= 0 && rank < ranks) ++counts[static_cast<std::size_t>(rank)];
    // The last of equals: who comes later connects to who is there.
    const auto most = std::max_element(counts.rbegin(), counts.rend());
    if (most == counts.rend() || *most == 0) return std::nullopt;
    return static_cast<int>(counts.rend() - most) - 1;
}

LanTeam::LanTeam(LanTeamParts parts) : m_parts(std::move(parts)) {
    for (const TrustedPeer& peer : m_parts.peers) {
        m_members.push_back(std::make_unique<Member>());
        m_members.back()->peer = peer;
        m_members.back()->place = m_members.size() - 1;
    }
}

LanTeam::~LanTeam() {
    abortGroup("The training has ended.");
    for (auto& member : m_members) member->thread.request_stop();
    for (auto& member : m_members)
        if (member->thread.joinable()) member->thread.join();
}

Result<std::unique_ptr<LanTeam>> LanTeam::hire(LanTeamParts parts, std::stop_token stop) {
    std::unique_ptr<LanTeam> team(new LanTeam(std::move(parts)));
    for (auto& member : team->m_members) {
        if (member->peer.address.empty())
            return phrasedError({LEMNOS_TEXT("It is not known where '%1' is; give its address with \"lemnos-cli peer "
                                             "trust\", or pair again."),
                                 {Phrase::name(member->peer.name)}},
                                "peers");
        TRY(std::tie(member->host, member->port), peerAddress(member->peer.address));
    }
    TRY(team->m_noListener, Listener::open("127.0.0.1", 0));
    TRY_OK(team->cutBlobs(stop));
    for (auto& member : team->m_members)
        member->thread =
            std::jthread([t = team.get(), &member = *member](const std::stop_token& ended) { t->keep(member, ended); });

    team->waitForAll(stop);
    if (stop.stop_requested()) return Error{LEMNOS_TEXT("Cancelled.")};
    return team;
}

/// A PC that is off, or busy for a moment, does not keep the others from beginning; it is taken in when it comes.
void LanTeam::waitForAll(std::stop_token stop) {
    const auto until = Clock::now() + firstReadyWithin;
    std::vector<std::string> news;
    {
        std::unique_lock lock(m_mutex);
        while (!stop.stop_requested()) {
            std::vector<const Member*> waiting, failed;
            for (const auto& member : m_members)
                if (!member->ready) (member->attempts < firstAttempts ? waiting : failed).push_back(member.get());
            if (Clock::now() > until) failed.insert(failed.end(), waiting.begin(), waiting.end());
            if (waiting.empty() || Clock::now() > until) {
                for (const Member* const member : failed)
                    news.push_back(sentence(
                        LEMNOS_TEXT("'%1' can't help: %2 The training begins without it, and takes it in once it can."),
                        {Phrase::name(member->peer.name),
                         phraseOf(member->problem.empty() ? LEMNOS_TEXT("It takes too long to get ready.")
                                                          : member->problem)}));
                break;
            }
            const bool answered = waiting.front()->conversation != nullptr;
            tellWaiting(waiting,
                        {answered ? LEMNOS_TEXT("it prepares its device.") : LEMNOS_TEXT("it has not answered yet.")});
            m_changed.wait_for(lock, stop, glance, [] { return false; });
        }
        m_hasBegun = true;
    }
    for (const std::string& text : news) m_parts.tell(text);
}

/// "'Anna', 'Studio'"
Phrase LanTeam::namesOf(const std::vector<const Member*>& members) {
    std::string names;
    for (const Member* const member : members) names += (names.empty() ? "'" : ", '") + member->peer.name + "'";
    return Phrase::name(names);
}

/// Under the mutex. `reason` stands where nothing is known of what keeps them.
void LanTeam::tellWaiting(const std::vector<const Member*>& waiting, Phrase reason) {
    if (!m_parts.progress || waiting.empty()) return;
    const auto held = std::ranges::find_if(waiting, [](const Member* member) { return !member->problem.empty(); });
    if (held != waiting.end()) {
        reason = phraseOf((*held)->problem);
        if (waiting.size() > 1) reason = {LEMNOS_TEXT("'%1': %2"), {Phrase::name((*held)->peer.name), reason}};
    }
    std::string text = sentence(LEMNOS_TEXT("Waiting for %1: %2"), {namesOf(waiting), std::move(reason)});
    if (text == m_waiting) return;
    m_waiting = text;
    m_parts.progress(std::move(text), std::ssize(m_members) - std::ssize(waiting), std::ssize(m_members));
}

void LanTeam::drop(Member& member, const std::string& reason) {
    std::shared_ptr<Conversation> conversation;
    bool helped = false;
    {
        const std::scoped_lock lock(m_mutex);
        conversation = std::exchange(member.conversation, nullptr);
        helped = member.rank >= 0;
        if (!m_hasBegun) ++member.attempts;
        member.ready = false;
        member.rank = -1;
        member.problem = reason;
        if (helped) m_joining.request_stop();
        m_changed.notify_all();
    }
    if (!helped || m_isOver) return;
    m_parts.tell(noLongerHelps(member.peer.name, reason));
    abortGroup("'" + member.peer.name + "' is gone.");
}

void LanTeam::abortGroup(const std::string& reason) {
    std::shared_ptr<Collective> group;
    {
        const std::scoped_lock lock(m_mutex);
        group = m_group;
    }
    if (group) group->abort(reason);
}

bool LanTeam::someoneWaits() {
    const std::scoped_lock lock(m_mutex);
    return std::ranges::any_of(
        m_members, [](const auto& member) { return member->conversation && member->ready && !member->suspended; });
}

void LanTeam::suspend(int rank) {
    const std::scoped_lock lock(m_mutex);
    for (auto& member : m_members)
        if (member->rank == rank) member->suspended = true;
}

void LanTeam::decide(const std::optional<std::string>& fault) {
    std::vector<std::string> news;
    {
        const std::scoped_lock lock(m_mutex);
        for (auto& member : m_members) {
            if (!std::exchange(member->suspended, false) || !fault) continue;
            member->expelled = true;
            member->problem = *fault;
            if (const auto conversation = std::exchange(member->conversation, nullptr)) conversation->leave(*fault);
            news.push_back(noLongerHelps(member->peer.name, *fault));
        }
    }
    for (const std::string& text : news) m_parts.tell(text);
}

/// All that can be taken into a group, when those of the last one have said so or are gone.
std::vector<LanTeam::Member*> LanTeam::waitForReady(std::stop_token stop) {
    const auto until = Clock::now() + readyWithin;
    std::vector<Member*> ready;
    std::vector<std::string> news;
    {
        std::unique_lock lock(m_mutex);
        const auto isLed = [](const Member& member) { return member.conversation && !member.conversation->isOver(); };
        const auto isAwaited = [&](const Member& member) {
            return member.rank >= 0 && isLed(member) && !member.ready && !member.suspended;
        };
        const auto awaited = [&] {
            return std::ranges::any_of(m_members, [&](const auto& member) { return isAwaited(*member); });
        };
        while (awaited() && Clock::now() < until && !stop.stop_requested()) {
            // A step that is at hand is over at once.
            if (m_changed.wait_for(lock, stop, glance, [&] { return !awaited(); })) break;
            std::vector<const Member*> waiting;
            for (const auto& member : m_members)
                if (isAwaited(*member)) waiting.push_back(member.get());
            tellWaiting(waiting, {LEMNOS_TEXT("it finishes the step at hand.")});
        }
        const auto leaveOut = [&](Member& member, const std::string& reason) {
            if (!member.conversation || member.rank < 0) return;
            member.conversation.reset();
            member.rank = -1;
            member.problem = reason;
            news.push_back(noLongerHelps(member.peer.name, reason));
        };
        if (Member* const unreached = countFailures())
            leaveOut(*unreached, LEMNOS_TEXT("Other PCs of the run can't reach it; a firewall may be between them."));
        for (auto& member : m_members) {
            if (isLed(*member) && member->suspended)
                member->rank = -1;
            else if (isLed(*member) && member->ready)
                ready.push_back(member.get());
            else if (member->conversation)  // whoever hangs is hired anew
                leaveOut(*member, member->conversation->end().value_or(LEMNOS_TEXT("It did not answer in time.")));
        }
    }
    for (const std::string& text : news) m_parts.tell(text);
    return ready;
}

/// Under the mutex, when those of the last group have told whom they could not reach: who has held up group after group
/// by that, if anybody has.
LanTeam::Member* LanTeam::countFailures() {
    constexpr int mostFailures = 2;
    std::vector<std::vector<int>> missing = {std::exchange(m_missing, {})};
    for (auto& member : m_members) missing.push_back(std::exchange(member->missing, {}));
    // The leader's rank is behind those of the members; it is never the one to be left out.
    int ranks = 0;
    for (const auto& member : m_members) ranks = std::max(ranks, member->rank + 1);
    const std::optional<int> rank = mostMissed(missing, ranks);
    Member* left = nullptr;
    for (auto& member : m_members) {
        if (member->rank < 0) continue;
        member->failures = member->rank == rank ? member->failures + 1 : 0;
        if (member->failures >= mostFailures) left = member.get();
    }
    return left;
}

/// A group of these, to whom its view is told.
Result<std::shared_ptr<Collective>> LanTeam::join(const std::vector<Member*>& ready, std::stop_token stop) {
    LanGroup group;
    group.rank = static_cast<int>(ready.size());
    group.joinWithin = joinWithin;
    group.patience = stepPatience;
    TRY(group.secret, randomDigest());
    std::stop_source joining;
    const std::stop_callback stopped(stop, [&] { joining.request_stop(); });
    {
        const std::scoped_lock lock(m_mutex);
        View view{group.secret, 0, {}, {}};
        for (Member* const member : ready) {
            view.members.push_back({member->peer.id, member->peer.name, member->host, member->hired.group});
            view.doors.push_back(member->hired.door);
        }
        view.members.push_back({m_parts.self.identity.id, m_parts.self.name, "", 0});
        view.doors.push_back(0);
        group.members = view.members;
        m_joining = joining;
        for (Member* const member : ready) {
            // It may have gone in the meantime.
            if (!member->conversation) return Error{LEMNOS_TEXT("A member is gone."), {}, Error::Kind::groupBroken};
            member->rank = view.rank;
            member->ready = false;
            member->conversation->say(FrameType::view, toMessage(view));
            ++view.rank;
        }
    }
    std::vector<int> missing;
    auto joined = LanCollective::join(m_parts.self.context, m_noListener, group, joining.get_token(), &missing);
    const std::scoped_lock lock(m_mutex);
    if (!joined) {
        if (!joining.stop_requested()) m_missing = missing;
        return joined.error();
    }
    std::shared_ptr<Collective> collective = *std::move(joined);
    m_group = collective;
    return collective;
}

/// When it is not the first group, it is news. The first one may take long over its first step.
void LanTeam::tellGroup(const std::vector<Member*>& members) {
    const Phrase names = namesOf({members.begin(), members.end()});
    if (!std::exchange(m_wasGathered, true)) {
        if (m_parts.progress && !members.empty() && !m_blobs.hashes.empty())
            m_parts.progress(
                sentence(LEMNOS_TEXT("Waiting for %1: first steps, with pictures that are still on their way."),
                         {names}),
                0, 0);
        return;
    }
    m_parts.tell(members.empty() ? LEMNOS_TEXT("The training goes on without other PCs.")
                                 : sentence(LEMNOS_TEXT("The training goes on with %1."), {names}));
}

Result<std::shared_ptr<Collective>> LanTeam::gather(std::stop_token stop) {
    {
        const std::scoped_lock lock(m_mutex);
        m_group.reset();
    }
    while (!stop.stop_requested()) {
        const std::vector<Member*> ready = waitForReady(stop);
        m_waiting.clear();
        auto group = ready.empty() ? Result<std::shared_ptr<Collective>>(
                                         std::shared_ptr<Collective>(std::move(LoopbackCollective::create(1).front())))
                                   : join(ready, stop);
        if (!group) continue;
        tellGroup(ready);
        m_names.clear();
        for (const Member* const member : ready) m_names.push_back(member->peer.name);
        m_names.emplace_back();  // this PC's rank is the last
        return group;
    }
    return Error{LEMNOS_TEXT("Cancelled.")};
}

}  // namespace lemnos
