// Fuzzes event lines: whatever is accepted must be written as one line that is read as the same event.
#include <cstdint>

#include "model/train/event.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lemnos;
    const Result<Event> event = eventFromLine({reinterpret_cast<const char*>(data), size});
    if (!event) {
        REQUIRE(!event.error().message.empty());
        return 0;
    }
    const std::string line = toLine(*event);
    REQUIRE(line.find('\n') == std::string::npos);
    const Result<Event> again = eventFromLine(line);
    REQUIRE(again.ok());
    REQUIRE(toLine(*again) == line);
    return 0;
}
