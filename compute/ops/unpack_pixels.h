// UnpackPixels: bytes of pictures to normalised numbers.
#pragma once

#include "compute/ops/op.h"

namespace lemnos {

/// y[i][j] = (pixel[i][j] - mean[c]) / deviation[c], c = j mod channels.
struct UnpackPixels {
    static constexpr int maxChannels = 4;

    Tensor pixels;  ///< uint8, one row of rows(y) x columns(y) bytes without padding, its size rounded up to 4
    Tensor y;
    int channels = 1;
    float mean[maxChannels] = {};
    float deviation[maxChannels] = {1, 1, 1, 1};

    Status check() const {
        TRY_OK(opCheck(pixels && y && pixels.type == ElementType::uint8 && pixels.columns >= y.rows * y.columns,
                       "unpack_pixels", "a byte per element"));
        TRY_OK(opCheck(channels >= 1 && channels <= maxChannels, "unpack_pixels", "1 to 4 channels"));
        return {};
    }
};

}  // namespace lemnos
