// Drawing with OpenCV at four times the size, then shrinking: smooth edges without an own rasteriser.
#include "model/data/sample_picture.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "compute/random.h"
#include "model/data/hash.h"

namespace lemnos {

namespace {

constexpr int oversampling = 4;

/// Random numbers of one picture, in the order they are asked for.
class Dice {
  public:
    Dice(std::uint64_t seed, std::uint32_t label, std::uint32_t number)
        : m_seed(seed), m_label(label), m_number(number) {}

    double from(double low, double high) {
        if (m_used == m_words.size()) {
            m_words = philox(m_seed, {m_block++, m_label, m_number, static_cast<std::uint32_t>(RandomUse::sampleData)});
            m_used = 0;
        }
        return low + (high - low) * toUniform(m_words[m_used++]);
    }

  private:
    std::uint64_t m_seed;
    std::uint32_t m_label, m_number, m_block = 0;
    std::array<std::uint32_t, 4> m_words{};
    std::size_t m_used = 4;
};

/// Where a point of the shape lands in the picture: bent by a slow wave, slanted, turned, scaled, moved.
class Warp {
  public:
    Warp(Dice& dice, double size) {
        const double angle = dice.from(-20, 20) * std::numbers::pi / 180;
        const double scale = dice.from(0.24, 0.38) * size;
        const double stretch = dice.from(0.88, 1.13);
        m_slant = dice.from(-0.15, 0.15);
        m_bend = dice.from(0, 0.08);
        m_bendTurn = dice.from(0, 2 * std::numbers::pi);
        m_xx = scale * stretch * std::cos(angle), m_xy = -scale / stretch * std::sin(angle);
        m_yx = scale * stretch * std::sin(angle), m_yy = scale / stretch * std::cos(angle);
        m_centreX = size * dice.from(0.4, 0.6), m_centreY = size * dice.from(0.4, 0.6);
    }

    cv::Point2d operator()(const ShapePoint& point) const {
        const double x = point.x + m_slant * point.y + m_bend * std::sin(2.5 * point.y + m_bendTurn);
        const double y = point.y + m_bend * std::sin(2.5 * point.x + 2 * m_bendTurn);
        return {m_centreX + m_xx * x + m_xy * y, m_centreY + m_yx * x + m_yy * y};
    }

    double scale() const { return std::hypot(m_xx, m_yx); }

  private:
    double m_slant, m_bend, m_bendTurn, m_xx, m_xy, m_yx, m_yy, m_centreX, m_centreY;
};

/// Hue in degrees, saturation and value from 0 to 1 (Smith 1978, "Color gamut transform pairs").
cv::Scalar fromHsv(double hue, double saturation, double value) {
    const auto channel = [&](double n) {
        const double k = std::fmod(n + hue / 60, 6);
        return 255 * (value - value * saturation * std::clamp(std::min(k, 4 - k), 0.0, 1.0));
    };
    return {channel(5), channel(3), channel(1)};
}

struct Colours {
    cv::Scalar shape, backgroundTop, backgroundBottom;
};

/// A deep colour on a light tint of another hue: pleasant together, and never hard to see.
Colours chooseColours(Dice& dice) {
    const double hue = dice.from(0, 360);
    const double other = std::fmod(hue + dice.from(90, 270), 360);
    const double saturation = dice.from(0.03, 0.14), value = dice.from(0.92, 1);
    return {fromHsv(hue, dice.from(0.6, 0.92), dice.from(0.42, 0.8)), fromHsv(other, saturation, value),
            fromHsv(std::fmod(other + 30, 360), saturation + dice.from(0, 0.08), value - dice.from(0, 0.06))};
}

void drawPath(cv::Mat& mask, const ShapePath& path, const Warp& warp, int penPixels) {
    constexpr int fractionBits = 4;  // OpenCV draws at sixteenths of a pixel
    std::vector<cv::Point> points;
    for (const ShapePoint& point : path.points) points.push_back(warp(point) * (1 << fractionBits));
    if (path.filled)
        cv::fillPoly(mask, std::vector{points}, cv::Scalar(255), cv::LINE_8, fractionBits);
    else
        cv::polylines(mask, points, false, cv::Scalar(255), penPixels, cv::LINE_8, fractionBits);
}

cv::Mat background(const Colours& colours, int size) {
    cv::Mat picture(size, size, CV_32FC3);
    for (int y = 0; y < size; ++y) {
        const double t = (y + 0.5) / size;
        picture.row(y) = colours.backgroundTop * (1 - t) + colours.backgroundBottom * t;
    }
    return picture;
}

/// Triangular noise, a little different in every channel.
void addNoise(cv::Mat& picture, Dice& dice, double strength) {
    for (int y = 0; y < picture.rows; ++y) {
        for (int x = 0; x < picture.cols; ++x) {
            cv::Vec3f& pixel = picture.at<cv::Vec3f>(y, x);
            const double common = dice.from(-strength, strength);
            for (int c = 0; c < 3; ++c) pixel[c] += static_cast<float>(common + dice.from(-strength, strength) / 2);
        }
    }
}

}  // namespace

Image drawSample(const SampleShape& shape, int sizePixels, std::uint64_t seed, std::uint32_t label,
                 std::uint32_t number) {
    Dice dice(seed, label, number);
    const Colours colours = chooseColours(dice);
    const int large = sizePixels * oversampling;
    const Warp warp(dice, large);
    const int pen = std::max(1, static_cast<int>(std::lround(warp.scale() * dice.from(0.2, 0.31))));

    cv::Mat mask(large, large, CV_8U, cv::Scalar(0));
    for (const ShapePath& path : shape.paths()) drawPath(mask, path, warp, pen);
    cv::resize(mask, mask, cv::Size(sizePixels, sizePixels), 0, 0, cv::INTER_AREA);

    cv::Mat picture = background(colours, sizePixels);
    for (int y = 0; y < sizePixels; ++y) {
        for (int x = 0; x < sizePixels; ++x) {
            const float cover = mask.at<std::uint8_t>(y, x) / 255.0f;
            cv::Vec3f& pixel = picture.at<cv::Vec3f>(y, x);
            for (int c = 0; c < 3; ++c)
                pixel[c] = pixel[c] * (1 - cover) + static_cast<float>(colours.shape[c]) * cover;
        }
    }
    addNoise(picture, dice, dice.from(2, 16));

    Image image{sizePixels, sizePixels, 3,
                std::vector<std::uint8_t>(static_cast<std::size_t>(sizePixels) * sizePixels * 3)};
    cv::Mat bytes(sizePixels, sizePixels, CV_8UC3, image.pixels.data());
    picture.convertTo(bytes, CV_8U);
    return image;
}

std::vector<std::uint8_t> encodePng(const Image& image) {
    std::vector<std::uint8_t> bytes;
    const cv::Mat rgb(image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.pixels.data()));
    cv::Mat bgr;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    cv::imencode(".png", bgr, bytes);
    return bytes;
}

}  // namespace lemnos
