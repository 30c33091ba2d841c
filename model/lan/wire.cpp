#include "model/lan/wire.h"

#include <algorithm>

#include "model/lan/byte_stream.h"
#include "model/param.h"
#include "model/phrased_error.h"
#include "model/text.h"

namespace lemnos {
namespace {

constexpr std::uint32_t strangerLimit = 4096, controlLimit = 65536, dataLimit = 1048576;
constexpr std::size_t nameBytes = 64, buildBytes = 32;

Error malformed(const char* what) {
    return Error{std::string("The other PC has sent a ") + what +
                 " that can't be read; both need a version of Lemnos that fits."};
}

/// At most so many bytes of a text, and no half letter at the end.
std::string cut(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    text.resize(most);
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0u) == 0x80u) text.pop_back();
    if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80u) != 0) text.pop_back();
    return text;
}

/// Whether a text can be shown as it is: UTF-8, without control characters and backslashes.
bool isPlain(const std::string& text) {
    return escaped(text) == text;
}

void write(ByteWriter& to, const Hello& hello) {
    to.number(hello.minVersion);
    to.number(hello.maxVersion);
    to.number(hello.features);
    to.text(cut(hello.name, nameBytes));
    to.text(cut(hello.build, buildBytes));
}

Hello readHello(ByteReader& from) {
    Hello hello;
    hello.minVersion = from.number<std::uint16_t>();
    hello.maxVersion = from.number<std::uint16_t>();
    hello.features = from.number<std::uint64_t>();
    hello.name = from.text(nameBytes);
    hello.build = from.text(buildBytes);
    return hello;
}

}  // namespace

std::optional<std::uint32_t> largestPayload(FrameType type, WireStage stage) {
    switch (type) {
        case FrameType::hello:
        case FrameType::bye:
            return strangerLimit;
        case FrameType::pairCommit:
        case FrameType::pairNonce:
        case FrameType::pairReveal:
            return stage == WireStage::stranger ? std::optional<std::uint32_t>(32) : std::nullopt;
        case FrameType::pairDone:
            return stage == WireStage::stranger ? std::optional<std::uint32_t>(0) : std::nullopt;
        case FrameType::ping:
        case FrameType::pong:
            return stage == WireStage::stranger ? std::nullopt : std::optional<std::uint32_t>(0);
        case FrameType::lead:
        case FrameType::source:
        case FrameType::seek:
        case FrameType::absent:
            return stage == WireStage::peer ? std::optional<std::uint32_t>(0) : std::nullopt;
        case FrameType::want:
            return stage == WireStage::peer ? std::optional<std::uint32_t>(32) : std::nullopt;
        case FrameType::parcel:
            return stage == WireStage::peer ? std::optional<std::uint32_t>(dataLimit) : std::nullopt;
        case FrameType::hire:
        case FrameType::hired:
        case FrameType::ready:
        case FrameType::view:
        case FrameType::join:
        case FrameType::joined:
            return stage == WireStage::peer ? std::optional<std::uint32_t>(controlLimit) : std::nullopt;
        case FrameType::part:
        case FrameType::sums:
        case FrameType::bytes:
            return stage == WireStage::rank ? std::optional<std::uint32_t>(dataLimit) : std::nullopt;
        case FrameType::call:
            return stage == WireStage::rank ? std::optional<std::uint32_t>(callBytes) : std::nullopt;
    }
    return std::nullopt;
}

std::array<std::byte, frameHeaderBytes> encodeHeader(const FrameHeader& header) {
    ByteWriter writer;
    writer.number(wireMagic);
    writer.number(static_cast<std::uint16_t>(header.type));
    writer.number(header.flags);
    writer.number(header.length);
    writer.number(header.view);
    writer.number(header.step);
    writer.number(header.bucket);
    writer.number(header.shard);
    std::array<std::byte, frameHeaderBytes> bytes{};
    std::ranges::copy(writer.take(), bytes.begin());
    return bytes;
}

std::vector<std::byte> encodeFrame(FrameHeader header, std::span<const std::byte> payload) {
    header.length = static_cast<std::uint32_t>(payload.size());
    const auto start = encodeHeader(header);
    std::vector<std::byte> bytes(start.begin(), start.end());
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    return bytes;
}

Result<FrameHeader> decodeHeader(std::span<const std::byte, frameHeaderBytes> bytes, WireStage stage) {
    ByteReader reader(bytes);
    if (reader.number<std::uint32_t>() != wireMagic)
        return Error{"What answers there is not Lemnos, or a version that this one does not know."};
    FrameHeader header;
    header.type = static_cast<FrameType>(reader.number<std::uint16_t>());
    header.flags = reader.number<std::uint16_t>();
    header.length = reader.number<std::uint32_t>();
    header.view = reader.number<std::uint32_t>();
    header.step = reader.number<std::uint64_t>();
    header.bucket = reader.number<std::uint16_t>();
    header.shard = reader.number<std::uint16_t>();
    const auto most = largestPayload(header.type, stage);
    if (!most || header.length > *most || header.flags != 0)
        return Error{"The other PC has sent a message (" + std::to_string(static_cast<unsigned>(header.type)) + ", " +
                     std::to_string(header.length) + " bytes) that it must not send now."};
    return header;
}

Result<std::optional<Frame>> FrameReader::take(std::span<const std::byte>& bytes) {
    const auto move = [&](std::span<std::byte> to, std::size_t& filled) {
        const std::size_t count = std::min(bytes.size(), to.size() - filled);
        std::ranges::copy(bytes.first(count), to.begin() + static_cast<std::ptrdiff_t>(filled));
        filled += count;
        bytes = bytes.subspan(count);
        return filled == to.size();
    };
    if (m_headerBytes < frameHeaderBytes) {
        if (!move(m_header, m_headerBytes)) return std::optional<Frame>();
        TRY(m_frame.header, decodeHeader(m_header, m_stage));
        m_frame.payload.assign(m_frame.header.length, std::byte{0});
        m_payloadBytes = 0;
    }
    if (!move(m_frame.payload, m_payloadBytes)) return std::optional<Frame>();
    m_headerBytes = 0;
    return std::optional<Frame>(std::exchange(m_frame, {}));
}

std::vector<std::byte> toBytes(const Hello& hello) {
    ByteWriter writer;
    write(writer, hello);
    return writer.take();
}

Result<Hello> helloFromBytes(std::span<const std::byte> bytes) {
    ByteReader reader(bytes);
    const Hello hello = readHello(reader);
    if (!reader.ok() || hello.minVersion > hello.maxVersion || !isPlain(hello.name) || !isPlain(hello.build))
        return malformed("greeting");
    return hello;
}

Result<std::uint16_t> commonVersion(const Hello& own, const Hello& other) {
    const std::uint16_t highest = std::min(own.maxVersion, other.maxVersion);
    if (highest >= std::max(own.minVersion, other.minVersion)) return highest;
    return phrasedError({own.maxVersion < other.minVersion
                             ? LEMNOS_TEXT("'%1' has a newer Lemnos (%2); update the one on this PC.")
                             : LEMNOS_TEXT("'%1' has an older Lemnos (%2); update the one over there."),
                         {Phrase::name(other.name), Phrase::name(other.build)}});
}

std::vector<std::byte> toBytes(const Join& join) {
    ByteWriter writer;
    writer.bytes(join.group);
    writer.number(join.rank);
    writer.number(join.size);
    return writer.take();
}

Result<Join> joinFromBytes(std::span<const std::byte> bytes) {
    ByteReader reader(bytes);
    Join join;
    reader.bytes(join.group);
    join.rank = reader.number<std::uint16_t>();
    join.size = reader.number<std::uint16_t>();
    if (!reader.ok() || join.rank >= join.size) return malformed("request to join");
    return join;
}

std::vector<std::byte> toBytes(const Call& call) {
    ByteWriter writer;
    writer.number(static_cast<std::uint32_t>(call.kind));
    writer.number(call.root);
    writer.number(call.tag);
    writer.number(call.count);
    return writer.take();
}

Result<Call> callFromBytes(std::span<const std::byte> bytes) {
    ByteReader reader(bytes);
    Call call;
    call.kind = static_cast<Call::Kind>(reader.number<std::uint32_t>());
    call.root = reader.number<std::uint32_t>();
    call.tag = reader.number<std::uint64_t>();
    call.count = reader.number<std::uint64_t>();
    if (!reader.ok() || call.kind < Call::Kind::sumFloats || call.kind > Call::Kind::exchange) return malformed("call");
    return call;
}

std::vector<std::byte> toBytes(const Announce& announce) {
    ByteWriter writer;
    writer.number(wireMagic);
    writer.bytes(announce.device);
    writer.number(announce.port);
    write(writer, announce.hello);
    return writer.take();
}

Result<Announce> announceFromBytes(std::span<const std::byte> bytes) {
    if (bytes.size() > announceBytes) return malformed("sign of life");
    ByteReader reader(bytes);
    const bool ours = reader.number<std::uint32_t>() == wireMagic;
    Announce announce;
    reader.bytes(announce.device);
    announce.port = reader.number<std::uint16_t>();
    announce.hello = readHello(reader);
    if (!ours || !reader.ok() || announce.port == 0 || announce.hello.minVersion > announce.hello.maxVersion ||
        !isPlain(announce.hello.name) || !isPlain(announce.hello.build))
        return malformed("sign of life");
    return announce;
}

std::string hexOf(std::span<const std::byte> bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : bytes) {
        text += digits[static_cast<unsigned>(byte) >> 4];
        text += digits[static_cast<unsigned>(byte) & 15u];
    }
    return text;
}

std::optional<Digest> digestFromHex(std::string_view text) {
    Digest digest{};
    if (text.size() != 2 * digest.size()) return std::nullopt;
    const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        digest[i] = static_cast<std::byte>(16 * high + low);
    }
    return digest;
}

}  // namespace lemnos
