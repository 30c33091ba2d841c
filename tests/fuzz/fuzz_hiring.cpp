// Fuzzes what PCs say to each other when one helps the other. What is accepted is written back to something that reads
// as the same. The first byte says which message it is; a job is three parcels with two bytes of length before each.
#include <algorithm>
#include <cstdint>

#include "model/lan/hiring.h"
#include "model/lan/last_word.h"
#include "model/together/order.h"
#include "tests/fuzz/require.h"

namespace {

using namespace lemnos;

template <class T>
void readMessage(const Message& message, Result<T> (*read)(const Message&)) {
    const Result<T> value = read(message);
    if (!value) {
        REQUIRE(!value.error().message.empty());
        return;
    }
    const Message written = toMessage(*value);
    const Result<T> again = read(written);
    REQUIRE(again.ok() && toMessage(*again) == written);
}

void readJob(std::span<const std::byte> bytes) {
    JobParcels parcels;
    for (Message* parcel : {&parcels.description, &parcels.labels, &parcels.pictures}) {
        if (bytes.size() < 2) return;
        const std::size_t size = std::size_t(bytes[0]) + 256 * std::size_t(bytes[1]);
        const auto part = bytes.subspan(2, std::min(size, bytes.size() - 2));
        parcel->assign(part.begin(), part.end());
        bytes = bytes.subspan(2 + part.size());
    }
    const Result<Job> job = jobFrom(parcels);
    if (!job) {
        REQUIRE(!job.error().message.empty());
        return;
    }
    for (const Sample& sample : job->index.samples) REQUIRE(sample.label < job->index.classes.size());
    for (std::size_t blob = 0; blob < job->blobs.hashes.size(); ++blob)
        REQUIRE(job->blobs.picturesOf(blob) > 0 && job->blobs.bytesOf(blob) < (std::size_t{1} << 31));
    REQUIRE(jobFrom(toParcels(*job)).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto bytes = std::as_bytes(std::span(data, size)).subspan(1);
    const Message message(bytes.begin(), bytes.end());
    switch (data[0] % 7) {
        case 0:
            readMessage<HireRequest>(message, hireRequestFrom);
            break;
        case 1:
            readMessage<Hired>(message, hiredFrom);
            break;
        case 2:
            readMessage<Ready>(message, readyFrom);
            break;
        case 3:
            readMessage<View>(message, viewFrom);
            break;
        case 4:
            readJob(bytes);
            break;
        case 6: {
            const std::string sentence = lastWordFrom(bytes);
            REQUIRE(lastWordFrom(toLastWord(sentence)).size() <= 4 * sentence.size());
            REQUIRE(std::ranges::none_of(sentence, [](unsigned char c) { return c < 32; }));
            break;
        }
        default:
            if (bytes.size() >= orderBytes) {
                const auto order = orderFromBytes(bytes.first<orderBytes>());
                REQUIRE(order.ok() || !order.error().message.empty());
            }
    }
    return 0;
}
