// Small picture folders that tests make for themselves.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace lemnos::test {

/// A 24-bit BMP file of width x height x 3 red-green-blue bytes, rows from top to bottom.
std::string encodeBmp(int width, int height, std::span<const std::uint8_t> pixels);

/// Writes bytes to a file and makes the folders above it; aborts the test program when that fails.
void writeTestFile(const std::filesystem::path& file, const std::string& bytes);

struct TinyDataSet {
    int classes = 3;
    int imagesPerClass = 12;
    int sizePixels = 16;
    bool grey = false;
    std::uint32_t seed = 1;
};

/// Writes folder/class_0/000.bmp, ...: stripes whose direction and colour belong to the class, with noise; a small
/// dense network separates them within a few epochs. The same options give the same files.
void makeTinyDataSet(const std::filesystem::path& folder, const TinyDataSet& options = {});

}  // namespace lemnos::test
