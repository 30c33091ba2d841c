// Writes inputs for the fuzz programs: seeds_to_files DIR, then fuzz_event DIR/fuzz_event
#include <filesystem>
#include <fstream>

#include "tests/fuzz/seeds.h"

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    for (const auto& [name, seeds] : lemnos::test::fuzzSeeds()) {
        const std::filesystem::path folder = std::filesystem::path(argv[1]) / name;
        std::filesystem::create_directories(folder);
        for (std::size_t i = 0; i < seeds.size(); ++i) {
            std::ofstream(folder / std::to_string(i), std::ios::binary) << seeds[i];
        }
    }
    return 0;
}
