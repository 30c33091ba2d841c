#include "model/data/find_pictures.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace lemnos {

namespace {

constexpr std::size_t samplesPerLook = 4096;  // between two looks at the stop token

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// Looks for the first letter with memchr, which is many times as fast as a comparison at every place.
bool contains(std::string_view path, std::string_view lowered) {
    const char low = lowered.front(), high = upper(low);
    for (std::size_t at = 0; at + lowered.size() <= path.size(); ++at) {
        const std::size_t room = path.size() - lowered.size() + 1 - at;
        const auto* a = static_cast<const char*>(std::memchr(path.data() + at, low, room));
        const auto* b = low == high ? nullptr : static_cast<const char*>(std::memchr(path.data() + at, high, room));
        if (!a && !b) return false;
        at = static_cast<std::size_t>((!a ? b : !b ? a : std::min(a, b)) - path.data());
        if (std::ranges::equal(path.substr(at, lowered.size()), lowered, {}, lower)) return true;
    }
    return false;
}

}  // namespace

std::vector<std::uint32_t> findPictures(const DatasetIndex& index, std::string_view text, std::size_t first,
                                        std::size_t count, std::stop_token stop) {
    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), lower);
    std::vector<std::uint32_t> found;
    const std::size_t end = std::min(first + count, index.samples.size());
    for (std::size_t i = first; i < end; ++i) {
        if (i % samplesPerLook == 0 && stop.stop_requested()) break;
        if (lowered.empty() || contains(index.samples[i].path, lowered)) found.push_back(static_cast<std::uint32_t>(i));
    }
    return found;
}

}  // namespace lemnos
