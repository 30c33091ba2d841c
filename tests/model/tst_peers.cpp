// What PCs need before they train together: to hear of each other, to be let in, and to give each other pictures.
#include <netinet/in.h>
#include <sys/socket.h>

#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <fstream>

#include "compute/random.h"
#include "model/files.h"
#include "model/lan/blob_exchange.h"
#include "model/lan/conversation.h"
#include "model/lan/discovery.h"
#include "model/lan/door.h"
#include "model/lan/lan_team.h"
#include "model/lan/last_word.h"
#include "model/lan/locate_peers.h"
#include "model/lan/own_copies.h"
#include "model/phrased_error.h"
#include "tests/support/lan_group.h"
#include "tests/support/temp_data_set.h"
#include "tests/support/verify_ok.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

using Pc = test::LanPc;

constexpr int pictureBytes = 300'000;  // three to a blob

std::uint8_t pixelOf(std::uint32_t sample, std::uint32_t at) {
    return static_cast<std::uint8_t>(sample * 31 + at * 7 + at / 251);
}

Preprocess preprocess() {
    Preprocess p;
    p.width = 1000;
    p.height = 100;
    p.channels = 3;
    return p;
}

/// Pictures that everybody can compute.
PixelCache cacheOf(int samples) {
    DatasetIndex index;
    index.samples.resize(static_cast<std::size_t>(samples));
    PixelCache cache(index, preprocess(), std::int64_t{samples} * pictureBytes);
    std::vector<std::uint8_t> pixels(pictureBytes);
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(samples); ++i) {
        for (std::uint32_t at = 0; at < pictureBytes; ++at) pixels[at] = pixelOf(i, at);
        cache.offer(i, pixels.data());
    }
    return cache;
}

BlobList listOf(const PixelCache& cache, int samples) {
    std::vector<std::uint32_t> all;
    for (int i = 0; i < samples; i += 2) all.push_back(static_cast<std::uint32_t>(i));  // not those of other parts
    return test::LocalLan::must(makeBlobList(cache, all, pictureBytes, {}));
}

FindBlob finderOf(const BlobList& list, const PixelCache& cache) {
    return [&](const Digest& hash) -> std::optional<std::vector<std::byte>> {
        const auto found = std::ranges::find(list.hashes, hash);
        if (found == list.hashes.end()) return std::nullopt;
        return readBlob(list, cache, static_cast<std::size_t>(found - list.hashes.begin()));
    };
}

bool isRight(BlobStore& store, std::uint32_t sample) {
    std::vector<std::uint8_t> pixels(pictureBytes);
    if (!store.read(sample, pixels.data())) return false;
    for (std::uint32_t at = 0; at < pictureBytes; ++at)
        if (pixels[at] != pixelOf(sample, at)) return false;
    return true;
}

/// A folder of pictures that has been scanned, and what a run that trains on it gives to others.
struct ScannedPictures {
    fs::path folder, cacheFolder;
    Preprocess preprocess{.width = 128, .height = 128, .channels = 3, .steps = {}};
    DatasetIndex index;
    BlobList list;

    explicit ScannedPictures(const fs::path& at) : folder(at / "pictures"), cacheFolder(at / "cache") {
        test::makeTinyDataSet(folder, {.classes = 3, .imagesPerClass = 40, .sizePixels = 16});
        index = test::LocalLan::must(scanDataset(folder, {.cacheFolder = cacheFolder}));
        const PixelCache cache = test::LocalLan::must(
            PixelCache::open(index, preprocess, {.folder = at / "prepared", .limitBytes = 1 << 30}));
        list = test::LocalLan::must(makeBlobList(cache, index.indices(Split::train), preprocess.pictureBytes(), {}));
    }
    /// The blob of a sample, and its file.
    std::size_t blobOf(std::size_t sample) const {
        const auto at = std::ranges::find(list.samples, static_cast<std::uint32_t>(sample));
        return static_cast<std::size_t>((at - list.samples.begin()) / list.perBlob);
    }
    fs::path fileOf(std::size_t sample) const { return index.absolutePath(index.samples[sample]); }
};

/// What is left to fetch when a PC has made what it could, and how much that was.
struct Filled {
    std::vector<std::size_t> missing;
    std::int64_t made = 0;
};

Filled fillFrom(const OwnCopies& copies, const BlobList& list, const fs::path& folder) {
    const auto store = test::LocalLan::must(BlobStore::open(folder, list, 1 << 30));
    store->reserve(copies.blobs());
    makeBlobs(copies, *store, 2, {});
    Filled filled;
    filled.made = store->bytesFrom(BlobStore::Origin::made);
    const auto left = list.hashes.size() - store->blobsHere();
    for (std::size_t i = 0; i < left; ++i) filled.missing.push_back(store->take(0, 1, false, {}).value());
    return filled;
}

}  // namespace

class TstPeers : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path folder(const char* name) const { return m_folder.filePath(name).toStdString(); }

  private slots:
    void whoMostCanNotReachHoldsTheGroupUp() {
        const auto missed = [](std::vector<std::vector<int>> missing) { return mostMissed(missing, 3); };
        QVERIFY(!missed({}) && !missed({{}, {}, {}}));
        QCOMPARE(*missed({{}, {2}, {}}), 2);
        QCOMPARE(*missed({{}, {1}, {0, 2}, {1}}), 1);  // nobody reaches it, and it reaches nobody
        QCOMPARE(*missed({{}, {2}, {}, {0}}), 2);      // two that can't reach each other
        QCOMPARE(*missed({{0}, {}, {}, {0, 3}}), 0);   // rank 3 is the leader, who is never left out
        QVERIFY(!missed({{}, {3}, {3}, {-1, 7}}));
    }

    void picturesGoFromOnePcToAnotherAndStayThere() {
        constexpr int samples = 30;
        const PixelCache cache = cacheOf(samples);
        const BlobList list = listOf(cache, samples);
        QCOMPARE(list.samples.size(), std::size_t(15));
        QCOMPARE(list.hashes.size(), std::size_t(5));
        Pc giver, taker;
        std::atomic<int> given = 0;
        const Door door(
            giver.side, giver.listener, [&](const DeviceId& id) { return id == taker.identity.id; },
            [&](Door::Guest guest) {
                (void)serveBlobs(guest.talk, [&](const Digest& hash) {
                    ++given;
                    return finderOf(list, cache)(hash);
                });
            });
        const auto take = [&](int expected) {
            auto store = BlobStore::open(folder("store"), list, 1 << 30);
            VERIFY_OK(store);
            auto talk = Talk::with(taker.side, "127.0.0.1", giver.listener.port());
            VERIFY_OK(talk);
            talk->setStage(WireStage::peer);
            VERIFY_OK(talk->say(FrameType::seek));
            std::jthread fetching([&](const std::stop_token& stop) {
                (void)fetchBlobs(*talk, **store, {0, 1, false}, stop);
            });
            // Reading waits until a picture is there.
            for (const std::uint32_t sample : {28u, 0u, 14u, 2u, 8u, 20u}) QVERIFY(isRight(**store, sample));
            std::vector<std::uint8_t> pixels(pictureBytes);
            QVERIFY(!(*store)->read(1, pixels.data()));  // belongs to another part
            fetching.request_stop();
            fetching.join();
            QVERIFY((*store)->isComplete());
            QCOMPARE(given.load(), expected);
        };
        take(5);
        take(5);  // it was all there
        // What was damaged on the disk is noticed, and fetched again.
        const fs::path file = *fs::directory_iterator(folder("store"));
        std::fstream(file, std::ios::in | std::ios::out).seekp(pictureBytes + 5).put('\x55');
        take(6);
    }

    void aBlobThatIsNotWhatWasAskedForIsRefused() {
        const PixelCache cache = cacheOf(6);
        const BlobList list = listOf(cache, 6);
        auto store = BlobStore::open(folder("refusing"), list, 1 << 30);
        VERIFY_OK(store);
        std::vector<std::byte> blob = readBlob(list, cache, 0);
        blob[7] ^= std::byte{1};
        QVERIFY(!(*store)->put(0, blob).ok());
        QVERIFY(!(*store)->find(list.hashes[0]));
        blob[7] ^= std::byte{1};
        VERIFY_OK((*store)->put(0, blob));
        QVERIFY((*store)->find(list.hashes[0]) == blob);
        blob.pop_back();
        QVERIFY(!(*store)->put(0, blob).ok());
    }

    void theDiskThatIsLentIsNotExceeded() {
        const PixelCache one = cacheOf(6), other = cacheOf(8);
        const auto size = std::int64_t{3} * pictureBytes;
        const auto refused = BlobStore::open(folder("full"), listOf(one, 6), size - 1);
        QVERIFY(!refused.ok() && refused.error().message.find("lends") != std::string::npos);
        { VERIFY_OK(BlobStore::open(folder("full"), listOf(one, 6), size)); }
        // The pictures of another run take the place of those that are not in use.
        const auto kept = BlobStore::open(folder("full"), listOf(other, 8), std::int64_t{4} * pictureBytes);
        VERIFY_OK(kept);
        QCOMPARE(std::distance(fs::directory_iterator(folder("full")), fs::directory_iterator()), 1);
    }

    void aListThatDoesNotFitItselfIsRefused() {
        const PixelCache cache = cacheOf(6);
        const BlobList list = listOf(cache, 6);
        QVERIFY(blobListFromBytes(toBytes(list))->root() == list.root());
        BlobList wrong = list;
        std::swap(wrong.samples[0], wrong.samples[1]);
        QVERIFY(!blobListFromBytes(toBytes(wrong)).ok());
        wrong = list;
        wrong.pictureBytes = -1;
        QVERIFY(!blobListFromBytes(toBytes(wrong)).ok());
        wrong = list;
        wrong.hashes.pop_back();
        QVERIFY(!blobListFromBytes(toBytes(wrong)).ok());
    }

    void whoHasOnlyAPartIsAskedForThatPart() {
        const PixelCache cache = cacheOf(30);
        const BlobList list = listOf(cache, 30);
        auto store = BlobStore::open(folder("parts"), list, 1 << 30);
        VERIFY_OK(store);
        std::stop_source never;
        QCOMPARE(*(*store)->take(1, 3, true, never.get_token()), std::size_t(1));
        QCOMPARE(*(*store)->take(1, 3, true, never.get_token()), std::size_t(4));
        never.request_stop();
        QVERIFY(!(*store)->take(1, 3, true, never.get_token()));
        QCOMPARE(*(*store)->take(1, 3, false, {}), std::size_t(0));  // there are others
        (*store)->giveBack(4);
        QCOMPARE(*(*store)->take(1, 3, false, {}), std::size_t(4));
    }

    void whoHasThePicturesItselfFetchesNone() {
        const ScannedPictures had(folder("had"));
        QVERIFY(had.list.hashes.size() > 3);
        const OwnCopies copies(had.cacheFolder, had.index, had.list, had.preprocess);
        const Filled filled = fillFrom(copies, had.list, folder("had-blobs"));
        QVERIFY(filled.missing.empty());
        QCOMPARE(filled.made, had.list.totalBytes());
    }

    void aFolderThatWasMovedAndScannedAgainIsFoundWhereItIs() {
        const ScannedPictures had(folder("moved"));
        fs::rename(had.folder, folder("moved-to"));
        VERIFY_OK(scanDataset(folder("moved-to"), {.cacheFolder = had.cacheFolder}));
        const OwnCopies copies(had.cacheFolder, had.index, had.list, had.preprocess);
        QVERIFY(fillFrom(copies, had.list, folder("moved-blobs")).missing.empty());
    }

    void ofPicturesThatHaveChangedOrGoneOnlyTheBlobsAreFetched() {
        const ScannedPictures had(folder("changed"));
        const OwnCopies copies(had.cacheFolder, had.index, had.list, had.preprocess);
        const std::size_t changed = had.list.samples.front(), gone = had.list.samples.back();
        test::writeTestFile(had.fileOf(changed), test::encodeBmp(1, 1, std::vector<std::uint8_t>(3)));
        fs::remove(had.fileOf(gone));
        const Filled filled = fillFrom(copies, had.list, folder("changed-blobs"));
        QCOMPARE(filled.missing, (std::vector<std::size_t>{had.blobOf(changed), had.blobOf(gone)}));
        QVERIFY(filled.made > 0);
    }

    void picturesThatWereNeverScannedHereAreFetched() {
        const ScannedPictures had(folder("never"));
        const OwnCopies copies(folder("no-cache"), had.index, had.list, had.preprocess);
        QVERIFY(copies.blobs().empty());
        QCOMPARE(fillFrom(copies, had.list, folder("never-blobs")).missing.size(), had.list.hashes.size());
    }

    void whoPreparesPicturesOtherwiseSoonStopsTryingAndFetchesAll() {
        const ScannedPictures had(folder("other"));
        Preprocess other = had.preprocess;
        other.steps = {{"equalise", {}}};
        const OwnCopies copies(had.cacheFolder, had.index, had.list, other);
        const auto store = test::LocalLan::must(BlobStore::open(folder("other-blobs"), had.list, 1 << 30));
        store->reserve(copies.blobs());
        makeBlobs(copies, *store, 1, {});
        QCOMPARE(store->blobsHere(), std::size_t(0));
        for (std::size_t i = 0; i < had.list.hashes.size(); ++i) QVERIFY(store->take(0, 1, false, {}));
    }

    void whatIsBeingMadeIsNotFetchedAndWhatIsWaitedForIsMadeFirst() {
        const PixelCache cache = cacheOf(30);
        const BlobList list = listOf(cache, 30);
        auto store = BlobStore::open(folder("reserved"), list, 1 << 30);
        VERIFY_OK(store);
        (*store)->reserve(std::vector<std::size_t>{0, 1, 3});
        QCOMPARE(*(*store)->take(0, 1, false, {}), std::size_t(2));
        QCOMPARE(*(*store)->take(0, 1, false, {}), std::size_t(4));
        std::jthread reading([&] { QVERIFY(isRight(**store, 18)); });  // the first picture of blob 3
        std::vector<std::size_t> made;
        while (made.empty() || made.back() != 3) {
            const auto next = (*store)->takeReserved();
            if (next == 3u || !next) {
                QVERIFY(next);
                made.push_back(3);
                VERIFY_OK((*store)->put(3, readBlob(list, cache, 3), BlobStore::Origin::made));
            } else {  // the reader has not come yet
                (*store)->giveBack(*next);
                (*store)->reserve(std::vector<std::size_t>{*next});
            }
        }
        reading.join();
        QCOMPARE((*store)->bytesFrom(BlobStore::Origin::made), std::int64_t{3} * pictureBytes);
        (*store)->endReservation();
        QCOMPARE(*(*store)->take(0, 1, false, {}), std::size_t(0));
    }

    void strangersAndGarbageDoNotKeepOthersOut() {
        Pc host, known, stranger;
        std::atomic<int> guests = 0;
        const Door door(
            host.side, host.listener, [&](const DeviceId& id) { return id == known.identity.id; },
            [&](Door::Guest guest) {
                ++guests;
                (void)guest.talk.say(FrameType::absent);
            });
        // Garbage, and silence that holds on to its connections, from another address.
        sockaddr_in from{}, to{};
        from.sin_family = to.sin_family = AF_INET;
        from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        to.sin_port = htons(host.listener.port());
        std::vector<Socket> sockets;
        for (int i = 0; i < 40; ++i) {
            Socket& socket = sockets.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
            QCOMPARE(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&from), sizeof from), 0);
            (void)::connect(socket.number(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
            const std::string text(300, 'x');
            if (i % 2 != 0) (void)::send(socket.number(), text.data(), text.size(), MSG_NOSIGNAL);
        }
        // Whoever is late on a busy PC tries again.
        const auto askedAs = [&](const Pc& guest) {
            while (true) {
                auto talk = Talk::with(guest.side, "127.0.0.1", host.listener.port());
                if (!talk) continue;
                talk->setStage(WireStage::peer);
                (void)talk->say(FrameType::seek);
                return talk->hear();
            }
        };
        QVERIFY(askedAs(stranger).error().message.find("not paired") != std::string::npos);
        const auto answer = askedAs(known);
        VERIFY_OK(answer);
        QVERIFY(answer->header.type == FrameType::absent);
        QCOMPARE(guests.load(), 1);
    }

    void aTalkThatIsKeptGoesOnWhenItsVisitIsOver() {
        Pc a, b;
        std::mutex mutex;
        std::condition_variable came;
        std::vector<Talk> kept;
        const Door door(
            b.side, b.listener, [](const DeviceId&) { return true; },
            [&](Door::Guest guest) {
                const std::scoped_lock lock(mutex);
                kept.push_back(std::move(guest.talk));
                came.notify_all();
            });
        // With each one that comes in, the door forgets about visits that are over.
        std::vector<Talk> guests;
        for (std::size_t i = 1; i <= 5; ++i) {
            auto talk = Talk::with(a.side, "127.0.0.1", b.listener.port());
            VERIFY_OK(talk);
            talk->setStage(WireStage::peer);
            VERIFY_OK(talk->say(FrameType::lead));
            guests.push_back(*std::move(talk));
            std::unique_lock lock(mutex);
            came.wait(lock, [&] { return kept.size() == i; });
        }
        const auto none = kept.front().hear(Talk::Clock::now() + std::chrono::milliseconds(1));
        QVERIFY2(!none.ok() && none.error().message.find("in time") != std::string::npos, none.error().message.c_str());
        VERIFY_OK(guests.front().say(FrameType::view));
        VERIFY_OK(kept.front().hear());
    }

    void messagesGoBothWaysAndTheLastWordIsHeard() {
        Pc a, b;
        std::unique_ptr<Conversation> there;
        std::mutex mutex;
        std::condition_variable came;
        const Door door(
            b.side, b.listener, [](const DeviceId&) { return true; },
            [&](Door::Guest guest) {
                const std::scoped_lock lock(mutex);
                there = std::make_unique<Conversation>(std::move(guest.talk));
                came.notify_all();
            });
        auto talk = Talk::with(a.side, "127.0.0.1", b.listener.port());
        VERIFY_OK(talk);
        talk->setStage(WireStage::peer);
        VERIFY_OK(talk->say(FrameType::lead));
        std::atomic<bool> ended = false;
        Conversation here(*std::move(talk), [&](const std::string&) { ended = true; });
        {
            std::unique_lock lock(mutex);
            came.wait(lock, [&] { return there != nullptr; });
        }
        const auto soon = [] { return Talk::Clock::now() + std::chrono::seconds(5); };
        here.say(FrameType::view, std::vector<std::byte>(3, std::byte{1}));
        there->say(FrameType::ready, std::vector<std::byte>(4, std::byte{2}));
        const auto first = there->hear(soon()), second = here.hear(soon());
        QVERIFY(first.ok() && *first && (*first)->payload == std::vector<std::byte>(3, std::byte{1}));
        QVERIFY(second.ok() && *second && (*second)->header.type == FrameType::ready);
        QVERIFY(!here.isOver());
        there->leave("The cat needs the PC.");
        there.reset();
        const auto last = here.hear(soon());
        QVERIFY(!last.ok() && last.error().message.find("cat") != std::string::npos);
        QTRY_VERIFY(ended);
    }

    void aLastWordWithGapsIsHeardAsThePhraseThatItWas() {
        const Phrase phrase{"It helps '%1' at the moment.", {Phrase::name("Anna\n")}};
        const std::string heard = lastWordFrom(toLastWord(phrasedError(phrase).message));
        QCOMPARE(heard, std::string("It helps 'Anna\\n' at the moment."));
        QCOMPARE(phraseOf(heard).text, phrase.text);
        QCOMPARE(lastWordFrom(toLastWord("The cat needs the PC.")), std::string("The cat needs the PC."));
        QVERIFY(toLastWord(phrasedError({"%1", {Phrase::name(std::string(5000, 'x'))}}).message).size() <=
                lastWordBytes);
        for (const std::string text : {"{", "{\"text\":1}", "{}", "\x01{", "{\"name\":\"x\"}"})
            QVERIFY(lastWordFrom(std::as_bytes(std::span(text))).find('\x01') == std::string::npos);
    }

    void aPcThatSharesIsHeard() {
        Pc pc;
        Announce announce{pc.identity.id, 7411, {.name = "Büro", .build = "1"}};
        const Announcer announcer(announce, "127.0.0.1", 37411);
        const auto heard = hearPeers(37411, std::chrono::steady_clock::now() + std::chrono::seconds(20),
                                     [](const auto& peers) { return !peers.empty(); });
        VERIFY_OK(heard);
        QCOMPARE(heard->size(), std::size_t(1));
        QVERIFY(heard->front().announce == announce);
        QCOMPARE(heard->front().address(), std::string("127.0.0.1:7411"));
    }

    void trustedPcsAreFoundByNameAndUnknownOnesNamed() {
        Pc self;
        const auto trusted = TrustedPeers::load(folder("nobody"));
        VERIFY_OK(trusted);
        const auto unknown = locatePeers(self.side, *trusted, {"Nobody"});
        QVERIFY(!unknown.ok() && unknown.error().message.find("Nobody") != std::string::npos);
        const auto all = locatePeers(self.side, *trusted, {"all"});
        QVERIFY(!all.ok() && all.error().message.find("pair") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TstPeers)
#include "tst_peers.moc"
