// Fuzzes what the window reads of an advice: whatever is accepted must be written so that it is read as the same.
#include <cstdint>
#include <nlohmann/json.hpp>

#include "model/together/advisor_json.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lemnos;
    const auto json = nlohmann::json::parse(data, data + size, nullptr, false);
    if (json.is_discarded()) return 0;
    const Result<Advice> advice = adviceFromJson(json);
    if (!advice) {
        REQUIRE(!advice.error().message.empty());
        return 0;
    }
    const std::string text = toJson(*advice).dump();
    const Result<Advice> again = adviceFromJson(nlohmann::json::parse(text));
    REQUIRE(again.ok());
    REQUIRE(toJson(*again).dump() == text);
    return 0;
}
