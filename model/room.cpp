#include "model/room.h"

#include <algorithm>
#include <system_error>
#include <vector>

namespace lemnos {

namespace fs = std::filesystem;

void makeRoom(const fs::path& folder, std::string_view ending, const fs::path& keep, std::int64_t limitBytes,
              std::int64_t wantedBytes, const std::function<bool(const fs::path&)>& mayGo) {
    struct File {
        fs::file_time_type used;
        std::int64_t bytes;
        fs::path path;
    };
    std::vector<File> files;
    std::error_code code;
    std::int64_t total = wantedBytes;
    for (const auto& entry : fs::directory_iterator(folder, code)) {
        std::error_code ignored;
        if (entry.path().extension() != ending || entry.path() == keep) continue;
        files.push_back(
            {entry.last_write_time(ignored), static_cast<std::int64_t>(entry.file_size(ignored)), entry.path()});
        total += files.back().bytes;
    }
    std::ranges::sort(files, {}, &File::used);
    for (const File& file : files) {
        if (total <= limitBytes) return;
        if ((!mayGo || mayGo(file.path)) && fs::remove(file.path, code)) total -= file.bytes;
    }
}

}  // namespace lemnos
