// What several PCs that train together reach, with devices that take the time of a stated GPU (compute/paced_device.h):
//   bench_together prepare FOLDER PCS
//   bench_together rank FOLDER RANK PCS PACE TEMPLATE SIDE CLASSES BATCH WIRE LOCAL_STEPS STEPS
// PCs are 10.77.0.1, 10.77.0.2, ...; see tests/lan/efficiency.sh. BATCH is that of one PC, LOCAL_STEPS 0 takes every
// step together. Rank 0 prints the time of a step and the share of it that the device works.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "compute/paced_device.h"
#include "model/graph/initialise.h"
#include "model/graph/sharded_replica.h"
#include "model/templates/template.h"
#include "model/together/local_training.h"
#include "tests/support/lan_group.h"

using namespace lemnos;

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Wanted {
    std::filesystem::path folder;
    int rank = 0, pcs = 1;
    DeviceSpeed pace;
    std::string network;
    std::int64_t side = 64, classes = 10, batch = 32;
    SumFormat wire = SumFormat::float32;
    std::int64_t localSteps = 0;
    int steps = 10;
};

Result<std::unique_ptr<Collective>> join(const Wanted& wanted) {
    constexpr std::uint16_t port = 7413;
    LanGroup group;
    group.rank = wanted.rank;
    for (int i = 0; i < wanted.pcs; ++i) {
        TRY(const Identity identity, Identity::ofThisPc(wanted.folder / std::to_string(i)));
        group.members.push_back({identity.id, std::to_string(i), "10.77.0." + std::to_string(i + 1), port});
    }
    TRY(const Identity own, Identity::ofThisPc(wanted.folder / std::to_string(wanted.rank)));
    TRY(const TlsContext context, TlsContext::create(own));
    TRY(const Listener listener, Listener::open("0.0.0.0", port));
    TRY(auto joined, LanCollective::join(context, listener, group));
    return std::unique_ptr<Collective>(std::move(joined));
}

/// Everybody's batch: with steps taken together, that of all PCs, of which each takes its shards.
Batch batchOf(const Wanted& wanted, std::int64_t rows) {
    Batch batch;
    batch.rows = batch.listed = rows;
    batch.count = static_cast<std::uint32_t>(rows);
    batch.pixels.resize(static_cast<std::size_t>(rows * wanted.side * wanted.side * 3));
    batch.labels.resize(static_cast<std::size_t>(rows), 0);
    batch.sampleIndices.resize(static_cast<std::size_t>(rows), 0);
    return batch;
}

Status run(const Wanted& wanted) {
    TRY(const Graph graph, graphFromTemplate(wanted.network, {wanted.side, wanted.side, 3}));
    TRY(const Plan plan, makePlan(graph, {{wanted.side, wanted.side, 3}, wanted.classes, wanted.batch, 2}));
    const OptimizerType* const type = findOptimizerType("adam");
    TRY(const ParamMap params, resolveParams(type->params, ParamMap(), "adam"));
    const auto device = makePacedDevice(wanted.pace);
    ReplicaOptions options;
    options.shared = wanted.localSteps == 0;
    const std::vector<float> mean(3, 128), deviation(3, 64);
    TRY(const auto replica, Replica::create(*device, plan, {type, params}, {mean, deviation}, options));
    TRY_OK(replica->writeWeights(initialWeights(plan, 7)));
    TRY(const auto collective, join(wanted));

    const bool local = wanted.localSteps > 0;
    const Batch batch = batchOf(wanted, local ? wanted.batch : wanted.batch * wanted.pcs);
    std::optional<ShardedReplica> sharded;
    LocalTraining training(*replica, {}, {.format = wanted.wire});
    if (!local) sharded.emplace(*replica, *collective, ShardingOptions{.measured = false, .format = wanted.wire});
    const std::vector<Order> own(static_cast<std::size_t>(wanted.localSteps), {.kind = Order::Kind::step, .step = 1});
    const LoadBatch load = [&](const Order&) { return batch; };
    Collective::Tag tag = Collective::Tag{1} << 32;
    double sync = 0;
    const auto stepOnce = [&]() -> Status {
        if (local) {
            TRY_OK(training.round(own, wanted.localSteps * wanted.pcs, load, *collective, tag));
            tag += roundTags;
            sync += training.takeSyncSeconds();
        } else {
            TRY_OK(sharded->train(batch, {}, 1, {}));
            sync += sharded->takeSyncSeconds();
        }
        return {};
    };
    // Memory is taken, for both of the steps that may be under way.
    for (std::int64_t taken = 0; taken < Replica::slotCount; taken += std::max<std::int64_t>(1, wanted.localSteps))
        TRY_OK(stepOnce());
    TRY_OK(collective->barrier(tag++));
    sync = 0;
    const auto started = Clock::now();
    for (int i = 0; i < wanted.steps; ++i) TRY_OK(stepOnce());
    const double steps = wanted.steps * double(local ? wanted.localSteps : 1), seconds = secondsSince(started) / steps;
    if (wanted.rank == 0)
        std::printf(
            "%s@%lld batch %lld, %d PCs, %s, %lld local steps: %.1f ms a step, %.1f ms of it for others, "
            "%.1f images/s\n",
            wanted.network.c_str(), static_cast<long long>(wanted.side), static_cast<long long>(wanted.batch),
            wanted.pcs, sumFormatNames()[static_cast<std::size_t>(wanted.wire)].c_str(),
            static_cast<long long>(wanted.localSteps), seconds * 1e3, sync / steps * 1e3,
            double(wanted.batch * wanted.pcs) / seconds);
    std::fflush(stdout);
    return collective->barrier(tag++);
}

Status prepare(const std::filesystem::path& folder, int pcs) {
    for (int i = 0; i < pcs; ++i) TRY_OK(Identity::ofThisPc(folder / std::to_string(i)));
    return {};
}

Status runAs(char** argv) {
    Wanted wanted;
    wanted.folder = argv[2];
    wanted.rank = std::atoi(argv[3]);
    wanted.pcs = std::atoi(argv[4]);
    TRY(wanted.pace, paceFromText(argv[5]));
    wanted.network = argv[6];
    wanted.side = std::atoll(argv[7]);
    wanted.classes = std::atoll(argv[8]);
    wanted.batch = std::atoll(argv[9]);
    const auto wire = sumFormatFrom(argv[10]);
    if (!wire) return Error{"There is no wire '" + std::string(argv[10]) + "'."};
    wanted.wire = *wire;
    wanted.localSteps = std::atoll(argv[11]);
    wanted.steps = std::max(1, std::atoi(argv[12]));
    return run(wanted);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string how = argc > 1 ? argv[1] : "";
    Status status = Error{
        "bench_together prepare FOLDER PCS, or rank FOLDER RANK PCS PACE TEMPLATE SIDE CLASSES BATCH "
        "WIRE LOCAL_STEPS STEPS"};
    if (how == "prepare" && argc == 4) status = prepare(argv[2], std::atoi(argv[3]));
    if (how == "rank" && argc == 13) status = runAs(argv);
    if (!status) std::fprintf(stderr, "%s\n", status.error().message.c_str());
    return status.ok() ? 0 : 1;
}
