#include "model/train/team_advice.h"

#include <algorithm>

#include "model/together/measure_team.h"
#include "model/together/team_devices.h"
#include "model/train/prepared_run.h"
#include "model/train/run_data.h"

namespace lemnos {
namespace {

/// What one kind of training was found to take.
struct Found {
    TeamMeasurement measurement;
    std::vector<std::string> names;  ///< as Team::names()
    std::size_t own = 0;             ///< rank of this PC
    std::vector<std::int64_t> buckets;
    double shareBeforeBuckets = 1;
    std::int64_t statistics = 0, stateNumbers = 0, batch = 1, shard = 1;
};

/// Local steps, or steps that are shared out.
enum class Way : std::uint8_t { rounds, steps };

RunSpec trialOf(const RunSpec& spec, Way way) {
    RunSpec trial = spec;
    trial.settings["accumulate"] = std::int64_t{1};
    trial.settings["ema"] = 0.0;
    trial.settings["wire"] = sumFormatNames().front();
    trial.settings["local_steps"] = std::int64_t{way == Way::rounds ? 1 : 0};
    if (way == Way::rounds) trial.settings["exact"] = false;
    return trial;
}

Status say(Collective& group, Order::Kind kind, Collective::Tag tag) {
    auto bytes = toBytes(Order{.kind = kind});
    return group.broadcast(bytes, group.rank(), tag);
}

Result<Found> find(RunSpec trial, const DatasetIndex& index, EventLog& log, std::stop_token stop,
                   const AdviceOptions& options) {
    log.phase(LEMNOS_TEXT("Preparing the device"));
    TRY(const PreparedRun prepared, prepareRun(trial, index, options.device));
    // Pictures are made up, so that nobody has to be given any.
    DatasetIndex none;
    none.classes = index.classes;
    PixelCache cache(*trial.preprocess, [](std::uint32_t, std::uint8_t*) { return false; });
    TRY(auto pcs, options.team({trial, none, cache, log, stop}));
    const TeamOptions how = teamOptionsFrom(trial.settings, pcs->canLeaveOut());
    TeamOfDevices team(std::move(pcs), membersOn(prepared, trial, none, cache, how));
    TRY(const std::shared_ptr<Collective> group, team.gather(stop));
    if (group->size() < 2) return Error{LEMNOS_TEXT("None of the other PCs can help now."), "peers"};
    log.phase(LEMNOS_TEXT("Measuring PCs and network"));
    const std::stop_callback stopped(stop, [&] { group->abort("The measurement was stopped."); });
    Replica& replica = prepared.replica();
    TRY_OK(say(*group, Order::Kind::measure, orderTags));
    Found found;
    TRY(found.measurement, measureTeam(replica, how, *group, group->rank(), orderTags + 1));
    team.end();
    // Whoever hears it first leaves before the others have: that is no error any more.
    (void)say(*group, Order::Kind::end, orderTags + 1 + measureTags);
    found.names = team.names();
    found.own = static_cast<std::size_t>(group->rank());
    for (const GradientBucket& bucket : replica.buckets()) found.buckets.push_back(bucket.floats);
    if (!found.buckets.empty()) found.shareBeforeBuckets = replica.shareBeforeBuckets();
    found.statistics = replica.plan().statisticFloats();
    found.stateNumbers = replica.stateCount() * replica.plan().learntFloats;
    found.batch = intParam(trial.settings, "batch");
    found.shard = replica.plan().request.batch;
    return found;
}

TeamFacts factsFrom(const RunSpec& spec, const Found& rounds, const Found& steps) {
    TeamFacts facts;
    const double shardOfBatch = static_cast<double>(steps.shard) / static_cast<double>(steps.batch);
    const auto pcOf = [&](std::size_t rank) {
        const double step = rounds.measurement.workSeconds[rank];
        return MeasuredPc{steps.names[rank], step, rounds.measurement.restSeconds[rank],
                          // A small shard's time is lost among others; its pictures take no less than those of a batch.
                          std::max(steps.measurement.workSeconds[rank], step * std::min(1.0, shardOfBatch)),
                          steps.measurement.restSeconds[rank], steps.measurement.bytesPerSecond[rank]};
    };
    for (std::size_t rank = 0; rank < steps.measurement.workSeconds.size(); ++rank)
        if (rank != steps.own) facts.pcs.push_back(pcOf(rank));
    facts.pcs.push_back(pcOf(steps.own));
    facts.hopSeconds = steps.measurement.hopSeconds;
    facts.secondsPerNumber = steps.measurement.secondsPerNumber;
    facts.buckets = steps.buckets;
    facts.shareBeforeBuckets = steps.shareBeforeBuckets;
    facts.statistics = steps.statistics;
    facts.stateNumbers = rounds.stateNumbers;
    facts.batch = steps.batch;
    facts.shard = steps.shard;
    facts.accumulate = intParam(spec.settings, "accumulate");
    facts.exact = boolParam(spec.settings, "exact");
    facts.averaged = realParam(spec.settings, "ema") > 0;
    return facts;
}

}  // namespace

Result<Advice> adviseOnTeam(RunSpec spec, const EventSink& sink, std::stop_token stop, const AdviceOptions& options) {
    if (spec.peers.empty())
        return Error{"Advice is about training with other PCs; name them (\"--peers NAME,...\" or \"--peers all\").",
                     "peers"};
    EventLog log(sink);
    TRY(const DatasetIndex index, dataForNewRun(spec, log, stop));
    TRY(const Found rounds, find(trialOf(spec, Way::rounds), index, log, stop, options));
    spec.peers.clear();
    for (const std::string& pc : rounds.names)
        if (!pc.empty() && std::ranges::find(spec.peers, pc) == spec.peers.end()) spec.peers.push_back(pc);
    TRY(const Found steps, find(trialOf(spec, Way::steps), index, log, stop, options));
    if (steps.names != rounds.names)
        return Error{LEMNOS_TEXT("One of the PCs has gone while all were measured; try again."), "peers"};
    TeamFacts facts = factsFrom(spec, rounds, steps);
    facts.pictures = static_cast<std::int64_t>(index.count(Split::train));
    facts.largestBatch = options.largestBatch;
    return advise(facts);
}

}  // namespace lemnos
