// bench_loader FOLDER [--side N] [--batch N] [--threads N] [--passes N] [--augment]
//
// Images per second that the loader hands out as batches, with nobody else at work: decoded and resized from the files,
// and from the picture cache. One line of JSON for each pass; tests/bench/compare_loaders.py reads them.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "model/data/batch_loader.h"
#include "model/files.h"

using namespace lemnos;

namespace {

using Clock = std::chrono::steady_clock;

struct Arguments {
    std::filesystem::path folder;
    int side = 64, batch = 64, threads = 0, passes = 3;
    bool augment = false;
};

int numberAfter(char** argument) {
    return argument[1] ? std::max(1, std::atoi(argument[1])) : 1;
}

Arguments parse(char** argument) {
    Arguments arguments;
    for (++argument; *argument; ++argument) {
        const std::string_view name = *argument;
        int* number = name == "--side"      ? &arguments.side
                      : name == "--batch"   ? &arguments.batch
                      : name == "--threads" ? &arguments.threads
                      : name == "--passes"  ? &arguments.passes
                                            : nullptr;
        if (number) {
            *number = numberAfter(argument);
            argument += argument[1] ? 1 : 0;
        } else if (name == "--augment") {
            arguments.augment = true;
        } else {
            arguments.folder = *argument;
        }
    }
    return arguments;
}

/// One shuffled pass, as an epoch of training has it.
void measure(const char* from, const DatasetIndex& index, const std::vector<std::uint32_t>& samples,
             const Preprocess& preprocess, const Arguments& arguments, PixelCache* cache) {
    for (int pass = 0; pass < arguments.passes; ++pass) {
        const auto start = Clock::now();
        std::size_t images = 0;
        BatchLoader loader(index, samples, preprocess,
                           {.batch = arguments.batch,
                            .epoch = static_cast<std::uint32_t>(pass),
                            .training = true,
                            .threads = arguments.threads},
                           cache);
        while (const auto batch = loader.next()) images += batch->count;
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        std::printf(
            "{\"from\": \"%s\", \"pass\": %d, \"side\": %d, \"augment\": %s, \"images\": %zu, "
            "\"images_per_s\": %.1f}\n",
            from, pass, arguments.side, arguments.augment ? "true" : "false", images,
            static_cast<double>(images) / seconds);
        std::fflush(stdout);
    }
}

int fail(const Error& error) {
    std::fprintf(stderr, "bench_loader: %s\n", error.message.c_str());
    return 1;
}

}  // namespace

int main(int, char** argv) {
    const Arguments arguments = parse(argv);
    if (arguments.folder.empty()) return fail({"Name a folder of class folders."});
    const auto index = scanDataset(arguments.folder);
    if (!index) return fail(index.error());
    std::vector<std::uint32_t> samples(index->samples.size());
    for (std::uint32_t i = 0; i < samples.size(); ++i) samples[i] = i;
    Preprocess preprocess;
    preprocess.width = preprocess.height = arguments.side;
    if (arguments.augment)
        preprocess.augment = {{"crop", {{"area", 0.3}}}, {"flip_horizontal", {{"probability", 0.5}}}};
    measure("files", *index, samples, preprocess, arguments, nullptr);

    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("bench_loader-" + std::to_string(::getpid()));
    const auto started = Clock::now();
    auto cache = PixelCache::open(
        *index, preprocess,
        {.folder = folder, .limitBytes = cacheFileBytes(samples.size(), preprocess), .threads = arguments.threads});
    if (!cache) return fail(cache.error());
    std::printf("{\"from\": \"building the cache\", \"images\": %zu, \"images_per_s\": %.1f}\n", cache->count(),
                static_cast<double>(cache->count()) / std::chrono::duration<double>(Clock::now() - started).count());
    measure("cache", *index, samples, preprocess, arguments, &*cache);
    std::error_code code;
    std::filesystem::remove_all(folder, code);
    return 0;
}
