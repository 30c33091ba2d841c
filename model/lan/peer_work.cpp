#include "model/lan/peer_work.h"

#include <algorithm>
#include <map>

#include "model/lan/blob_exchange.h"
#include "model/lan/conversation.h"
#include "model/lan/door.h"
#include "model/lan/own_copies.h"
#include "model/param.h"
#include "model/pause.h"
#include "model/together/team_devices.h"
#include "model/train/prepared_run.h"

namespace lemnos {
namespace {

using Clock = Talk::Clock;

constexpr std::chrono::seconds leaderPatience{30};  // until the leader comes
constexpr std::chrono::milliseconds glance{200};
constexpr std::chrono::seconds tellEvery{2};   // what was done
constexpr std::chrono::seconds againAfter{2};  // a member that did not have the pictures is asked

/// What the devices have done for the other PC; from their threads.
class WorkDone {
  public:
    void begin(std::size_t devices) {
        const std::scoped_lock lock(m_mutex);
        m_devices = static_cast<double>(devices);
        m_seconds = 0;
        m_since = Clock::now();
    }
    /// What is to be told of it, every few seconds.
    std::optional<PeerWorkEvent> add(const RankWork& work) {
        {
            const std::scoped_lock lock(m_mutex);
            m_pictures += work.samples;
            m_seconds += work.seconds;
            if (Clock::now() - m_since < tellEvery) return std::nullopt;
        }
        return told();
    }
    PeerWorkEvent told() {
        const std::scoped_lock lock(m_mutex);
        const double all = std::chrono::duration<double>(Clock::now() - std::exchange(m_since, Clock::now())).count();
        const double busy = std::clamp(std::exchange(m_seconds, 0.0) / std::max(all * m_devices, 1e-9), 0.0, 1.0);
        return {.kind = PeerWorkEvent::Kind::worked, .given = {m_pictures, busy}};
    }

  private:
    std::mutex m_mutex;
    double m_devices = 1;         // the rest too, under the mutex
    std::int64_t m_pictures = 0;  // of the whole run
    double m_seconds = 0;         // since it was told
    Clock::time_point m_since{};
};

/// All that the threads of the work share.
class PeerWork {
  public:
    PeerWork(const OwnSide& self, const PeerWorkOptions& options, const std::function<void(const PeerWorkEvent&)>& tell,
             std::stop_token stop)
        : m_self(self), m_options(options), m_tell(tell), m_stop(std::move(stop)) {}

    Status run() {
        TRY(m_doorway, Listener::openFirst(m_options.listen, m_options.firstPort));
        TRY(m_group, Listener::openFirst(m_options.listen, m_options.firstPort));
        m_tell({.kind = PeerWorkEvent::Kind::ports, .ports = {m_doorway->port(), m_group->port()}});
        Status status;
        {
            const Door door(
                m_self, *m_doorway, [this](const DeviceId& id) { return isAllowed(id); },
                [this](Door::Guest guest) { host(std::move(guest)); });
            status = help();
            end();
        }
        return status;
    }

  private:
    Status help() {
        TRY(Talk talk, leaderTalk());
        TRY(Job job, hearJob(talk));
        // From here on both sides hear of each other every second, however long the preparations take.
        Conversation leader(std::move(talk), [this](const std::string& reason) { quit(reason); });
        const std::stop_callback stopped(m_stop, [this] { quit(whyStopped()); });
        Status status = helpWith(std::move(job), leader);
        // Whatever came to nothing because of the stop.
        if (!status && m_stop.stop_requested()) status = Error{whyStopped()};
        if (!status) leader.leave(status.error().message);
        return status;
    }

    std::string whyStopped() const {
        const std::string why = m_options.whyStopped ? m_options.whyStopped() : "";
        return why.empty() ? LEMNOS_TEXT("The PC has stopped helping.") : why;
    }

    Status helpWith(Job job, Conversation& leader) {
        job.spec.device = m_options.device;
        m_tell({.kind = PeerWorkEvent::Kind::preparing, .text = job.spec.model.name});
        TRY(PreparedRun prepared, prepareRun(job.spec, job.index, {}, m_options.memoryBytes));
        m_home = {job.home, job.homes, false};
        TRY(auto store,
            BlobStore::open(m_options.folder, std::move(job.blobs), m_options.diskBytes, m_over.get_token()));
        // Before anybody is asked for any.
        const OwnCopies copies(m_options.scans, job.index, store->list(), *job.spec.preprocess);
        store->reserve(copies.blobs());
        {
            const std::scoped_lock lock(m_mutex);
            m_store = std::move(store);
            m_changed.notify_all();
        }
        const std::jthread making([&](const std::stop_token& stop) { fill(copies, stop); });
        PixelCache cache(*job.spec.preprocess,
                         [this](std::uint32_t sample, std::uint8_t* pixels) { return m_store->read(sample, pixels); });
        std::vector<MemberParts> devices =
            membersOn(prepared, job.spec, job.index, cache, teamOptionsFrom(job.spec.settings, true));
        for (MemberParts& device : devices)
            device.tell = [this](const RankWork& work) {
                if (const auto event = m_work.add(work)) m_tell(*event);
            };
        return obey(leader, devices, prepared.deviceNames());
    }

    /// With what this PC has itself, while the rest is fetched.
    void fill(const OwnCopies& copies, const std::stop_token& stop) {
        const std::stop_callback ended(stop, [this] { m_store->close(); });
        // Half of the processor: who trains needs the other.
        makeBlobs(copies, *m_store, std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / 2), stop);
        if (!m_store->waitUntilComplete() || m_store->list().samples.empty()) return;
        using Origin = BlobStore::Origin;
        m_tell({.kind = PeerWorkEvent::Kind::pictures,
                .pictures = {m_store->bytesFrom(Origin::kept), m_store->bytesFrom(Origin::made),
                             m_store->bytesFrom(Origin::received)}});
    }

    /// In one group after the other.
    Status obey(Conversation& leader, std::span<const MemberParts> devices, const std::string& names) {
        Ready ready{names, {}};
        while (true) {
            leader.say(FrameType::ready, toMessage(ready));
            m_tell({.kind = PeerWorkEvent::Kind::waiting, .text = names});
            TRY(const View view, nextView(leader));
            ready.missing.clear();
            const Status status = takePart(view, devices, ready.missing);
            if (status) return {};
            if (m_over.stop_requested()) return Error{LEMNOS_TEXT("The work has ended.")};
            if (status.error().kind != Error::Kind::groupBroken) return status;
        }
    }

    Result<View> nextView(Conversation& leader) {
        while (true) {
            if (m_over.stop_requested()) return Error{LEMNOS_TEXT("The work has ended.")};
            TRY(const auto frame, leader.hear(Clock::now() + glance));
            if (!frame) continue;
            if (frame->header.type != FrameType::view)
                return Error{LEMNOS_TEXT("The other PC has said something unexpected.")};
            return viewFrom(frame->payload);
        }
    }

    /// From joining the group to its end; an Error of kind groupBroken when another one may be made.
    Status takePart(const View& view, std::span<const MemberParts> devices, std::vector<int>& missing) {
        {
            const std::scoped_lock lock(m_mutex);
            m_members = view.members;
        }
        seek(view);
        LanGroup group{view.secret, view.rank, view.members};
        group.joinWithin = std::chrono::seconds(15);
        group.patience = std::chrono::hours(24);  // whether the leader is still there is known by its signs of life
        auto joined = LanCollective::join(m_self.context, *m_group, group, m_over.get_token(), &missing);
        if (!joined) return Error{joined.error().message, {}, Error::Kind::groupBroken};
        const std::shared_ptr<LanCollective> collective = *std::move(joined);
        {
            const std::scoped_lock lock(m_mutex);
            m_collective = collective;
        }
        if (m_over.stop_requested()) return Error{LEMNOS_TEXT("The work has ended.")};
        m_tell({.kind = PeerWorkEvent::Kind::training, .text = std::to_string(view.members.size())});
        m_work.begin(devices.size());
        const Status status = followOnDevices(devices, collective, static_cast<int>(view.members.size()) - 1);
        m_tell(m_work.told());
        return status;
    }

    /// Asks the other members for the pictures that are theirs to spread.
    void seek(const View& view) {
        const std::size_t homes = view.members.size() - 1;
        for (std::size_t i = 0; i < homes; ++i) {
            const LanMember& member = view.members[i];
            if (static_cast<int>(i) == view.rank || m_seekers.contains(member.id)) continue;
            m_seekers[member.id] = std::jthread([this, member, door = view.doors[i], i,
                                                 homes](const std::stop_token& stop) {
                while (!stop.stop_requested() && !m_store->isComplete()) {
                    if (auto talk = Talk::with(m_self, member.host, door, stop); talk && talk->peer() == member.id) {
                        talk->setStage(WireStage::peer);
                        if (talk->say(FrameType::seek)) (void)fetchBlobs(*talk, *m_store, {i, homes, true}, stop);
                    }
                    pauseFor(againAfter, stop);
                }
            });
        }
    }

    bool isAllowed(const DeviceId& id) {
        if (id == m_options.leader) return true;
        const std::scoped_lock lock(m_mutex);
        return std::ranges::find(m_members, id, &LanMember::id) != m_members.end();
    }

    /// In a thread of the door.
    void host(Door::Guest guest) {
        const bool isLeader = guest.talk.peer() == m_options.leader;
        if (isLeader && guest.first.header.type == FrameType::lead) {
            const std::scoped_lock lock(m_mutex);
            if (!m_leader && !m_ended) m_leader.emplace(std::move(guest.talk));
            m_changed.notify_all();
            return;
        }
        BlobStore* const store = waitForStore();
        if (!store) return;
        if (isLeader && guest.first.header.type == FrameType::source) {
            (void)fetchBlobs(guest.talk, *store, m_home, m_over.get_token());
        } else if (guest.first.header.type == FrameType::seek) {
            const std::stop_callback over(m_over.get_token(), [&] { guest.talk.shutDown(); });
            (void)serveBlobs(guest.talk, [store](const Digest& hash) { return store->find(hash); });
        }
    }

    BlobStore* waitForStore() {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_store || m_ended; });
        return m_ended ? nullptr : m_store.get();
    }

    Result<Talk> leaderTalk() {
        const auto until = Clock::now() + leaderPatience;
        std::unique_lock lock(m_mutex);
        if (m_changed.wait_until(lock, m_stop, until, [&] { return m_leader.has_value(); }))
            return *std::move(m_leader);
        return Error{m_stop.stop_requested() ? LEMNOS_TEXT("Cancelled.")
                                             : LEMNOS_TEXT("The PC that wanted help has not come.")};
    }

    /// From any thread: nothing is waited for any more. The group first: no step is finished without its pictures.
    void quit(const std::string& reason) {
        m_over.request_stop();
        const std::scoped_lock lock(m_mutex);
        if (const auto collective = m_collective.lock()) collective->abort(reason);
        if (m_store) m_store->close();
    }

    void end() {
        m_over.request_stop();
        {
            const std::scoped_lock lock(m_mutex);
            m_ended = true;
            if (m_store) m_store->close();
            m_changed.notify_all();
        }
        m_seekers.clear();
    }

    const OwnSide& m_self;
    const PeerWorkOptions& m_options;
    const std::function<void(const PeerWorkEvent&)>& m_tell;
    std::stop_token m_stop;
    std::stop_source m_over;  // everything is to end
    std::optional<Listener> m_doorway, m_group;
    BlobSource m_home;
    WorkDone m_work;

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::optional<Talk> m_leader;               // under the mutex
    std::unique_ptr<BlobStore> m_store;         // made under the mutex, then there to the end
    std::vector<LanMember> m_members;           // under the mutex
    std::weak_ptr<LanCollective> m_collective;  // under the mutex
    bool m_ended = false;                       // under the mutex
    std::map<DeviceId, std::jthread> m_seekers;
};

}  // namespace

Status helpWithRun(const OwnSide& self, const PeerWorkOptions& options,
                   const std::function<void(const PeerWorkEvent&)>& tell, std::stop_token stop) {
    PeerWork work(self, options, tell, std::move(stop));
    const Status status = work.run();
    tell({.kind = PeerWorkEvent::Kind::ended,
          .text = status ? LEMNOS_TEXT("The run is over.") : status.error().message});
    return status;
}

}  // namespace lemnos
