// Waiting that a stop request ends.
#pragma once

#include <chrono>
#include <stop_token>

namespace lemnos {

/// Blocks for so long, or until a stop is requested.
void pauseFor(std::chrono::milliseconds time, const std::stop_token& stop);

/// Blocks until a stop is requested.
void waitForStop(const std::stop_token& stop);

}  // namespace lemnos
