// The wire between PCs, version 1: what bytes mean, without sockets. docs/protocol.md is its description.
//
// Whatever comes in may be anything. Type, direction and length are checked against what is allowed at this point of
// the conversation before a byte is reserved for it; every message is read whole or refused. That nothing is changed or
// left out on the way is for TLS to see to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compute/result.h"
#include "model/lan/crypto.h"

namespace lemnos {

constexpr std::uint32_t wireMagic = 0x314d454c;  // "LEM1"
constexpr std::uint16_t wireVersion = 1;
constexpr std::size_t frameHeaderBytes = 28;
constexpr std::size_t announceBytes = 512;  ///< at most

enum class FrameType : std::uint16_t {
    hello = 1,  ///< first, from both sides
    bye = 2,    ///< last; says why
    ping = 3,
    pong = 4,
    pairCommit = 16,  ///< see pairing.h
    pairNonce = 17,
    pairReveal = 18,
    pairDone = 19,
    join = 32,    ///< take part in a group of ranks
    joined = 33,  ///< the answer
    hire = 34,    ///< help with a run; see hiring.h
    hired = 35,   ///< the answer
    lead = 36,    ///< first word of the connection on which a PC is led
    source = 37,  ///< first word of a connection on which pictures are asked for from whoever has connected
    seek = 38,    ///< first word of a connection on which pictures are asked for by whoever has connected
    parcel = 39,  ///< a piece of something larger, whose size is in FrameHeader::step
    want = 40,    ///< a blob of pictures, by its hash
    absent = 41,  ///< the answer of who does not have it
    ready = 42,   ///< from who is led: is to be taken into a group
    view = 43,    ///< to who is led: the group that is made now
    part = 48,    ///< numbers of one rank's part, to whoever sums them
    sums = 49,    ///< the sums, back to everybody
    bytes = 50,   ///< a broadcast
    call = 51,    ///< what a rank does now; before the data of each call
};

/// How far two PCs have come.
enum class WireStage : std::uint8_t {
    stranger,  ///< the certificate is not known: hello and pairing only
    peer,      ///< the certificate is one that the user trusts: control
    rank,      ///< joined a group: data
};

struct FrameHeader {
    FrameType type = FrameType::ping;
    std::uint16_t flags = 0;
    std::uint32_t length = 0;  ///< of the payload, in bytes
    std::uint32_t view = 0;    ///< who takes part, numbered
    std::uint64_t step = 0;    ///< tag of the call
    std::uint16_t bucket = 0;  ///< piece of the data, from 0
    std::uint16_t shard = 0;

    bool operator==(const FrameHeader&) const = default;
};

struct Frame {
    FrameHeader header;
    std::vector<std::byte> payload;
};

/// The most bytes that a frame of a type may carry at a stage; nothing where it must not come at all.
std::optional<std::uint32_t> largestPayload(FrameType type, WireStage stage);

std::array<std::byte, frameHeaderBytes> encodeHeader(const FrameHeader& header);
std::vector<std::byte> encodeFrame(FrameHeader header, std::span<const std::byte> payload);

/// A header that is allowed at this stage, before its payload has come.
Result<FrameHeader> decodeHeader(std::span<const std::byte, frameHeaderBytes> bytes, WireStage stage);

/// Cuts a stream into frames. Holds one frame at most.
class FrameReader {
  public:
    void setStage(WireStage stage) { m_stage = stage; }
    /// Takes bytes from the front of `bytes`, until a frame is complete or all are taken. After an Error the connection
    /// is to be closed.
    Result<std::optional<Frame>> take(std::span<const std::byte>& bytes);

  private:
    WireStage m_stage = WireStage::stranger;
    std::array<std::byte, frameHeaderBytes> m_header{};
    std::size_t m_headerBytes = 0, m_payloadBytes = 0;
    Frame m_frame;
};

/// Bits of Hello::features.
constexpr std::uint64_t waitsToBePaired = 1;  ///< of an Announce: at its port, somebody may pair now

/// Who somebody says they are; nothing of it is believed but the versions.
struct Hello {
    std::uint16_t minVersion = wireVersion, maxVersion = wireVersion;
    std::uint64_t features = 0;
    std::string name;   ///< of the PC, at most 64 bytes; UTF-8 without control characters, like the next one
    std::string build;  ///< version of the program, at most 32 bytes

    bool operator==(const Hello&) const = default;
};
std::vector<std::byte> toBytes(const Hello& hello);
Result<Hello> helloFromBytes(std::span<const std::byte> bytes);
/// The highest version that both speak, or an Error that says which PC has to be updated.
Result<std::uint16_t> commonVersion(const Hello& own, const Hello& other);

/// A rank that wants to be one of a group.
struct Join {
    Digest group{};  ///< a secret of the run that whoever started it has given to all ranks
    std::uint16_t rank = 0, size = 0;

    bool operator==(const Join&) const = default;
};
std::vector<std::byte> toBytes(const Join& join);
Result<Join> joinFromBytes(std::span<const std::byte> bytes);

/// What a rank of a group does now. All ranks must say the same.
constexpr std::size_t callBytes = 24;
struct Call {
    enum class Kind : std::uint32_t { sumFloats = 1, sumIntegers, broadcast, barrier, exchange } kind = Kind::barrier;
    std::uint64_t tag = 0;
    std::uint64_t count = 0;  ///< elements of the data
    std::uint32_t root = 0;

    bool operator==(const Call&) const = default;
};
std::vector<std::byte> toBytes(const Call& call);
Result<Call> callFromBytes(std::span<const std::byte> bytes);

/// What a PC that shares tells everybody in the LAN, in one datagram: a hint where to look, to be believed by nobody.
struct Announce {
    Digest device{};  ///< SHA-256 of the certificate
    std::uint16_t port = 0;
    Hello hello;

    bool operator==(const Announce&) const = default;
};
std::vector<std::byte> toBytes(const Announce& announce);
Result<Announce> announceFromBytes(std::span<const std::byte> bytes);

/// "3f9a0c12..." and back.
std::string hexOf(std::span<const std::byte> bytes);
std::optional<Digest> digestFromHex(std::string_view text);

}  // namespace lemnos
