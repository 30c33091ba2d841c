// How long it takes to look through very many pictures, and how much memory.
//
//   bench_scan PICTURES FOLDER [CLASSES [PER_CLASS [keep]]]
//
// Makes FOLDER (which must not exist) with CLASSES x PER_CLASS hard links (2000 x 1000) to the files below PICTURES, on
// the same file system; scans it for the first time, again, and as a project with edits and saved parts; looks for what
// is wrong with it; then removes it unless it is to be kept for bench_data_page.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "model/data/project_file.h"
#include "model/doctor/doctor.h"
#include "model/files.h"

using namespace lemnos;
namespace fs = std::filesystem;

namespace {

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A line of /proc/self/status, in MB.
long memoryMb(const char* key) {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(key)) return std::atol(line.c_str() + line.find(':') + 1) / 1000;
    }
    return 0;
}

/// What follows is measured from here on.
void forgetPeak() {
    std::ofstream("/proc/self/clear_refs") << "5";
}

void report(const char* what, std::chrono::steady_clock::time_point start) {
    std::printf("%-34s %8.1f s   peak %5ld MB   after %5ld MB\n", what, secondsSince(start), memoryMb("VmHWM"),
                memoryMb("VmRSS"));
    std::fflush(stdout);
    forgetPeak();
}

template <class T>
T valueOrExit(Result<T> result) {
    if (result) return *std::move(result);
    std::fprintf(stderr, "bench_scan: %s\n", result.error().message.c_str());
    std::exit(1);
}

std::vector<fs::path> picturesBelow(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
        const std::string extension = entry.path().extension();
        if (entry.is_regular_file() && (extension == ".png" || extension == ".jpg")) files.push_back(entry.path());
    }
    return files;
}

/// Every class takes pictures from a place of its own in the list, so that no file gets too many links.
void makeLinks(const std::vector<fs::path>& pictures, const fs::path& folder, int classes, int perClass) {
    std::size_t next = 0;
    for (int label = 0; label < classes; ++label) {
        char name[32];
        std::snprintf(name, sizeof name, "class_%04d", label);
        fs::create_directories(folder / name);
        for (int i = 0; i < perClass; ++i, ++next) {
            const fs::path& picture = pictures[next % pictures.size()];
            std::snprintf(name, sizeof name, "class_%04d/%06d", label, i);
            fs::create_hard_link(picture, folder / (name + picture.extension().string()));
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "bench_scan PICTURES FOLDER [CLASSES [PER_CLASS [keep]]]\n");
        return 2;
    }
    const fs::path folder = argv[2], cache = folder.native() + "-cache", file = folder.native() + ".lemnos";
    const int classes = argc > 3 ? std::atoi(argv[3]) : 2000, perClass = argc > 4 ? std::atoi(argv[4]) : 1000;
    if (fs::exists(folder)) {
        std::fprintf(stderr, "bench_scan: %s exists already; name a new folder.\n", argv[2]);
        return 2;
    }
    const auto now = [] { return std::chrono::steady_clock::now(); };
    auto start = now();
    makeLinks(picturesBelow(argv[1]), folder, classes, perClass);
    report("linking", start);

    ScanOptions options{.cacheFolder = cache};
    {
        start = now();
        const DatasetIndex index = valueOrExit(scanDataset(folder, options));
        report("first scan", start);
        std::printf("%zu pictures in %zu classes, %zu left out\n", index.samples.size(), index.classes.size(),
                    index.problems.size());
        ProjectFile project{.sources = {folder}};
        project.sides = savedSplits(index);
        Edit edit;
        for (std::size_t i = 0; i < index.samples.size(); i += 1000) edit.files.push_back(keyOf(index.samples[i]));
        project.edits.push(edit);
        start = now();
        if (const Status status = writeProject(project, file); !status) return 1;
        report("saving the project", start);
    }
    {
        start = now();
        const DatasetIndex index = valueOrExit(scanDataset(folder, options));
        report("scan of what is known", start);
    }
    {
        start = now();
        const DatasetIndex index = valueOrExit(scanDataset(file, options));
        report("reopening the project", start);
        for (const bool quick : {true, false}) {
            start = now();
            const std::vector<Finding> findings = valueOrExit(examine(index, {.quick = quick}));
            report(quick ? "quick doctor" : "whole doctor", start);
            std::printf("%zu findings: %s\n", findings.size(), summary(findings).c_str());
        }
    }
    if (argc < 6) fs::remove_all(folder);
    fs::remove_all(cache);
    fs::remove(file);
    return 0;
}
