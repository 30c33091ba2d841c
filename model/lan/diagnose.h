// Why other PCs can't be seen: what has to be right for it, looked at one by one.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "model/lan/talk.h"
#include "model/phrase.h"

namespace lemnos {

struct LanFinding {
    enum class State : std::uint8_t { good, hint, problem } state = State::good;
    Phrase text;  ///< what it is, and what to do about it
};

/// Takes a few seconds: networks of this PC, firewalls, whether it hears itself and others, and whether each trusted PC
/// answers.
std::vector<LanFinding> diagnoseLan(const OwnSide& self, const TrustedPeers& trusted, std::stop_token stop = {});

}  // namespace lemnos
