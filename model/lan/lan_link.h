// LanLink: frames over a TlsStream, without blocking. Data is read to where it belongs and written from where it lies.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <span>
#include <vector>

#include "compute/result.h"
#include "model/lan/tls.h"
#include "model/lan/wire.h"

namespace lemnos {

class LanLink {
  public:
    explicit LanLink(TlsStream stream) : m_stream(std::move(stream)) {}

    TlsStream& stream() { return m_stream; }
    void setStage(WireStage stage) { m_stage = stage; }

    /// To be sent behind everything before; a payload that is not the link's own stays where it is until flush() is
    /// done.
    void send(FrameHeader header, std::span<const std::byte> payload);
    void sendOwn(FrameType type, std::vector<std::byte> payload);
    /// Writes what can be written; true when all is out.
    Result<bool> flush();
    bool flushed() const { return m_out.empty() && m_stream.flushed(); }
    /// The last word, as far as it can be written at once; nothing goes in or out afterwards.
    void end(const std::string& reason);

    /// Where the payload of a frame goes: header.length bytes. An Error refuses it.
    using Where = std::function<Result<std::span<std::byte>>(const FrameHeader&)>;
    /// Reads on; true when a frame is complete: header(). Reads nothing behind it. What the other side says with bye is
    /// an Error.
    Result<bool> receive(const Where& where);
    const FrameHeader& header() const { return m_header; }
    /// For frames that are not data: the payload goes here.
    std::span<std::byte> ownSpace(const FrameHeader& header);
    std::span<const std::byte> ownPayload() const { return m_own; }

  private:
    struct Outgoing {
        std::array<std::byte, frameHeaderBytes> start{};
        std::vector<std::byte> own;
        std::span<const std::byte> payload;
        std::size_t sent = 0;  // of start and payload together
    };
    Result<bool> fill(std::span<std::byte> bytes, std::size_t& filled);

    TlsStream m_stream;
    WireStage m_stage = WireStage::stranger;
    std::deque<Outgoing> m_out;
    std::array<std::byte, frameHeaderBytes> m_start{};
    std::size_t m_startBytes = 0, m_payloadBytes = 0;
    FrameHeader m_header;
    std::span<std::byte> m_payload;
    std::vector<std::byte> m_own;
};

}  // namespace lemnos
