// The wire between PCs: what is written is read again, and what must not come is refused before anything is reserved.
#include <QTest>
#include <cstring>

#include "compute/random.h"
#include "model/lan/wire.h"

using namespace lemnos;

namespace {

using Bytes = std::vector<std::byte>;

Bytes bytesOf(std::string_view text) {
    const auto view = std::as_bytes(std::span(text));
    return {view.begin(), view.end()};
}

/// The frames of a stream that comes in pieces of a size, until one is refused.
Result<std::vector<Frame>> framesOf(const Bytes& stream, WireStage stage, std::size_t pieces) {
    FrameReader reader;
    reader.setStage(stage);
    std::vector<Frame> frames;
    for (std::size_t at = 0; at < stream.size(); at += pieces) {
        std::span<const std::byte> piece = std::span(stream).subspan(at, std::min(pieces, stream.size() - at));
        while (!piece.empty()) {
            TRY(auto frame, reader.take(piece));
            if (frame) frames.push_back(*std::move(frame));
        }
    }
    return frames;
}

}  // namespace

class TstWire : public QObject {
    Q_OBJECT

  private slots:
    void aHeaderLiesAsItIsDescribed() {
        const Bytes payload = bytesOf("abc");
        const Bytes frame =
            encodeFrame({FrameType::part, 0, 0, 0x01020304, 0x1122334455667788, 0x0a0b, 0x0c0d}, payload);
        QCOMPARE(frame.size(), std::size_t(31));
        QCOMPARE(hexOf(std::span(frame).first(28)), std::string("4c454d31"          // LEM1
                                                                "3000"              // part
                                                                "0000"              // no flags
                                                                "03000000"          // length
                                                                "04030201"          // view
                                                                "8877665544332211"  // step
                                                                "0b0a"
                                                                "0d0c"));
        QVERIFY(Bytes(frame.begin() + 28, frame.end()) == payload);
    }

    void framesComeOutOfAStreamHoweverItIsCut() {
        Bytes stream;
        for (std::uint32_t i = 0; i < 40; ++i) {
            const auto random = philox(1, {i, 0, 0, 0});
            const Bytes payload(i % 7 == 0 ? 0 : random[0] % 300, std::byte(i));
            const Bytes frame = encodeFrame({FrameType::sums, 0, 0, i, random[1], std::uint16_t(i), 3}, payload);
            stream.insert(stream.end(), frame.begin(), frame.end());
        }
        for (const std::size_t pieces :
             {std::size_t(1), std::size_t(5), std::size_t(32), std::size_t(1000), stream.size()}) {
            const auto frames = framesOf(stream, WireStage::rank, pieces);
            QVERIFY(frames.ok());
            QCOMPARE(frames->size(), std::size_t(40));
            for (std::uint32_t i = 0; i < 40; ++i) {
                QCOMPARE((*frames)[i].header.view, i);
                for (const std::byte byte : (*frames)[i].payload) QVERIFY(byte == std::byte(i));
            }
        }
    }

    void whatIsNotAllowedAtAStageIsRefusedByItsHeaderAlone() {
        const auto refused = [](FrameType type, std::uint32_t length, WireStage stage) {
            // Only the header comes; the payload would be as large as it says.
            FrameHeader header{type, 0, length, 0, 0, 0, 0};
            Bytes bytes = encodeFrame(header, Bytes());
            std::memcpy(bytes.data() + 8, &length, 4);
            FrameReader reader;
            reader.setStage(stage);
            std::span<const std::byte> view = bytes;
            return !reader.take(view).ok();
        };
        QVERIFY(refused(FrameType::hello, 4097, WireStage::stranger));
        QVERIFY(!refused(FrameType::hello, 4096, WireStage::stranger));
        QVERIFY(refused(FrameType::part, 4, WireStage::stranger));
        QVERIFY(refused(FrameType::part, 4, WireStage::peer));
        QVERIFY(!refused(FrameType::part, 1 << 20, WireStage::rank));
        QVERIFY(refused(FrameType::part, (1 << 20) + 1, WireStage::rank));
        QVERIFY(refused(FrameType::join, 68, WireStage::stranger));
        QVERIFY(!refused(FrameType::join, 68, WireStage::peer));
        QVERIFY(refused(FrameType::pairCommit, 33, WireStage::stranger));
        QVERIFY(refused(FrameType::pairCommit, 32, WireStage::peer));
        QVERIFY(refused(FrameType::call, 25, WireStage::rank));
        QVERIFY(refused(static_cast<FrameType>(999), 0, WireStage::rank));
        QVERIFY(refused(FrameType::sums, 0xffffffffu, WireStage::rank));
    }

    void messagesAreReadAsTheyWereWritten() {
        const Hello hello{1, 3, 5, "Büro-PC", "0.1.0"};
        QVERIFY(*helloFromBytes(toBytes(hello)) == hello);
        Join join;
        join.group.fill(std::byte{7});
        join.rank = 2;
        join.size = 8;
        QVERIFY(*joinFromBytes(toBytes(join)) == join);
        const Call call{Call::Kind::broadcast, 1, 2, 3};
        QVERIFY(*callFromBytes(toBytes(call)) == call);
        Announce announce{{}, 4711, hello};
        announce.device.fill(std::byte{9});
        QVERIFY(*announceFromBytes(toBytes(announce)) == announce);
        QVERIFY(toBytes(announce).size() <= announceBytes);
        // Cut anywhere, or with something behind it, it is none.
        for (const Bytes& whole : {toBytes(hello), toBytes(join), toBytes(call), toBytes(announce)}) {
            for (std::size_t size = 0; size <= whole.size() + 1; ++size) {
                if (size == whole.size()) continue;
                Bytes other = whole;
                other.resize(size);
                QVERIFY(!helloFromBytes(other).ok() && !joinFromBytes(other).ok() && !callFromBytes(other).ok() &&
                        !announceFromBytes(other).ok());
            }
        }
    }

    void namesThatCannotBeShownAreRefusedAndLongOnesAreCut() {
        QVERIFY(!helloFromBytes(toBytes(Hello{1, 1, 0, "a\x1b[2J", ""})).ok());
        QVERIFY(!helloFromBytes(toBytes(Hello{1, 1, 0, "\xff", ""})).ok());
        std::string longName;
        for (int i = 0; i < 100; ++i) longName += "ü";
        const auto cut = helloFromBytes(toBytes(Hello{1, 1, 0, longName, ""}));
        QVERIFY(cut.ok());
        QVERIFY(cut->name.size() <= 64 && longName.starts_with(cut->name) && cut->name.size() > 60);
        QVERIFY(!joinFromBytes(toBytes(Join{{}, 3, 3})).ok());
        QVERIFY(!announceFromBytes(toBytes(Announce{{}, 0, {}})).ok());
    }

    void twoVersionsAgreeOnTheHighestThatBothSpeak() {
        const auto versions = [](std::uint16_t low, std::uint16_t high) { return Hello{low, high, 0, "other", "9"}; };
        QCOMPARE(*commonVersion(versions(1, 3), versions(2, 5)), std::uint16_t(3));
        QCOMPARE(*commonVersion(versions(1, 1), versions(1, 1)), std::uint16_t(1));
        QVERIFY(commonVersion(versions(1, 1), versions(2, 3)).error().message.find("this PC") != std::string::npos);
        QVERIFY(commonVersion(versions(2, 3), versions(1, 1)).error().message.find("over there") != std::string::npos);
    }

    void hexIsReadAsItWasWritten() {
        QCOMPARE(hexOf(bytesOf("\x01\xfe")), std::string("01fe"));
        const std::string digits = "01fe" + std::string(60, '7');
        const auto digest = digestFromHex(digits);
        QVERIFY(digest && hexOf(*digest) == digits);
        QVERIFY((*digest)[0] == std::byte{0x01} && (*digest)[1] == std::byte{0xfe});
        QVERIFY(!digestFromHex("") && !digestFromHex("01fe") && !digestFromHex(digits + "00"));
        for (const char wrong : {'g', 'F', ' ', '-'}) QVERIFY(!digestFromHex(std::string(63, '0') + wrong));
    }
};

QTEST_GUILESS_MAIN(TstWire)
#include "tst_wire.moc"
