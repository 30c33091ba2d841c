// Fuzzes safetensors: whatever is accepted must survive being written and read again.
#include <cstdint>
#include <cstring>

#include "model/exchange/safetensors.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lemnos;
    const Result<TensorFile> file = parseSafetensors({reinterpret_cast<const char*>(data), size});
    if (!file) {
        REQUIRE(!file.error().message.empty());
        return 0;
    }
    const std::string bytes = toSafetensors(*file);
    const Result<TensorFile> again = parseSafetensors(bytes);
    REQUIRE(again.ok());
    REQUIRE(again->tensors.size() == file->tensors.size());
    REQUIRE(again->metadata == file->metadata);
    REQUIRE(toSafetensors(*again) == bytes);
    return 0;
}
