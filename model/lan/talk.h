// Talk: one conversation with another PC, a message at a time; every call blocks, and none for ever.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "compute/result.h"
#include "model/lan/lan_link.h"

namespace lemnos {

/// Who this PC is to others.
struct OwnSide {
    const Identity& identity;
    const TlsContext& context;
    std::string name;  ///< of this PC, for people
};

class Talk {
  public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::seconds machinePatience{5};  ///< for what no person and no disk has to do

    Talk(const OwnSide& self, Socket socket, TlsStream::Side side, std::stop_token stop = {});

    /// Connects and greets. `host` is an IP address.
    static Result<Talk> with(const OwnSide& self, const std::string& host, std::uint16_t port,
                             std::stop_token stop = {});

    /// Handshake and greetings. Afterwards peer() is who the other side is, and whether it is trusted is for the caller
    /// to say.
    Status open();
    const DeviceId& peer() { return m_link.stream().peer(); }
    const std::string& name() const { return m_name; }  ///< what the other PC calls itself
    int descriptor() { return m_link.stream().descriptor(); }
    /// From now on the other side may say more.
    void setStage(WireStage stage) { m_link.setStage(stage); }

    Status say(FrameType type, std::vector<std::byte> payload = {});
    Status say(const Frame& frame) { return say(frame.header.type, frame.payload); }
    /// The next message, whatever it is; an Error when it does not come by then.
    Result<Frame> hear(Clock::time_point until);
    Result<Frame> hear() { return hear(Clock::now() + machinePatience); }
    /// The payload of the next message, which has to be of this type.
    Result<std::vector<std::byte>> hear(FrameType type, Clock::time_point until);
    /// Whether something has come that hear() has not looked at yet.
    bool hasMore();

    /// Any number of bytes, in pieces.
    Status sayParcel(std::span<const std::byte> bytes);
    /// At most `most` bytes. Each piece may take machinePatience.
    Result<std::vector<std::byte>> hearParcel(std::size_t most);
    /// The same, or nothing where the other side says that it has none.
    Result<std::optional<std::vector<std::byte>>> hearParcelOrAbsent(std::size_t most);

    /// The last word.
    void end(const std::string& reason) { m_link.end(reason); }
    /// From any thread: whatever is waited for becomes an Error.
    void shutDown() { m_link.stream().shutDown(); }

  private:
    Status flush();
    Result<bool> receive();
    Status wait(short events, Clock::time_point until);

    std::string m_ownName;
    LanLink m_link;
    std::stop_token m_stop;
    std::string m_name;
};

}  // namespace lemnos
