// Fuzzes the files of a sweep: orders and journal lines that are accepted must survive a round trip, and a table takes
// any events in any order.
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "model/sweep/sweep_table.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lemnos;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    SweepTable table;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const Result<SweepEvent> event = sweepEventFromLine(text.substr(begin, end - begin));
        begin = end + 1;
        if (!event) continue;
        const Result<SweepEvent> again = sweepEventFromLine(toLine(*event));
        REQUIRE(again.ok());
        REQUIRE(toLine(*again) == toLine(*event));
        table.apply(*event);
        REQUIRE(table.ranking().size() == table.rows().size());
        REQUIRE(table.progress() >= 0 && table.progress() <= 1);
    }
    const nlohmann::json json = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
    if (json.is_discarded()) return 0;
    const Result<SweepSpec> spec = sweepSpecFromJson(json);
    if (!spec) return 0;
    const Result<SweepSpec> again = sweepSpecFromJson(toJson(*spec));
    REQUIRE(again.ok());
    REQUIRE(toJson(*again) == toJson(*spec));
    const Status checked = checkSweep(*spec);
    REQUIRE(checked.ok() || !checked.error().message.empty());
    return 0;
}
