#include "model/lan/blob_exchange.h"

#include <algorithm>

#include "model/param.h"
#include "model/pause.h"

namespace lemnos {
namespace {

constexpr std::chrono::milliseconds tryAgainAfter{100};

}  // namespace

Status serveBlobs(Talk& talk, const FindBlob& find) {
    while (true) {
        TRY(const auto asked, talk.hear(FrameType::want, Talk::Clock::time_point::max()));
        Digest hash{};
        if (asked.size() != hash.size())
            return Error{LEMNOS_TEXT("The other PC has asked for pictures without saying which.")};
        std::ranges::copy(asked, hash.begin());
        if (const auto bytes = find(hash)) {
            TRY_OK(talk.sayParcel(*bytes));
        } else {
            TRY_OK(talk.say(FrameType::absent));
        }
    }
}

Status fetchBlobs(Talk& talk, BlobStore& store, const BlobSource& source, std::stop_token stop) {
    const auto fetch = [&](std::size_t blob) -> Result<bool> {
        const Digest& hash = store.list().hashes[blob];
        TRY_OK(talk.say(FrameType::want, {hash.begin(), hash.end()}));
        TRY(const auto bytes, talk.hearParcelOrAbsent(store.list().bytesOf(blob)));
        if (!bytes) return false;
        TRY_OK(store.put(blob, *bytes));
        return true;
    };
    while (const auto blob = store.take(source.home, source.homes, source.onlyHome, stop)) {
        const Result<bool> fetched = fetch(*blob);
        if (!fetched || !*fetched) store.giveBack(*blob);
        if (!fetched) return fetched.error();
        if (!*fetched) pauseFor(tryAgainAfter, stop);
    }
    return {};
}

}  // namespace lemnos
