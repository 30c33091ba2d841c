// Fuzzes the picture cache's file: whatever is accepted has every identity and every byte of every picture within it.
#include <cstdint>
#include <numeric>
#include <vector>

#include "model/data/cache_file.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lemnos;
    constexpr std::uint64_t key = 7, pictureBytes = 12;
    // A block of just this size, so that a sanitizer sees what is read beyond it.
    const std::vector<std::uint8_t> bytes(data, data + size);
    const auto view = CacheView::of(bytes, key, pictureBytes);
    if (!view) return 0;
    const std::uint8_t* const end = bytes.data() + bytes.size();
    std::uint64_t sum = 0;
    for (std::uint64_t place = 0; place < view->pictures(); ++place) {
        const std::uint8_t* const picture = view->picture(place);
        REQUIRE(picture >= bytes.data() && picture <= end - pictureBytes);
        sum = std::accumulate(picture, picture + pictureBytes, sum + view->identity(place));
    }
    static_cast<void>(sum);
    REQUIRE(size == sizeof(CacheHeader) + view->pictures() * (sizeof(std::uint64_t) + pictureBytes));
    return 0;
}
