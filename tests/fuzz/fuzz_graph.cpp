// Fuzzes network files: whatever is accepted must survive a round trip, and can be planned or refused.
#include <cstdint>
#include <nlohmann/json.hpp>

#include "model/graph/graph.h"
#include "model/graph/plan.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lemnos;
    const nlohmann::json json = nlohmann::json::parse(data, data + size, nullptr, false);
    if (json.is_discarded()) return 0;
    const Result<Graph> graph = graphFromJson(json);
    if (!graph) {
        REQUIRE(!graph.error().message.empty());
        return 0;
    }
    const Result<Graph> again = graphFromJson(toJson(*graph));
    REQUIRE(again.ok());
    REQUIRE(toJson(*again) == toJson(*graph));
    const Result<Plan> plan = makePlan(*graph, {.input = Shape{8, 9, 3}, .classes = 5});
    REQUIRE(plan.ok() || !plan.error().message.empty());
    return 0;
}
