// LanTeam: how the PC that leads deals with members over the LAN's protocol. Those are threads of this process, so that
// a test decides what they compute.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <mutex>

#include "model/files.h"
#include "model/lan/lan_team.h"
#include "model/lan/peer_server.h"
#include "model/templates/template.h"
#include "tests/support/lan_group.h"
#include "tests/support/team_of_threads.h"
#include "tests/support/temp_data_set.h"
#include "tests/support/verify_ok.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

using Pc = test::LanPc;

/// One that helps, with the same pictures; from its sum `wrongFrom` on it computes wrongly.
class HelpingPc {
  public:
    HelpingPc(const fs::path& folder, const fs::path& pictures, const Pc& leader, int wrongFrom)
        : m_wrongFrom(wrongFrom), m_pictures(test::LocalLan::must(scanDataset(pictures))) {
        auto trusted = test::LocalLan::must(TrustedPeers::load(folder));
        if (!trusted.trust({leader.identity.id, "Leader", ""})) throw std::runtime_error("no place for trust");
        m_server.emplace(m_pc.side, m_pc.listener, folder,
                         [this](const TrustedPeer&, const HireRequest&) -> Result<Hired> {
                             ++m_hirings;
                             return Hired{m_doorway.port(), m_groups.port()};
                         });
        m_door.emplace(
            m_pc.side, m_doorway, [](const DeviceId&) { return true; }, [this](Door::Guest guest) { host(guest); });
    }
    ~HelpingPc() {
        m_server.reset();
        m_door.reset();
        m_worker = {};
    }

    TrustedPeer as(const std::string& name) const {
        return {m_pc.identity.id, name, "127.0.0.1:" + std::to_string(m_pc.listener.port())};
    }
    /// What it was told when it had to leave; waits for that.
    std::string lastWord() {
        m_worker = {};
        return m_lastWord;
    }
    int hirings() const { return m_hirings; }

  private:
    void host(Door::Guest& guest) {
        const std::scoped_lock lock(m_mutex);
        if (guest.first.header.type == FrameType::lead)
            m_worker = std::jthread([this, talk = std::make_shared<Talk>(std::move(guest.talk))] {
                if (const Status status = work(std::move(*talk)); !status) m_lastWord = status.error().message;
            });
        else
            m_sources.push_back(std::move(guest.talk));
    }
    Status work(Talk talk) {
        TRY(Job job, hearJob(talk));
        job.spec.device = "cpu";
        TRY(const PreparedRun prepared, prepareRun(job.spec, job.index, {}));
        PixelCache cache(*job.spec.preprocess, [&](std::uint32_t sample, std::uint8_t* pixels) {
            const auto picture =
                readPrepared(m_pictures.absolutePath(m_pictures.samples[sample]), *job.spec.preprocess);
            if (picture) std::ranges::copy(picture->pixels, pixels);
            return picture.ok();
        });
        Conversation leader(std::move(talk));
        while (true) {
            leader.say(FrameType::ready, toMessage(Ready{"cpu", {}}));
            TRY(const auto frame, leader.hear(Talk::Clock::now() + std::chrono::minutes(1)));
            if (!frame) return Error{"There was no view."};
            TRY(const View view, viewFrom(frame->payload));
            auto group = LanCollective::join(m_pc.context, m_groups, {view.secret, view.rank, view.members});
            if (!group) continue;
            const auto rank = std::make_shared<test::WatchedCollective>(
                *std::move(group), [](Collective&) { return Status(); },
                [this] { return m_sums++ < m_wrongFrom ? 1.0 : 1e6; });
            const Status followed = followOnDevices(
                membersOn(prepared, job.spec, job.index, cache, teamOptionsFrom(job.spec.settings, true)), rank,
                static_cast<int>(view.members.size()) - 1);
            if (followed) return {};
        }
    }

    Pc m_pc;
    int m_wrongFrom, m_sums = 0;
    DatasetIndex m_pictures;
    std::atomic<int> m_hirings = 0;
    Listener m_doorway = test::LocalLan::must(Listener::open("127.0.0.1", 0)),
             m_groups = test::LocalLan::must(Listener::open("127.0.0.1", 0));
    std::mutex m_mutex;
    std::vector<Talk> m_sources;
    std::string m_lastWord;
    std::jthread m_worker;
    std::optional<PeerServer> m_server;
    std::optional<Door> m_door;
};

}  // namespace

class TstLanTeam : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path folder() const { return m_folder.path().toStdString(); }

    RunSpec spec(const std::string& run, std::vector<std::string> peers) {
        RunSpec s = *makeRunSpec(folder() / "data", "linear");
        s.settings["epochs"] = std::int64_t{4};
        s.settings["batch"] = std::int64_t{12};
        s.settings["exact"] = true;
        s.settings["shard"] = std::int64_t{4};
        s.device = "cpu";
        s.peers = std::move(peers);
        s.run = folder() / run;
        return s;
    }

  private slots:
    void initTestCase() {
        test::makeTinyDataSet(folder() / "data", {.classes = 3, .imagesPerClass = 30, .sizePixels = 16});
    }

    void aMemberThatComputesWronglyIsToldSoAndNotHiredAgain() {
        const auto alone = train(spec("alone", {}), {}, {});
        VERIFY_OK(alone);
        const Pc leader;
        HelpingPc anna(folder() / "anna", folder() / "data", leader, 1'000'000),
            bert(folder() / "bert", folder() / "data", leader, 7);
        std::mutex mutex;
        std::string told;
        TrainerOptions options;
        options.team = [&](const TeamRequest& request) -> Result<std::unique_ptr<Team>> {
            const auto tell = [&](const std::string& text) {
                const std::scoped_lock lock(mutex);
                told += text + '\n';
            };
            TRY(auto team, LanTeam::hire({leader.side,
                                          {anna.as("Anna"), bert.as("Bert")},
                                          request.spec,
                                          request.index,
                                          request.cache,
                                          tell,
                                          {}},
                                         request.stop));
            return std::unique_ptr<Team>(std::move(team));
        };
        const auto run = train(spec("together", {"Anna", "Bert"}), {}, {}, options);
        VERIFY_OK(run);
        QVERIFY2(told.find("'Bert' no longer helps: What it has computed is over a thousand times") != told.npos,
                 told.c_str());
        QVERIFY2(told.find("goes on with 'Anna'.") != told.npos && told.find("'Anna' no longer") == told.npos,
                 told.c_str());
        QVERIFY2(bert.lastWord().find("over a thousand times") != std::string::npos, bert.lastWord().c_str());
        QCOMPARE(bert.hirings(), 1);
        const auto weightsOf = [](const fs::path& of) { return *readFile(of / "weights.safetensors"); };
        QVERIFY(weightsOf(*run) == weightsOf(*alone));
    }

    void aPictureCacheThatIsTooSmallIsNamed() {
        const Pc leader;
        RunSpec s = spec("small", {"Anna"});
        s.data.width = s.data.height = 256;
        s.settings["cache"] = std::int64_t{9};  // MB, for 72 pictures of 196 kB each
        TrainerOptions options;
        options.team = [&](const TeamRequest& request) -> Result<std::unique_ptr<Team>> {
            TRY(auto team, LanTeam::hire({leader.side,
                                          {{leader.identity.id, "Anna", "127.0.0.1:9"}},
                                          request.spec,
                                          request.index,
                                          request.cache,
                                          [](const std::string&) {},
                                          {}},
                                         request.stop));
            return std::unique_ptr<Team>(std::move(team));
        };
        const auto run = train(s, {}, {}, options);
        QVERIFY(!run);
        QCOMPARE(run.error().where, std::string("cache"));
        QVERIFY2(run.error().message.find("has to hold all pictures") != std::string::npos,
                 run.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TstLanTeam)
#include "tst_lan_team.moc"
