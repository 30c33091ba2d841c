// BMP files written by hand, so that tests of the training core need no picture library.
#include "tests/support/temp_data_set.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <numbers>
#include <random>

namespace lemnos::test {

namespace {

void append(std::string& bytes, std::uint32_t value, int length) {
    for (int i = 0; i < length; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
}

/// Stripes along an angle of the class, brightest in a colour of the class.
std::vector<std::uint8_t> tinyPicture(int label, const TinyDataSet& options, std::mt19937& random) {
    const double angle = label * std::numbers::pi / options.classes;
    std::vector<std::uint8_t> pixels;
    for (int y = 0; y < options.sizePixels; ++y) {
        for (int x = 0; x < options.sizePixels; ++x) {
            const double along = x * std::cos(angle) + y * std::sin(angle);
            const double stripe = 128 + 80 * std::sin(along * 2 * std::numbers::pi / 8);
            const double noise = static_cast<double>(random() % 41) - 20;
            for (int channel = 0; channel < 3; ++channel) {
                const double tint = options.grey ? 1 : (label + channel) % 3 == 0 ? 1.1 : 0.7;
                pixels.push_back(static_cast<std::uint8_t>(std::clamp(stripe * tint + noise, 0.0, 255.0)));
            }
        }
    }
    return pixels;
}

std::string number(int value) {
    const std::string digits = std::to_string(value);
    return std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

}  // namespace

std::string encodeBmp(int width, int height, std::span<const std::uint8_t> pixels) {
    constexpr std::uint32_t headerBytes = 54;
    const auto rowBytes = static_cast<std::uint32_t>((width * 3 + 3) / 4 * 4);
    const std::uint32_t dataBytes = rowBytes * static_cast<std::uint32_t>(height);
    std::string bytes = "BM";
    append(bytes, headerBytes + dataBytes, 4);
    append(bytes, 0, 4);
    append(bytes, headerBytes, 4);
    append(bytes, 40, 4);
    append(bytes, static_cast<std::uint32_t>(width), 4);
    append(bytes, static_cast<std::uint32_t>(height), 4);
    append(bytes, 1, 2);
    append(bytes, 24, 2);
    append(bytes, 0, 4);
    append(bytes, dataBytes, 4);
    for (int i = 0; i < 4; ++i) append(bytes, 0, 4);
    for (int y = height - 1; y >= 0; --y) {
        for (int x = 0; x < width; ++x) {
            for (int channel = 2; channel >= 0; --channel)
                bytes += static_cast<char>(pixels[static_cast<std::size_t>((y * width + x) * 3 + channel)]);
        }
        bytes.append(rowBytes - static_cast<std::uint32_t>(width) * 3, '\0');
    }
    return bytes;
}

void writeTestFile(const std::filesystem::path& file, const std::string& bytes) {
    std::error_code code;
    std::filesystem::create_directories(file.parent_path(), code);
    std::ofstream stream(file, std::ios::binary);
    stream << bytes;
    stream.close();
    if (stream.fail()) {
        std::cerr << "The test can't write " << file << std::endl;
        std::abort();
    }
}

void makeTinyDataSet(const std::filesystem::path& folder, const TinyDataSet& options) {
    std::mt19937 random(options.seed);
    for (int label = 0; label < options.classes; ++label) {
        for (int i = 0; i < options.imagesPerClass; ++i) {
            const std::vector<std::uint8_t> pixels = tinyPicture(label, options, random);
            writeTestFile(folder / ("class_" + std::to_string(label)) / (number(i) + ".bmp"),
                          encodeBmp(options.sizePixels, options.sizePixels, pixels));
        }
    }
}

}  // namespace lemnos::test
