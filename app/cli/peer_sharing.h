// Sharing this PC: `lemnos-cli peer serve`, and the process that it starts for each run it helps with.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "compute/result.h"

namespace lemnos {

struct SharingOptions {
    std::string listen = "0.0.0.0";
    int port = 0;
    std::string device = "auto";
    std::int64_t memoryMegabytes = 0;     ///< 0: no limit but the device's
    std::int64_t diskMegabytes = 20'000;  ///< for the pictures of others
    int atOnce = 1;                       ///< runs that are helped at the same time
    bool whenIdle = false;
    bool hidden = false;  ///< does not announce itself
    bool events = false;
};

/// Blocks until a stop request.
Status sharePc(const SharingOptions& options, std::stop_token stop);

/// What one process of sharePc() does: helps the PC with this id.
Status helpPeer(const SharingOptions& options, const std::string& leader, std::stop_token stop);

}  // namespace lemnos
