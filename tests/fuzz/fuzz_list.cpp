// Fuzzes CSV and TSV lists: every picture that is accepted has a path and a class.
#include <unistd.h>

#include <cstdint>
#include <fstream>

#include "model/data/folder_listing.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lemnos;
    static const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("lemnos-fuzz-list-" + std::to_string(getpid()) + ".csv");
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    TextStore paths;
    const auto listing = listFile(file, paths);
    std::filesystem::remove(file);
    REQUIRE(listing.ok() || !listing.error().message.empty());
    if (!listing) return 0;
    for (const auto& [label, files] : listing->classes) {
        REQUIRE(!label.empty() && !files.empty());
        for (const ListedFile& one : files) REQUIRE(!one.path.empty() && one.path.find('\0') == one.path.npos);
    }
    return 0;
}
