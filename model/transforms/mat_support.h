// What transforms that are made of OpenCV's functions share.
#pragma once

#include <opencv2/imgproc.hpp>

#include "model/data/image_mat.h"
#include "model/transforms/transform.h"

namespace lemnos::transforms {

/// A picture of the same size and channels, whose pixels are to be written.
inline Image likeIt(const Image& image) {
    return {image.width, image.height, image.channels, std::vector<std::uint8_t>(image.pixels.size())};
}

/// Mirrored about an axis, as cv::flip() numbers them: with the setting `probability`, else as it is.
inline Image flipped(const Image& image, const ParamMap& params, const TransformRandom& random, int axis) {
    if (random.uniform[0] >= realParam(params, "probability")) return image;
    Image result = likeIt(image);
    cv::Mat target = matOf(result);
    cv::flip(matOf(image), target, axis);
    return result;
}

/// The setting of what mirrors pictures.
inline Param mirrorProbability() {
    return {.key = "probability",
            .label = LEMNOS_TEXT("Probability"),
            .help = LEMNOS_TEXT("Share of the pictures that are mirrored."),
            .defaultValue = 0.5,
            .minimum = 0,
            .maximum = 1};
}

/// From -range to +range.
inline double around0(double uniform, double range) {
    return (2 * uniform - 1) * range;
}

/// Moves pixels by a 2 x 3 matrix from input to output coordinates; outside the picture its edge is repeated.
inline Image warped(const Image& image, const cv::Matx23d& matrix) {
    Image result = likeIt(image);
    cv::Mat target = matOf(result);
    cv::warpAffine(matOf(image), target, matrix, target.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return result;
}

/// Turned by `degrees` against the clock and scaled by `factor`, about the middle of the picture.
inline Image turnedAndScaled(const Image& image, double degrees, double factor) {
    const cv::Point2f middle(float(image.width - 1) / 2, float(image.height - 1) / 2);
    return warped(image, cv::getRotationMatrix2D(middle, degrees, factor));
}

/// Changes how bright a picture is, and leaves its colours: `change` gets and gives the luma (ITU-R BT.601).
template <class Change>
Image withLuma(const Image& image, const Change& change) {
    Image result = likeIt(image);
    cv::Mat target = matOf(result);
    if (image.channels == 1) {
        change(matOf(image), target);
        return result;
    }
    cv::Mat colour, luma, changed;
    cv::cvtColor(matOf(image), colour, cv::COLOR_RGB2YCrCb);
    cv::extractChannel(colour, luma, 0);
    change(luma, changed);
    cv::insertChannel(changed, colour, 0);
    cv::cvtColor(colour, target, cv::COLOR_YCrCb2RGB);
    return result;
}

}  // namespace lemnos::transforms
