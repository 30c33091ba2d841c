#include "app/cli/peer_sharing.h"

#include <algorithm>
#include <cstdlib>
#include <list>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/child_process.h"
#include "app/cli/output.h"
#include "app/cli/own_side.h"
#include "app/cli/training_options.h"
#include "model/files.h"
#include "model/lan/discovery.h"
#include "model/lan/idleness.h"
#include "model/lan/pair_peers.h"
#include "model/lan/peer_server.h"
#include "model/lan/peer_work.h"
#include "model/lan/sharing_settings.h"
#include "model/param.h"
#include "model/pause.h"
#include "model/phrase_json.h"
#include "model/phrased_error.h"

namespace lemnos {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds startWithin{10};
constexpr std::chrono::milliseconds glance{200};
constexpr std::chrono::seconds lookEvery{2};  // whether somebody uses the PC
constexpr std::int64_t megabyte = 1'000'000;

/// LEMNOS_SYSTEM_ROOT=FOLDER: another root of the file system tells whether the PC is idle, for tests.
std::filesystem::path systemRoot() {
    const char* const root = std::getenv("LEMNOS_SYSTEM_ROOT");
    return root ? root : "/";
}

constexpr std::pair<PeerWorkEvent::Kind, const char*> kinds[] = {
    {PeerWorkEvent::Kind::ports, "ports"},       {PeerWorkEvent::Kind::preparing, "preparing"},
    {PeerWorkEvent::Kind::pictures, "pictures"}, {PeerWorkEvent::Kind::waiting, "waiting"},
    {PeerWorkEvent::Kind::training, "training"}, {PeerWorkEvent::Kind::worked, "worked"},
    {PeerWorkEvent::Kind::ended, "ended"}};

nlohmann::json toJson(const PeerWorkEvent& event) {
    const char* const name = std::ranges::find(kinds, event.kind, [](const auto& k) { return k.first; })->second;
    nlohmann::json json = {{"event", name}, {"text", event.text}};
    if (event.kind == PeerWorkEvent::Kind::ports)
        json.update({{"door", event.ports.door}, {"group", event.ports.group}});
    addPhrase(json, event.text);
    if (event.kind == PeerWorkEvent::Kind::pictures)
        json.update(
            {{"kept", event.pictures.kept}, {"own", event.pictures.own}, {"received", event.pictures.received}});
    if (event.kind == PeerWorkEvent::Kind::worked)
        json.update({{"pictures", event.given.pictures}, {"busy", event.given.busy}});
    return json;
}

std::string megabytes(const nlohmann::json& event, const char* key) {
    return std::to_string((event.value(key, std::int64_t{0}) + megabyte - 1) / megabyte) + " MB";
}

std::string sentence(const nlohmann::json& json, const std::string& peer) {
    const std::string event = json.value("event", ""), text = json.value("text", ""), name = "'" + peer + "'";
    if (event == "pictures")
        return "Has all pictures for " + name + ": " + megabytes(json, "own") + " from this PC's own copies, " +
               megabytes(json, "kept") + " kept from earlier runs, " + megabytes(json, "received") +
               " over the network.";
    if (event == "preparing") return "Helping " + name + " with " + text + ".";
    if (event == "waiting") return "Ready for " + name + ", on " + text + ".";
    if (event == "training") return "Training with " + name + ": " + text + " PCs.";
    return "No longer helping " + name + ": " + text;
}

/// What the owner of this PC lends now: it may change while runs are helped.
Result<ParamMap> settingsNow(const SharingOptions& options) {
    TRY(ParamMap settings, loadSharing(settingsFolder()));
    TRY_OK(applyTyped(sharingParams(), options.typed, settings));
    return settings;
}

/// The runs that are helped now.
class Sharing {
  public:
    explicit Sharing(const SharingOptions& options) : m_options(options), m_idleness(systemRoot()) {
        m_watch = std::jthread([this](const std::stop_token& stop) { watch(stop); });
    }
    ~Sharing() {
        for (Work& work : m_works) work.reader.request_stop();
    }

    Result<Hired> start(const TrustedPeer& who, const HireRequest&) {
        TRY(const ParamMap settings, settingsNow(m_options));
        const std::scoped_lock lock(m_mutex);
        m_works.remove_if([](const Work& work) { return work.over.load(); });
        // Who asks again has lost the process that helped, whatever has become of it.
        m_works.remove_if([&](const Work& work) { return work.peerId == who.id; });
        if (m_works.size() >= static_cast<std::size_t>(intParam(settings, "at_once")))
            return phrasedError({LEMNOS_TEXT("It helps '%1' at the moment."), {Phrase::name(m_works.front().peer)}});
        if (boolParam(settings, "when_idle"))
            if (const auto use = m_idleness.use(processes())) return Error{*use};
        Work& work = m_works.emplace_back();
        work.peer = who.name;
        work.peerId = who.id;
        auto hired = started(work, who, settings);
        if (!hired) m_works.pop_back();
        return hired;
    }

  private:
    struct Work {
        std::string peer;
        DeviceId peerId{};
        std::optional<ChildProcess> process;
        bool isAsked = false;  // to end
        std::atomic<bool> over = false;
        std::jthread reader;
    };

    Result<Hired> started(Work& work, const TrustedPeer& who, const ParamMap& settings) {
        const int firstPort = m_options.port == 0 ? 0 : m_options.port + 1;
        TRY(ChildProcess process,
            ChildProcess::start({"peer", "work", "--leader", hexOf(who.id), "--listen", m_options.listen, "--port",
                                 std::to_string(firstPort), "--device", textParam(settings, "device"), "--memory",
                                 toString(settings.at("memory")), "--disk", toString(settings.at("disk"))}));
        work.process.emplace(std::move(process));
        const auto line = work.process->line(Clock::now() + startWithin);
        const auto ports = nlohmann::json::parse(line.value_or(""), nullptr, false);
        if (!ports.is_object() || ports.value("event", "") != "ports")
            return Error{LEMNOS_TEXT("It could not start to work.")};
        work.reader = std::jthread([this, &work](const std::stop_token& stop) { read(work, stop); });
        return Hired{ports.value("door", std::uint16_t{0}), ports.value("group", std::uint16_t{0})};
    }

    /// Under the mutex.
    std::vector<pid_t> processes() const {
        std::vector<pid_t> ids;
        for (const Work& work : m_works)
            if (work.process) ids.push_back(work.process->id());
        return ids;
    }

    /// Whoever comes back to the PC has it at once.
    void watch(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            if (const auto settings = settingsNow(m_options); settings && boolParam(*settings, "when_idle")) {
                const std::scoped_lock lock(m_mutex);
                const auto use = m_idleness.use(processes());
                for (Work& work : m_works)
                    if (use && work.process && !std::exchange(work.isAsked, true)) work.process->askToEnd(*use);
            }
            pauseFor(lookEvery, stop);
        }
    }

    void read(Work& work, const std::stop_token& stop) const {
        bool ended = false;
        while (!work.process->isOver() && !stop.stop_requested()) {
            const auto line = work.process->line(Clock::now() + glance);
            if (!line) continue;
            const auto event = nlohmann::json::parse(*line, nullptr, false);
            if (!event.is_object()) continue;
            ended = ended || event.value("event", "") == "ended";
            tell(work.peer, event);
        }
        if (!ended) tell(work.peer, {{"event", "ended"}, {"text", LEMNOS_TEXT("Its process has ended.")}});
        work.over = true;
    }

    void tell(const std::string& peer, nlohmann::json event) const {
        event["peer"] = peer;
        if (m_options.events)
            printJson(event);
        else if (event.value("event", "") != "worked")  // too often to be read
            printLine(sentence(event, peer));
    }

    const SharingOptions& m_options;
    std::mutex m_mutex;
    std::list<Work> m_works;  // under the mutex; each Work is its reader's too
    Idleness m_idleness;      // under the mutex
    std::jthread m_watch;     // last: it uses all of the above
};

}  // namespace

Status sharePc(const SharingOptions& options, std::stop_token stop) {
    TRY(const auto self, OwnIdentity::load());
    TRY(const ParamMap settings, settingsNow(options));
    TRY(const Listener listener, Listener::open(options.listen, static_cast<std::uint16_t>(options.port)));
    SharingOptions own = options;
    own.port = listener.port();
    Sharing sharing(own);
    const PeerServer server(
        self->side(), listener, settingsFolder(),
        [&](const TrustedPeer& who, const HireRequest& request) { return sharing.start(who, request); });
    std::optional<Announcer> announcer;
    if (!boolParam(settings, "hidden")) {
        Announce announce{self->side().identity.id, listener.port(), {}};
        announce.hello.name = self->side().name;
        announce.hello.build = LEMNOS_VERSION;
        announcer.emplace(announce, options.listen, defaultPeerPort);
    }
    if (options.events)
        printJson({{"event", "sharing"}, {"name", self->side().name}, {"port", listener.port()}});
    else
        printLine("Sharing '" + self->side().name + "' at port " + std::to_string(listener.port()) +
                  " with the PCs that it trusts. Ctrl-C ends it.");
    waitForStop(stop);
    return {};
}

Status helpPeer(const SharingOptions& options, const std::string& leader, std::stop_token stop,
                std::function<std::string()> whyStopped) {
    TRY(const ParamMap settings, settingsNow(options));
    PeerWorkOptions work;
    const auto id = digestFromHex(leader);
    if (!id) return Error{"That is not the id of a PC."};
    work.leader = *id;
    work.listen = options.listen;
    work.firstPort = static_cast<std::uint16_t>(options.port);
    work.device = textParam(settings, "device");
    work.memoryBytes = intParam(settings, "memory") * megabyte;
    work.diskBytes = intParam(settings, "disk") * megabyte;
    work.folder = cacheFolder() / "peers";
    work.scans = cacheFolder();
    work.whyStopped = std::move(whyStopped);
    TRY(const auto self, OwnIdentity::load());
    return helpWithRun(
        self->side(), work, [](const PeerWorkEvent& event) { printJson(toJson(event)); }, std::move(stop));
}

}  // namespace lemnos
