// Fuzzes run descriptions: whatever is accepted must survive a round trip and have a command line.
#include <cstdint>
#include <nlohmann/json.hpp>

#include "model/train/run_spec.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lemnos;
    const nlohmann::json json = nlohmann::json::parse(data, data + size, nullptr, false);
    if (json.is_discarded()) return 0;
    const Result<RunSpec> spec = runSpecFromJson(json);
    if (!spec) {
        REQUIRE(!spec.error().message.empty());
        return 0;
    }
    const Result<RunSpec> again = runSpecFromJson(toJson(*spec));
    REQUIRE(again.ok());
    REQUIRE(toJson(*again) == toJson(*spec));
    REQUIRE(equivalentCommand(*spec).starts_with("lemnos-cli train --data "));
    return 0;
}
