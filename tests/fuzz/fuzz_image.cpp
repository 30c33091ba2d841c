// Fuzzes pictures: the header alone, then the whole decoding. What is decoded must be a picture of sane size.
#include <cstdint>

#include "model/data/image.h"
#include "model/data/picture_header.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lemnos;
    const Result<PictureHeader> header = peekPictureHeader({data, size});
    REQUIRE(header.ok() || !header.error().message.empty());
    const Result<Image> image = decodeImage({data, size});
    if (!image) {
        REQUIRE(!image.error().message.empty());
        return 0;
    }
    REQUIRE(header.ok());
    REQUIRE(image->width > 0 && image->height > 0 && image->channels == 3);
    REQUIRE(image->pixels.size() == std::size_t(image->width) * std::size_t(image->height) * 3);
    return 0;
}
