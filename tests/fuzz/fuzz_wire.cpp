// Fuzzes the wire between PCs: a stream of frames at every stage, and each message. What is accepted is written back to
// the same bytes, and nothing larger than allowed is ever held.
#include <cstdint>

#include "model/lan/wire.h"
#include "tests/fuzz/require.h"

namespace {

using namespace lemnos;
using Bytes = std::span<const std::byte>;

void readStream(Bytes bytes, WireStage stage) {
    FrameReader reader;
    reader.setStage(stage);
    Bytes all = bytes;
    while (!bytes.empty()) {
        // A few at a time, as they come from a socket.
        Bytes piece = bytes.first(std::min<std::size_t>(bytes.size(), 7));
        const std::size_t before = piece.size();
        const Result<std::optional<Frame>> frame = reader.take(piece);
        if (!frame) {
            REQUIRE(!frame.error().message.empty());
            return;
        }
        bytes = bytes.subspan(before - piece.size());
        if (!*frame) continue;
        REQUIRE((*frame)->payload.size() == (*frame)->header.length);
        REQUIRE((*frame)->header.length <= *largestPayload((*frame)->header.type, stage));
        const std::vector<std::byte> again = encodeFrame((*frame)->header, (*frame)->payload);
        const Bytes original = all.subspan(all.size() - bytes.size() - again.size(), again.size());
        REQUIRE(std::equal(again.begin(), again.end(), original.begin()));
    }
}

template <class Message>
void readMessage(Bytes bytes, Result<Message> (*read)(Bytes)) {
    const Result<Message> message = read(bytes);
    if (!message) {
        REQUIRE(!message.error().message.empty());
        return;
    }
    const std::vector<std::byte> again = toBytes(*message);
    REQUIRE(again.size() == bytes.size() && std::equal(again.begin(), again.end(), bytes.begin()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes bytes = std::as_bytes(std::span(data, size));
    for (const WireStage stage : {WireStage::stranger, WireStage::peer, WireStage::rank}) readStream(bytes, stage);
    readMessage<Hello>(bytes, helloFromBytes);
    readMessage<Join>(bytes, joinFromBytes);
    readMessage<Call>(bytes, callFromBytes);
    readMessage<Announce>(bytes, announceFromBytes);
    return 0;
}
