// HOG and PCA by OpenCV.
#include "model/data/features.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/objdetect.hpp>
#include <string>

#include "model/data/image_mat.h"
#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {

namespace {

constexpr int hogBins = 9, blockCells = 2;
constexpr float deviationsShown = 3;  // a byte reaches this far from the mean

cv::HOGDescriptor hogOf(const Features& features, int width, int height) {
    const cv::Size cell(features.cell, features.cell);
    return {{width, height}, cell * blockCells, cell, cell, hogBins};
}

/// The pixels of a picture as one row of floats.
cv::Mat rowOf(const Image& image) {
    cv::Mat row;
    matOf(image).reshape(1, 1).convertTo(row, CV_32F);
    return row;
}

Image oneRow(std::size_t length) {
    return {static_cast<int>(length), 1, 1, std::vector<std::uint8_t>(length)};
}

Image hogFeatures(const Image& picture, const Features& features) {
    std::vector<float> values;
    hogOf(features, picture.width, picture.height).compute(matOf(picture), values);
    Image result = oneRow(values.size());
    std::ranges::transform(values, result.pixels.begin(), [](float v) { return cv::saturate_cast<uchar>(v * 255); });
    return result;
}

Image pcaFeatures(const Image& picture, const PcaBasis& basis) {
    const auto count = static_cast<int>(basis.deviation.size()), length = static_cast<int>(basis.mean.size());
    const cv::Mat directions(count, length, CV_32F, const_cast<float*>(basis.directions.data()));
    const cv::Mat mean(1, length, CV_32F, const_cast<float*>(basis.mean.data()));
    const cv::Mat along = (rowOf(picture) - mean) * directions.t();
    Image result = oneRow(basis.deviation.size());
    for (int i = 0; i < count; ++i) {
        const float deviations = along.at<float>(i) / basis.deviation[static_cast<std::size_t>(i)];
        result.pixels[static_cast<std::size_t>(i)] =
            cv::saturate_cast<uchar>(128 + deviations * (127 / deviationsShown));
    }
    return result;
}

}  // namespace

std::string_view toString(FeatureKind kind) {
    constexpr std::string_view names[] = {"pixels", "hog", "pca"};
    return names[static_cast<std::size_t>(kind)];
}

Shape featureShape(const Features& features, const Shape& picture) {
    switch (features.kind) {
        case FeatureKind::pixels:
            return picture;
        case FeatureKind::hog: {
            const std::int64_t down = picture[0] / features.cell - blockCells + 1;
            const std::int64_t across = picture[1] / features.cell - blockCells + 1;
            return {1, std::max<std::int64_t>(1, down * across) * blockCells * blockCells * hogBins, 1};
        }
        case FeatureKind::pca:
            return {1, features.components, 1};
    }
    return picture;
}

Status checkFeatures(const Features& features, const Shape& picture) {
    if (features.kind != FeatureKind::hog) return {};
    const auto fits = [&](std::int64_t side) {
        return side % features.cell == 0 && side >= blockCells * features.cell;
    };
    if (fits(picture[0]) && fits(picture[1])) return {};
    const std::string cell = std::to_string(features.cell);
    return phrasedError(
        {LEMNOS_TEXT("HOG features with cells of %1 x %1 pixels need a training size that is a multiple of %1 and "
                     "at least %2; it is %3 x %4. Change the training size or hog_cell."),
         {Phrase::name(cell), Phrase::name(std::to_string(blockCells * features.cell)),
          Phrase::name(std::to_string(picture[1])), Phrase::name(std::to_string(picture[0]))}},
        "hog_cell");
}

Image featuresOf(Image picture, const Features& features) {
    switch (features.kind) {
        case FeatureKind::pixels:
            return picture;
        case FeatureKind::hog:
            return hogFeatures(picture, features);
        case FeatureKind::pca:
            return pcaFeatures(picture, *features.basis);
    }
    return picture;
}

PcaBasis fitPca(const std::vector<Image>& pictures, int components) {
    const auto length = static_cast<int>(pictures.front().pixels.size());
    cv::Mat rows(static_cast<int>(pictures.size()), length, CV_32F);
    for (std::size_t i = 0; i < pictures.size(); ++i) rowOf(pictures[i]).copyTo(rows.row(static_cast<int>(i)));
    const int most = std::min({components, length, std::max(1, rows.rows - 1)});
    const cv::PCA pca(rows, cv::noArray(), cv::PCA::DATA_AS_ROW, most);
    PcaBasis basis;
    basis.mean.assign(pca.mean.begin<float>(), pca.mean.end<float>());
    basis.directions.assign(pca.eigenvectors.begin<float>(), pca.eigenvectors.end<float>());
    for (int i = 0; i < pca.eigenvalues.rows; ++i)
        basis.deviation.push_back(std::sqrt(std::max(1e-3f, pca.eigenvalues.at<float>(i))));
    return basis;
}

}  // namespace lemnos
