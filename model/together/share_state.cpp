#include "model/together/share_state.h"

namespace lemnos {
namespace {

/// An arena of the leader goes to the others.
template <class Read, class Write>
Status shareArena(Collective& collective, int leader, Collective::Tag tag, const Read& read, const Write& write) {
    TRY(std::vector<float> arena, read());
    TRY_OK(collective.broadcast(std::as_writable_bytes(std::span(arena)), leader, tag));
    return collective.rank() == leader ? Status() : write(arena);
}

}  // namespace

Status shareState(Replica& replica, Collective& collective, int leader, Collective::Tag tag) {
    using Arena = std::span<const float>;
    TRY_OK(shareArena(
        collective, leader, tag++, [&] { return replica.readWeights(); },
        [&](Arena arena) { return replica.writeWeights(arena); }));
    if (replica.hasAverage())
        TRY_OK(shareArena(
            collective, leader, tag++, [&] { return replica.readAverage(); },
            [&](Arena arena) { return replica.writeAverage(arena); }));
    for (int i = 0; i < replica.stateCount(); ++i)
        TRY_OK(shareArena(
            collective, leader, tag++, [&] { return replica.readState(i); },
            [&](Arena arena) { return replica.writeState(i, arena); }));
    LossScale scale = replica.lossScale();
    TRY_OK(collective.broadcast(std::as_writable_bytes(std::span(&scale, 1)), leader, tag));
    replica.setLossScale(scale);
    return {};
}

}  // namespace lemnos
