// Fuzzes split.tsv: whatever is accepted leaves every picture in one of the three parts, and is read as what it wrote.
#include <unistd.h>

#include <cstdint>
#include <fstream>

#include "model/data/dataset_index.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace lemnos;
    static const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("lemnos-fuzz-splits-" + std::to_string(getpid()) + ".tsv");
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));

    DatasetIndex index;
    index.classes = {"a", "b"};
    for (const char* path : {"a/1.png", "a/\u56fe 2.png", "b/caf\xe9.png", "b/4\t.png"}) {
        index.samples.push_back({path, path[0] == 'a' ? 0u : 1u, Split::train, 8, 8});
    }
    const Status loaded = loadSplits(index, file);
    REQUIRE(loaded.ok() || !loaded.error().message.empty());
    REQUIRE(index.count(Split::train) + index.count(Split::validation) + index.count(Split::test) == 4);
    if (!loaded) REQUIRE(index.count(Split::train) == 4);
    std::filesystem::remove(file);
    return 0;
}
