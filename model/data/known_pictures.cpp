#include "model/data/known_pictures.h"

#include <system_error>

#include "model/data/folder_listing.h"
#include "model/data/scan_cache.h"

namespace lemnos {

namespace fs = std::filesystem;

std::unordered_map<std::uint64_t, std::string> knownPictures(const fs::path& cacheFolder,
                                                             const std::unordered_set<std::uint64_t>& wanted) {
    std::unordered_map<std::uint64_t, std::string> known;
    for (const fs::path& file : ScanCache::filesIn(cacheFolder)) {
        if (known.size() == wanted.size()) break;
        const auto cache = ScanCache::read(file);
        if (!cache) continue;
        const fs::path source = cache->source();
        std::error_code code;
        const bool folder = fs::is_directory(source, code);
        // A folder that was moved is known where it is now.
        if (!folder && !(isListName(source) && fs::exists(source, code))) continue;
        const fs::path root = folder ? source : source.parent_path();
        cache->forEach([&](const std::string& path, const ScanCache::Found& found) {
            if (wanted.contains(found.facts.hash)) known.try_emplace(found.facts.hash, (root / path).native());
        });
    }
    return known;
}

}  // namespace lemnos
