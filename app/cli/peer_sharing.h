// Sharing this PC: `lemnos-cli peer serve`, and the process that it starts for each run it helps with.
#pragma once

#include <functional>
#include <map>
#include <stop_token>
#include <string>

#include "compute/result.h"

namespace lemnos {

struct SharingOptions {
    std::string listen = "0.0.0.0";
    int port = 0;
    std::map<std::string, std::string> typed;  ///< of sharingParams(): over those that the owner has saved
    bool events = false;
};

/// Blocks until a stop request.
Status sharePc(const SharingOptions& options, std::stop_token stop);

/// What one process of sharePc() does: helps the PC with this id.
/// `whyStopped` says why, once a stop is requested.
Status helpPeer(const SharingOptions& options, const std::string& leader, std::stop_token stop,
                std::function<std::string()> whyStopped);

}  // namespace lemnos
