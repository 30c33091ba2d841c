// Decoding and resizing with OpenCV; nothing of it shows outside.
#include "model/data/image.h"

#include <algorithm>
#include <new>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <string_view>

#include "model/data/image_mat.h"
#include "model/data/picture_header.h"
#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {

namespace {

/// Enough for any camera; a decoded picture of this size takes 600 MB.
constexpr std::int64_t largestPixelCount = 200'000'000;
constexpr std::uintmax_t largestFileBytes = 1u << 30;

void silenceOpenCv() {
    static const auto once = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    static_cast<void>(once);
}

std::uint32_t bigEndian(const std::uint8_t* at) {
    return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

/// A whole PNG without the chunks before its pixels that don't decide them (texts, colour profiles): libpng prints
/// warnings about them, and memory bombs hide there. Empty when the file ends too early.
std::vector<std::uint8_t> essentialPng(std::span<const std::uint8_t> bytes) {
    constexpr std::size_t signatureBytes = 8, chunkOverhead = 12;
    constexpr std::string_view decisive[] = {"IHDR", "PLTE", "tRNS", "eXIf"};
    std::vector<std::uint8_t> result(bytes.begin(), bytes.begin() + signatureBytes);
    bool inPixels = false;
    std::size_t at = signatureBytes;
    while (bytes.size() - at >= chunkOverhead) {
        const std::size_t length = bigEndian(&bytes[at]);
        if (length > bytes.size() - at - chunkOverhead) break;
        const std::string_view type(reinterpret_cast<const char*>(&bytes[at + 4]), 4);
        const auto chunk = bytes.subspan(at, length + chunkOverhead);
        inPixels |= type == "IDAT";
        if (inPixels || std::ranges::find(decisive, type) != std::end(decisive))
            result.insert(result.end(), chunk.begin(), chunk.end());
        if (type == "IEND") return result;
        at += chunk.size();
    }
    return {};
}

cv::Mat decoded(std::span<const std::uint8_t> bytes, int flags) {
    // OpenCV takes a Mat that it does not write to.
    const cv::Mat buffer(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::uint8_t*>(bytes.data()));
    try {
        return cv::imdecode(buffer, flags);
    } catch (const cv::Exception&) {
        return {};
    }
}

Image blank(int width, int height, int channels) {
    const std::size_t bytes =
        static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * static_cast<std::size_t>(channels);
    return {width, height, channels, std::vector<std::uint8_t>(bytes)};
}

Image stretched(const Image& image, int width, int height, int interpolation) {
    if (width == image.width && height == image.height) return image;
    Image result = blank(width, height, image.channels);
    cv::Mat target = matOf(result);
    cv::resize(matOf(image), target, target.size(), 0, 0, interpolation);
    return result;
}

/// Real-valued pictures go from 0 to 1 or from 0 to 255; which of the two shows in the largest value.
cv::Mat fromFloat(const cv::Mat& values) {
    cv::Mat floats;
    values.convertTo(floats, CV_32F);
    cv::patchNaNs(floats, 0);
    double largest = 0;
    cv::minMaxLoc(floats.reshape(1), nullptr, &largest);
    cv::Mat bytes;
    floats.convertTo(bytes, CV_8U, largest <= 1 ? 255 : 1);
    return bytes;
}

/// 8-bit BGR, or an empty Mat; `flags` is one of OpenCV's ways to read colour.
cv::Mat decodedBgr(std::span<const std::uint8_t> bytes, PictureFormat format, int flags) {
    cv::Mat bgr = decoded(bytes, flags);
    if (!bgr.empty() || format != PictureFormat::tiff) return bgr;
    const cv::Mat other = decoded(bytes, cv::IMREAD_UNCHANGED);
    if (other.empty() || (other.depth() != CV_32F && other.depth() != CV_64F)) return {};
    bgr = fromFloat(other);
    if (bgr.channels() == 1) cv::cvtColor(bgr, bgr, cv::COLOR_GRAY2BGR);
    if (bgr.channels() == 4) cv::cvtColor(bgr, bgr, cv::COLOR_BGRA2BGR);
    return bgr;
}

Error tooLarge() {
    return {LEMNOS_TEXT("The file is larger than 1 GB. Save the picture smaller, or as JPEG."), {}};
}

Error damaged(PictureFormat format) {
    return phrasedError(
        {LEMNOS_TEXT("The %1 file is damaged, or of a kind that can't be read. Save it again as PNG or JPEG, "
                     "or delete it."),
         {Phrase::name(std::string(toString(format)))}});
}

Result<Image> decodePixels(std::span<const std::uint8_t> bytes, PictureFormat format, int flags) {
    std::vector<std::uint8_t> png;
    if (format == PictureFormat::png) {
        png = essentialPng(bytes);
        if (png.empty()) return damaged(format);
        bytes = png;
    }
    const cv::Mat bgr = decodedBgr(bytes, format, flags);
    if (bgr.empty() || bgr.type() != CV_8UC3) return damaged(format);
    Image image = blank(bgr.cols, bgr.rows, 3);
    cv::Mat rgb = matOf(image);
    cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
    return image;
}

/// How to read a JPEG that will be no larger than width x height: the decoder then computes fewer pixels. The stored
/// size may be turned by EXIF, so both ways have to be large enough.
int reducedColour(const PictureHeader& header, int width, int height) {
    // What is decoded is at least 1.75 times what is wanted: on photos, 2 hardly gets nearer to reading all pixels, and
    // 1 is twice as far away.
    const std::int64_t longer = (7 * std::int64_t{std::max(width, height)} + 3) / 4;
    const std::int64_t shorter = std::min(header.width, header.height);
    if (header.format != PictureFormat::jpeg) return cv::IMREAD_COLOR;
    if (shorter / 8 >= longer) return cv::IMREAD_REDUCED_COLOR_8;
    if (shorter / 4 >= longer) return cv::IMREAD_REDUCED_COLOR_4;
    return shorter / 2 >= longer ? cv::IMREAD_REDUCED_COLOR_2 : cv::IMREAD_COLOR;
}

/// `chooseFlags` gets the header and gives OpenCV's way to read colour.
template <class ChooseFlags>
Result<Image> decodeChecked(std::span<const std::uint8_t> bytes, const ChooseFlags& chooseFlags) {
    silenceOpenCv();
    TRY(const PictureHeader header, peekPictureHeader(bytes));
    if (bytes.size() > largestFileBytes) return tooLarge();
    if (header.width > 0 && header.height > largestPixelCount / header.width)
        return phrasedError(
            {LEMNOS_TEXT("The picture is %1 x %2 pixels; up to 200 million pixels can be read. Save it smaller."),
             {Phrase::name(std::to_string(header.width)), Phrase::name(std::to_string(header.height))}});
    try {
        return decodePixels(bytes, header.format, chooseFlags(header));
    } catch (const cv::Exception&) {
        return damaged(header.format);
    } catch (const std::bad_alloc&) {
        return Error{LEMNOS_TEXT("There is not enough memory to decode the picture. Save it smaller."), {}};
    }
}

/// Reads the file and hands its bytes to `decode`.
template <class Decode>
Result<Image> readAndDecode(const std::filesystem::path& path, const Decode& decode) {
    TRY(const std::string bytes, readPictureFile(path));
    return decode({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

}  // namespace

Result<std::string> readPictureFile(const std::filesystem::path& path) {
    std::error_code code;
    if (const auto size = std::filesystem::file_size(path, code); !code && size > largestFileBytes) return tooLarge();
    return readFile(path);
}

Result<Image> decodeImage(std::span<const std::uint8_t> bytes) {
    return decodeChecked(bytes, [](const PictureHeader&) { return cv::IMREAD_COLOR; });
}

Result<Image> decodeImageFor(std::span<const std::uint8_t> bytes, int width, int height) {
    return decodeChecked(bytes, [&](const PictureHeader& header) { return reducedColour(header, width, height); });
}

Result<Image> readImageOrReason(const std::filesystem::path& path) {
    return readAndDecode(path, [](std::span<const std::uint8_t> bytes) { return decodeImage(bytes); });
}

Result<Image> readImageFor(const std::filesystem::path& path, int width, int height) {
    return readAndDecode(path,
                         [&](std::span<const std::uint8_t> bytes) { return decodeImageFor(bytes, width, height); });
}

Result<Image> readImage(const std::filesystem::path& path) {
    auto image = readImageOrReason(path);
    const std::string name = displayPath(path);
    if (image || image.error().where == name) return image;  // a file that can't be opened is named already
    return phrasedError({LEMNOS_TEXT("%1: %2"), {Phrase::name(name), phraseOf(image.error().message)}}, name);
}

bool isGrey(const Image& image) {
    if (image.channels == 1) return true;
    for (std::size_t i = 0; i + 2 < image.pixels.size(); i += 3) {
        if (image.pixels[i] != image.pixels[i + 1] || image.pixels[i] != image.pixels[i + 2]) return false;
    }
    return true;
}

Image toChannels(const Image& image, int channels) {
    if (image.channels == channels) return image;
    Image result = blank(image.width, image.height, channels);
    if (image.pixels.empty()) return result;
    cv::Mat target = matOf(result);
    cv::cvtColor(matOf(image), target, channels == 1 ? cv::COLOR_RGB2GRAY : cv::COLOR_GRAY2RGB);
    return result;
}

Image resized(const Image& image, int width, int height) {
    // In two steps, because the area average of OpenCV is wrong for a picture that shrinks one way and grows the other.
    const Image shrunk = stretched(image, std::min(width, image.width), std::min(height, image.height), cv::INTER_AREA);
    return stretched(shrunk, width, height, cv::INTER_LINEAR);
}

}  // namespace lemnos
