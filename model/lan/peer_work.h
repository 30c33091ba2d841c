// PeerWork: helping another PC with a run, in a process of its own.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "model/lan/hiring.h"

namespace lemnos {

struct PeerWorkOptions {
    DeviceId leader{};                          ///< whom to help; nobody else is let in but those that it names
    std::string listen;                         ///< IP address of this PC
    std::uint16_t firstPort = 0;                ///< the two ports are the first free ones from here on; 0: any
    std::string device = "auto";                ///< as RunSpec::device: one or several
    std::int64_t memoryBytes = 0;               ///< of each device, at most; 0: what it has
    std::int64_t diskBytes = 0;                 ///< for pictures
    std::filesystem::path folder;               ///< where pictures are kept
    std::function<std::string()> whyStopped{};  ///< what to tell the other PC when a stop was requested; may be empty
    std::filesystem::path scans;  ///< the cache folder of this PC's owner, whose scans say which pictures are here
};

/// Where the pictures of a run have come from, in bytes.
struct PictureOrigins {
    std::int64_t kept = 0;      ///< were here from an earlier run
    std::int64_t own = 0;       ///< made from this PC's own copies
    std::int64_t received = 0;  ///< came over the network
};

/// What was done for the other PC.
struct HelpGiven {
    std::int64_t pictures = 0;  ///< trained on, in all
    double busy = 0;            ///< share of the time since this was last told that the devices have trained
};

/// What whoever has started the process is told.
struct PeerWorkEvent {
    enum class Kind : std::uint8_t { ports, preparing, pictures, waiting, training, worked, ended } kind = Kind::ports;
    Hired ports{};
    PictureOrigins pictures{};  ///< once all are here
    HelpGiven given{};          ///< every few seconds while it trains
    std::string text;           ///< what it does, for people: network, device, with whom, or why it has ended
};

/// Blocks until the other PC has no more work, or is gone, or a stop is requested.
Status helpWithRun(const OwnSide& self, const PeerWorkOptions& options,
                   const std::function<void(const PeerWorkEvent&)>& tell, std::stop_token stop);

}  // namespace lemnos
