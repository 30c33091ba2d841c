// LanTeam: what it does with each member by itself: hires it, gives it the job and pictures.
#include <algorithm>

#include "model/lan/blob_exchange.h"
#include "model/lan/lan_team.h"
#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {
namespace {

using Clock = Talk::Clock;

constexpr std::chrono::seconds hireAgainAfter{10};
constexpr std::chrono::seconds firstHireAgainAfter{2};
constexpr std::chrono::seconds connectAgainAfter{1};
constexpr std::chrono::seconds serverPatience{15};  // a process is started in between
constexpr std::chrono::milliseconds glance{200};

}  // namespace

/// What the other PCs are given: all training pictures that can be read.
Status LanTeam::cutBlobs(std::stop_token stop) {
    std::vector<std::uint32_t> samples = m_parts.index.indices(Split::train);
    std::erase_if(samples, [&](std::uint32_t sample) { return m_parts.cache.isUnreadable(sample); });
    if (!std::ranges::all_of(samples, [&](std::uint32_t sample) { return m_parts.cache.holds(sample); }))
        return Error{LEMNOS_TEXT("To train with other PCs, the picture cache has to hold all pictures; make it larger "
                                 "(--cache)."),
                     "cache"};
    TRY(m_blobs, makeBlobList(m_parts.cache, std::move(samples), m_parts.spec.preprocess->pictureBytes(), stop,
                              [&](std::size_t done, std::size_t total) {
                                  if (m_parts.progress)
                                      m_parts.progress(LEMNOS_TEXT("Preparing pictures for the other PCs"),
                                                       static_cast<std::int64_t>(done),
                                                       static_cast<std::int64_t>(total));
                              }));
    for (std::size_t blob = 0; blob < m_blobs.hashes.size(); ++blob) m_blobOf[m_blobs.hashes[blob]] = blob;
    return {};
}

/// In a thread of its own: hires the member, and again whenever it is lost.
void LanTeam::keep(Member& member, const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const Status status = help(member, stop);
        if (stop.stop_requested()) return;
        drop(member, status ? LEMNOS_TEXT("It has left.") : status.error().message);
        // Whoever the others can't reach would hold them up again and again.
        std::unique_lock lock(m_mutex);
        if (member.expelled) return;
        const auto pause = m_hasBegun ? hireAgainAfter * (1 + 10 * member.failures) : firstHireAgainAfter;
        m_changed.wait_for(lock, stop, pause, [] { return false; });
    }
}

/// Until it is lost.
Status LanTeam::help(Member& member, const std::stop_token& stop) {
    TRY(const Hired hired, hireOne(member, stop));
    TRY(Talk talk, Talk::with(m_parts.self, member.host, hired.door, stop));
    if (talk.peer() != member.peer.id) return Error{LEMNOS_TEXT("Another PC has answered at its address.")};
    talk.setStage(WireStage::peer);
    TRY_OK(talk.say(FrameType::lead));
    TRY_OK(sayJob(talk, {m_parts.spec, m_parts.index, m_blobs, member.place, m_members.size()}));
    const auto conversation =
        std::make_shared<Conversation>(std::move(talk), [&](const std::string&) { m_changed.notify_all(); });
    const std::jthread giving([&](const std::stop_token& ended) { giveBlobs(member, hired, ended); });
    {
        const std::scoped_lock lock(m_mutex);
        member.hired = hired;
        member.conversation = conversation;
        member.problem.clear();
    }
    while (!stop.stop_requested()) {
        TRY(const auto frame, conversation->hear(Clock::now() + glance));
        if (!frame) {
            const std::scoped_lock lock(m_mutex);
            if (member.conversation != conversation) return Error{member.problem};
            continue;
        }
        if (frame->header.type != FrameType::ready) return Error{LEMNOS_TEXT("It has said something unexpected.")};
        TRY(const Ready ready, readyFrom(frame->payload));
        const std::scoped_lock lock(m_mutex);
        member.ready = true;
        member.missing = ready.missing;
        m_changed.notify_all();
    }
    return {};
}

Result<Hired> LanTeam::hireOne(const Member& member, const std::stop_token& stop) const {
    auto talk = Talk::with(m_parts.self, member.host, member.port, stop);
    if (!talk)
        return phrasedError(
            {LEMNOS_TEXT("%1 Check that Lemnos shares there (\"lemnos-cli peer serve\"), that both PCs are in one "
                         "network and that no firewall is between."),
             {phraseOf(talk.error().message)}});
    if (talk->peer() != member.peer.id)
        return Error{LEMNOS_TEXT("Another PC has answered at its address; pair again.")};
    talk->setStage(WireStage::peer);
    TRY_OK(talk->say(FrameType::hire, toMessage(HireRequest{m_parts.spec.model.name})));
    TRY(const Message answer, talk->hear(FrameType::hired, Clock::now() + serverPatience));
    return hiredFrom(answer);
}

/// Answers what the member asks for, over a connection that this PC makes: nobody has to reach it.
void LanTeam::giveBlobs(const Member& member, const Hired& hired, const std::stop_token& stop) {
    const FindBlob find = [this](const Digest& hash) -> std::optional<std::vector<std::byte>> {
        const auto found = m_blobOf.find(hash);
        if (found == m_blobOf.end()) return std::nullopt;
        return readBlob(m_blobs, m_parts.cache, found->second);
    };
    while (!stop.stop_requested()) {
        if (auto talk = Talk::with(m_parts.self, member.host, hired.door, stop);
            talk && talk->peer() == member.peer.id) {
            talk->setStage(WireStage::peer);
            const std::stop_callback ended(stop, [&] { talk->shutDown(); });
            if (talk->say(FrameType::source)) (void)serveBlobs(*talk, find);
        }
        // A connection may break while the member is well.
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, stop, connectAgainAfter, [] { return false; });
    }
}

}  // namespace lemnos
