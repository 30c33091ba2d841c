#include "model/together/share_state.h"

#include <array>

#include "model/data/hash.h"

namespace lemnos {
namespace {

/// An arena of the leader goes to the others.
template <class Read, class Write>
Status shareArena(Collective& collective, int leader, Collective::Tag& tag, const Read& read, const Write& write) {
    TRY(std::vector<float> arena, read());
    TRY(const bool changed, shareBytes(collective, std::as_writable_bytes(std::span(arena)), leader, tag));
    tag += shareTags;
    return changed ? write(arena) : Status();
}

}  // namespace

Result<bool> shareBytes(Collective& collective, std::span<std::byte> bytes, int leader, Collective::Tag tag) {
    const std::uint64_t own = contentHash({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    std::uint64_t wanted = own;
    TRY_OK(collective.broadcast(std::as_writable_bytes(std::span(&wanted, 1)), leader, tag));
    const bool differs = own != wanted;
    std::array<std::int64_t, 1> others{differs ? 1 : 0};
    TRY_OK(collective.allReduce(others, tag + 1));
    if (others[0] == 0) return false;
    TRY_OK(collective.broadcast(bytes, leader, tag + 2));
    return differs;
}

Status shareState(Replica& replica, Collective& collective, int leader, Collective::Tag tag) {
    using Arena = std::span<const float>;
    TRY_OK(shareArena(
        collective, leader, tag, [&] { return replica.readWeights(); },
        [&](Arena arena) { return replica.writeWeights(arena); }));
    if (replica.hasAverage())
        TRY_OK(shareArena(
            collective, leader, tag, [&] { return replica.readAverage(); },
            [&](Arena arena) { return replica.writeAverage(arena); }));
    for (int i = 0; i < replica.stateCount(); ++i)
        TRY_OK(shareArena(
            collective, leader, tag, [&] { return replica.readState(i); },
            [&](Arena arena) { return replica.writeState(i, arena); }));
    LossScale scale = replica.lossScale();
    TRY_OK(collective.broadcast(std::as_writable_bytes(std::span(&scale, 1)), leader, tag));
    replica.setLossScale(scale);
    return {};
}

}  // namespace lemnos
