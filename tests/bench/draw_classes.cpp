// Draws a data set of as many classes as wanted, for runs whose accuracy is to mean something:
//
//   draw_classes FOLDER CLASSES PER_CLASS [SIDE]
//
// writes FOLDER/class_0000/000000.jpg and so on, SIDE x SIDE (64), about 2 KB each. A class is a pattern of soft waves
// of colour; its pictures show it moved, brighter or darker, with more or less contrast, and with noise. The same
// arguments give the same pictures. FOLDER must not exist.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "compute/random.h"
#include "model/data/hash.h"
#include "model/data/parallel.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t seed = 20261127;
constexpr int waves = 12, highest = 3;  // periods of the picture's side
constexpr int jpegQuality = 85;
constexpr float noise = 40;

/// Four numbers from 0 to 1 that belong to these.
std::array<float, 4> numbersOf(std::uint32_t label, std::uint32_t picture, std::uint32_t index) {
    std::array<float, 4> numbers{};
    std::ranges::transform(philox(seed, {label, picture, index, 1}), numbers.begin(),
                           [](std::uint32_t bits) { return static_cast<float>(toUniform(bits)); });
    return numbers;
}

/// The pattern of a class with a margin on all sides, over which its pictures are moved.
cv::Mat patternOf(std::uint32_t label, int side, int margin) {
    const int whole = side + 2 * margin;
    cv::Mat pattern(whole, whole, CV_32FC3, cv::Scalar(0, 0, 0));
    for (std::uint32_t wave = 0; wave < waves; ++wave) {
        const auto where = numbersOf(label, 0, 2 * wave), colour = numbersOf(label, 0, 2 * wave + 1);
        const auto across = std::round((2 * where[0] - 1) * highest), down = std::round((2 * where[1] - 1) * highest);
        for (int y = 0; y < whole; ++y)
            for (int x = 0; x < whole; ++x) {
                const float turns =
                    (across * static_cast<float>(x) + down * static_cast<float>(y)) / static_cast<float>(side) +
                    where[2];
                const float height = std::cos(2 * std::numbers::pi_v<float> * turns);
                for (int c = 0; c < 3; ++c)
                    pattern.at<cv::Vec3f>(y, x)[c] += height * (2 * colour[static_cast<std::size_t>(c)] - 1);
            }
    }
    return pattern;
}

std::vector<std::uint8_t> pictureOf(const cv::Mat& pattern, const std::vector<float>& noises, std::uint32_t label,
                                    std::uint32_t number, int side, int margin) {
    const auto place = numbersOf(label, number + 1, 0), look = numbersOf(label, number + 1, 1);
    const auto offset = [&](float u) { return static_cast<int>(u * static_cast<float>(2 * margin + 1)); };
    const cv::Mat part =
        pattern(cv::Rect(std::min(offset(place[0]), 2 * margin), std::min(offset(place[1]), 2 * margin), side, side));
    const float contrast = 3 + 9 * look[0], middle = 108 + 40 * look[1];
    // A place in a list of noise, rather than noise of its own, which would take most of the time.
    auto next = noises.begin() + static_cast<std::ptrdiff_t>(place[2] * static_cast<float>(noises.size() / 2));
    cv::Mat picture(side, side, CV_8UC3);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x)
            for (int c = 0; c < 3; ++c)
                picture.at<cv::Vec3b>(y, x)[c] =
                    cv::saturate_cast<std::uint8_t>(middle + contrast * part.at<cv::Vec3f>(y, x)[c] + *next++);
    std::vector<std::uint8_t> bytes;
    cv::imencode(".jpg", picture, bytes, {cv::IMWRITE_JPEG_QUALITY, jpegQuality});
    return bytes;
}

}  // namespace

int main(int argc, char** argv) {
    const fs::path folder = argc > 3 ? argv[1] : "";
    const int classes = argc > 3 ? std::atoi(argv[2]) : 0, perClass = argc > 3 ? std::atoi(argv[3]) : 0;
    const int side = argc > 4 ? std::atoi(argv[4]) : 64;
    if (classes < 1 || perClass < 1 || side < 8 || side > 1024 || fs::exists(folder)) {
        std::fprintf(stderr,
                     "draw_classes FOLDER CLASSES PER_CLASS [SIDE]; the folder must be new, the side 8 to 1024.\n");
        return 2;
    }
    const int margin = std::max(1, side / 16);
    std::vector<float> noises(static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * 3 * 4);
    for (std::size_t i = 0; i < noises.size(); i += 4) {
        const auto four = numbersOf(0xffffffff, 0, static_cast<std::uint32_t>(i));
        for (std::size_t k = 0; k < 4; ++k) noises[i + k] = noise * (2 * four[k] - 1);
    }
    std::atomic<bool> failed = false;
    const auto drawClass = [&](std::size_t label) {
        char name[32];
        std::snprintf(name, sizeof name, "class_%04zu", label);
        fs::create_directories(folder / name);
        const cv::Mat pattern = patternOf(static_cast<std::uint32_t>(label), side, margin);
        for (int number = 0; number < perClass && !failed; ++number) {
            const auto bytes = pictureOf(pattern, noises, static_cast<std::uint32_t>(label),
                                         static_cast<std::uint32_t>(number), side, margin);
            std::snprintf(name, sizeof name, "class_%04zu/%06d.jpg", label, number);
            std::ofstream file(folder / name, std::ios::binary);
            file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
            if (!file.flush()) failed = true;
        }
    };
    const Status status = parallelFor(static_cast<std::size_t>(classes), drawClass, {});
    if (!status || failed) {
        std::fprintf(stderr, "draw_classes: not all pictures could be written to %s.\n", folder.c_str());
        return 1;
    }
    return 0;
}
