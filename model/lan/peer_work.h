// PeerWork: helping another PC with a run, in a process of its own.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "model/lan/hiring.h"

namespace lemnos {

struct PeerWorkOptions {
    DeviceId leader{};             ///< whom to help; nobody else is let in but those that it names
    std::string listen;            ///< IP address of this PC
    std::uint16_t firstPort = 0;   ///< the two ports are the first free ones from here on; 0: any
    std::string device = "auto";   ///< as RunSpec::device: one or several
    std::int64_t memoryBytes = 0;  ///< of each device, at most; 0: what it has
    std::int64_t diskBytes = 0;    ///< for pictures
    std::filesystem::path folder;  ///< where pictures are kept
};

/// What whoever has started the process is told.
struct PeerWorkEvent {
    enum class Kind : std::uint8_t { ports, preparing, waiting, training, ended } kind = Kind::ports;
    Hired ports{};
    std::string text;  ///< what it does, for people: network, device, with whom, or why it has ended
};

/// Blocks until the other PC has no more work, or is gone, or a stop is requested.
Status helpWithRun(const OwnSide& self, const PeerWorkOptions& options,
                   const std::function<void(const PeerWorkEvent&)>& tell, std::stop_token stop);

}  // namespace lemnos
