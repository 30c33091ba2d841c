// Fuzzes the journal of moved files: what is accepted is written as it was read.
#include <cstdint>

#include "model/data/write_back.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lemnos;
    const auto moves = journalFromText({reinterpret_cast<const char*>(data), size});
    REQUIRE(moves.ok() || !moves.error().message.empty());
    if (moves) REQUIRE(*journalFromText(journalText(*moves)) == *moves);
    return 0;
}
