// Pairing: how two PCs that do not know each other become sure, with the help of the person before them, that there is
// nobody between them. A state machine without sockets, clock and dialogs.
//
//   starter -> host   pairCommit  SHA256(nonceS | idS | idH)
//   host -> starter   pairNonce   nonceH
//   starter -> host   pairReveal  nonceS
//   both: code = SHA256("lemnos-pair1" | idS | idH | nonceS | nonceH) mod 1,000,000
//   The host shows the code; the person types it at the starter.
//   starter -> host   pairDone    when what was typed is its own code
//   The person says at the host whether the starter has accepted.
//
// Whoever stands between the two has a pair of codes, and has to fix its nonces before it sees the others': the codes
// are equal once in a million times. That the code was typed convinces the starter; that a person saw it accepted
// convinces the host, for pairDone alone may come from anybody.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compute/result.h"
#include "model/lan/identity.h"
#include "model/lan/wire.h"

namespace lemnos {

class Pairing {
  public:
    enum class Role : std::uint8_t { starter, host };
    enum class State : std::uint8_t {
        begun,       ///< messages are still to come
        typing,      ///< starter: the person has to type what the host shows
        showing,     ///< host: shows the code, pairDone has not come
        confirming,  ///< host: pairDone has come, the person has to say whether the starter has accepted
        paired,
        failed,
    };

    /// `own` and `other` are the certificates of the connection at hand; `nonce` is secret and new.
    Pairing(Role role, const DeviceId& own, const DeviceId& other, const Digest& nonce);

    /// What the starter says first.
    Frame begin();
    /// The answer to a message, if it has one. After an Error the connection is to be closed.
    Result<std::optional<Frame>> receive(const Frame& frame);
    /// Starter, in state typing: pairDone, or nothing where the code is another one; then it has failed.
    std::optional<Frame> typed(std::string_view code);
    /// Host, in state confirming.
    void confirm(bool accepted);

    State state() const { return m_state; }
    /// Six digits, once both nonces are known; what the host shows.
    std::string code() const;

  private:
    Error fail(const char* why);
    Digest commitment() const;

    Role m_role;
    State m_state = State::begun;
    DeviceId m_starter, m_host;
    Digest m_starterNonce{}, m_hostNonce{}, m_commitment{};
    bool m_committed = false, m_answered = false;
};

/// How long and how often others may try: 120 seconds, 3 failures.
class PairingWindow {
  public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds length{120};
    static constexpr int mostFailures = 3;

    explicit PairingWindow(Clock::time_point opened) : m_opened(opened) {}
    bool isOpen(Clock::time_point now) const { return m_failures < mostFailures && now - m_opened < length; }
    /// Every attempt that began and did not end in a pair is one.
    void countFailure() { ++m_failures; }

  private:
    Clock::time_point m_opened;
    int m_failures = 0;
};

}  // namespace lemnos
