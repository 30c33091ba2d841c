#include "model/lan/pairing.h"

#include <algorithm>

#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {
namespace {

Frame frameOf(FrameType type, std::span<const std::byte> payload = {}) {
    Frame frame;
    frame.header.type = type;
    frame.header.length = static_cast<std::uint32_t>(payload.size());
    frame.payload.assign(payload.begin(), payload.end());
    return frame;
}

}  // namespace

Pairing::Pairing(Role role, const DeviceId& own, const DeviceId& other, const Digest& nonce)
    : m_role(role), m_starter(role == Role::starter ? own : other), m_host(role == Role::starter ? other : own) {
    (role == Role::starter ? m_starterNonce : m_hostNonce) = nonce;
}

Digest Pairing::commitment() const {
    return sha256({m_starterNonce, m_starter, m_host});
}

Frame Pairing::begin() {
    assert(m_role == Role::starter && !m_committed);
    m_committed = true;
    return frameOf(FrameType::pairCommit, commitment());
}

Error Pairing::fail(const char* why) {
    m_state = State::failed;
    return phrasedError({LEMNOS_TEXT("The PCs could not be paired: %1 Start again on both."), {{why}}});
}

Result<std::optional<Frame>> Pairing::receive(const Frame& frame) {
    const bool fits = frame.payload.size() == (frame.header.type == FrameType::pairDone ? 0 : sizeof(Digest));
    Digest value{};
    if (fits) std::ranges::copy(frame.payload, value.begin());
    const auto expected = [&](Role role, State state, FrameType type, bool ready) {
        return fits && m_role == role && m_state == state && frame.header.type == type && ready;
    };
    if (expected(Role::host, State::begun, FrameType::pairCommit, !m_committed)) {
        m_committed = true;
        m_commitment = value;
        return std::optional(frameOf(FrameType::pairNonce, m_hostNonce));
    }
    if (expected(Role::starter, State::begun, FrameType::pairNonce, m_committed && !m_answered)) {
        m_answered = true;
        m_hostNonce = value;
        m_state = State::typing;
        return std::optional(frameOf(FrameType::pairReveal, m_starterNonce));
    }
    if (expected(Role::host, State::begun, FrameType::pairReveal, m_committed)) {
        m_starterNonce = value;
        if (!equalSecrets(commitment(), m_commitment))
            return fail(LEMNOS_TEXT("the other one has changed its mind on the way."));
        m_state = State::showing;
        return std::optional<Frame>();
    }
    if (expected(Role::host, State::showing, FrameType::pairDone, true)) {
        m_state = State::confirming;
        return std::optional<Frame>();
    }
    return fail(LEMNOS_TEXT("the other one has said something out of turn."));
}

std::optional<Frame> Pairing::typed(std::string_view typedCode) {
    assert(m_role == Role::starter && m_state == State::typing);
    std::string digits;
    for (const char c : typedCode) {
        if (c != ' ' && c != '-') digits += c;
    }
    const std::string own = code();
    const bool right = equalSecrets(std::as_bytes(std::span(digits)), std::as_bytes(std::span(own)));
    m_state = right ? State::paired : State::failed;
    if (!right) return std::nullopt;
    return frameOf(FrameType::pairDone);
}

void Pairing::confirm(bool accepted) {
    assert(m_role == Role::host && m_state == State::confirming);
    m_state = accepted ? State::paired : State::failed;
}

std::string Pairing::code() const {
    const std::string_view label = "lemnos-pair1";
    const Digest digest = sha256({std::as_bytes(std::span(label)), m_starter, m_host, m_starterNonce, m_hostNonce});
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<std::uint64_t>(digest[i]);
    const std::string text = std::to_string(number % 1'000'000);
    return std::string(6 - text.size(), '0') + text;
}

}  // namespace lemnos
