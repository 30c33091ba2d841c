// OpenCV's view of a picture.
#pragma once

#include <opencv2/core.hpp>

#include "model/data/image.h"

namespace lemnos {

/// Wraps the pixels of a picture; the Mat must not be written to.
inline cv::Mat matOf(const Image& image) {
    return {image.height, image.width, CV_8UC(image.channels), const_cast<std::uint8_t*>(image.pixels.data())};
}

inline cv::Mat matOf(Image& image) {
    return {image.height, image.width, CV_8UC(image.channels), image.pixels.data()};
}

}  // namespace lemnos
