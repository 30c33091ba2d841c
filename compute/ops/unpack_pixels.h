// UnpackPixels: bytes of pictures to normalised numbers.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// y[i][j] = (byte i columns + j - mean[c]) / deviation[c], c = j mod channels. A row of y is a pixel or a whole
/// picture.
struct UnpackPixels {
    static constexpr const char* name = "unpack_pixels";
    static constexpr int maxChannels = 4;

    Tensor pixels;  ///< uint8, one row of rows(y) x columns(y) bytes without padding, its size rounded up to 4
    Tensor y;
    int channels = 1;
    float mean[maxChannels] = {};
    float deviation[maxChannels] = {1, 1, 1, 1};

    OpCost cost() const { return {0, bytesOf({pixels, y})}; }
    Status check() const {
        TRY_OK(opCheck(pixels && y && pixels.type == ElementType::uint8 && pixels.columns >= y.rows * y.columns, name,
                       "a byte per element"));
        TRY_OK(opCheck(channels >= 1 && channels <= maxChannels, name, "1 to 4 channels"));
        return {};
    }
};

}  // namespace lemnos
