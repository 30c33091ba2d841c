// Fuzzes what a PC keeps of others: whom it trusts, and what it lends. What is accepted must survive a round trip.
#include <cstdint>

#include "model/lan/identity.h"
#include "model/lan/sharing_settings.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lemnos;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto peers = TrustedPeers::fromText(text)) {
        const auto again = TrustedPeers::fromText(peers->toText());
        REQUIRE(again.ok() && again->all() == peers->all());
    } else {
        REQUIRE(!peers.error().message.empty());
    }
    if (const auto settings = sharingFromText(text)) {
        REQUIRE(settings->size() == sharingParams().size());
        const auto again = sharingFromText(toSharingText(*settings));
        REQUIRE(again.ok() && *again == *settings);
    } else {
        REQUIRE(!settings.error().message.empty());
    }
    return 0;
}
