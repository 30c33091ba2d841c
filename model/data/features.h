// Features: numbers computed from a picture that a dense network reads in place of its pixels.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "compute/result.h"
#include "compute/shape.h"
#include "model/data/image.h"

namespace lemnos {

enum class FeatureKind : std::uint8_t {
    pixels,  ///< the picture itself
    hog,     ///< histograms of oriented gradients (Dalal and Triggs 2005)
    pca      ///< principal components of the training pictures
};

/// "pixels", "hog", "pca".
std::string_view toString(FeatureKind kind);

/// The directions in which training pictures differ most.
struct PcaBasis {
    std::vector<float> mean;        ///< of each byte of a picture
    std::vector<float> directions;  ///< components x bytes of a picture, rows of length 1
    std::vector<float> deviation;   ///< of the training pictures along each direction, above 0
};

struct Features {
    FeatureKind kind = FeatureKind::pixels;
    int cell = 8;         ///< hog: side of a cell in pixels; blocks have 2 x 2 cells and move by one
    int components = 64;  ///< pca: how many directions
    std::shared_ptr<const PcaBasis> basis{};  ///< pca, once it is fitted
};

/// What the network reads: the picture's own shape, or {1, features, 1}. Features are bytes, as pixels are: hog 0 to 1
/// times 255, pca 128 at the mean and 127 more or less at three deviations.
Shape featureShape(const Features& features, const Shape& picture);

/// Whether pictures of this shape have such features, or a sentence that says what to change.
Status checkFeatures(const Features& features, const Shape& picture);

/// The features of a prepared picture, as a picture of one row; the picture itself when pixels are trained on.
Image featuresOf(Image picture, const Features& features);

/// Fits a basis to prepared pictures, all of one shape, at least two of them. It has at most as many components as
/// there are pictures, less one.
PcaBasis fitPca(const std::vector<Image>& pictures, int components);

}  // namespace lemnos
