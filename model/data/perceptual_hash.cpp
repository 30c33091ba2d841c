// With the transform of OpenCV's core: its img_hash module comes with a package of sixty others.
#include "model/data/perceptual_hash.h"

#include <algorithm>
#include <cstdlib>
#include <opencv2/core.hpp>

namespace lemnos {

namespace {

constexpr int side = 32, frequencies = 8;

}  // namespace

TinyPicture tinyPicture(const Image& image) {
    const Image small = toChannels(resized(image, side, side), 1);
    TinyPicture tiny;
    std::ranges::copy(small.pixels, tiny.begin());
    return tiny;
}

std::uint64_t perceptualHash(const Image& image) {
    const TinyPicture tiny = tinyPicture(image);
    float values[side * side];
    std::ranges::copy(tiny, values);
    cv::Mat pixels(side, side, CV_32F, values);
    cv::dct(pixels, pixels);
    values[0] = 0;  // the brightness
    double sum = 0;
    for (int y = 0; y < frequencies; ++y) {
        for (int x = 0; x < frequencies; ++x) sum += values[y * side + x];
    }
    std::uint64_t hash = 0;
    for (int y = 0; y < frequencies; ++y) {
        for (int x = 0; x < frequencies; ++x)
            hash = hash << 1 | (values[y * side + x] > sum / (frequencies * frequencies) ? 1u : 0u);
    }
    return hash;
}

double difference(const TinyPicture& a, const TinyPicture& b) {
    int sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
    return static_cast<double>(sum) / static_cast<double>(a.size());
}

}  // namespace lemnos
