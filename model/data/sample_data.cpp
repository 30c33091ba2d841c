// Writing the sample data set: all files first into a folder beside their place, then moved there.
#include "model/data/sample_data.h"

#include <atomic>
#include <fstream>
#include <string>
#include <system_error>

#include "model/data/parallel.h"
#include "model/data/sample_picture.h"
#include "model/data/sample_shapes.h"
#include "model/files.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

// Hidden, so that no scan takes them for classes.
constexpr std::string_view markerName = ".lemnos-sample-data";
constexpr std::string_view partialName = ".lemnos-sample-data-partial";

std::string markerText(const SampleDataOptions& options) {
    return "lemnos-sample-data 1\nimages " + std::to_string(options.imagesPerClass) + "\nsize " +
           std::to_string(options.sizePixels) + "\nseed " + std::to_string(options.seed) + "\n";
}

Error folderError(const fs::path& folder, const std::string& reason) {
    return {"The sample data can't be written to " + displayPath(folder) + ": " + reason, displayPath(folder)};
}

Error folderError(const fs::path& folder, const std::error_code& code) {
    return folderError(folder, code.message() + ". Choose another folder, or free some space.");
}

/// The folder is missing, empty, or holds the sample data of the same options.
Status checkPlace(const fs::path& folder, const SampleDataOptions& options) {
    std::error_code code;
    if (!fs::exists(folder, code)) return {};
    if (!fs::is_directory(folder, code)) return folderError(folder, "it is a file. Choose another folder.");
    if (fs::exists(folder / markerName, code)) {
        const auto text = readFile(folder / markerName);
        if (text && *text == markerText(options)) return {};
        return folderError(folder,
                           "it holds sample data made with other settings. Choose another folder, or delete it.");
    }
    for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
        if (it->path().filename() != partialName)
            return folderError(folder, "it holds other files. Choose another folder.");
    }
    return code ? Status(folderError(folder, code)) : Status();
}

std::string fileName(std::size_t number) {
    const std::string digits = std::to_string(number);
    return std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits + ".png";
}

/// Not brought to the disk one by one, which would take minutes: what counts is that they are complete when moved.
bool writePlain(const fs::path& file, const std::vector<std::uint8_t>& bytes) {
    std::ofstream stream(file, std::ios::binary);
    stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    return !stream.fail();
}

Status drawAll(const fs::path& partial, const SampleDataOptions& options) {
    const auto shapes = sampleShapes();
    const auto perClass = static_cast<std::size_t>(options.imagesPerClass);
    std::error_code code;
    for (const SampleShape& shape : shapes) {
        if (fs::create_directories(partial / shape.name, code); code) return folderError(partial, code);
    }
    std::atomic<bool> failed = false;
    const auto work = [&](std::size_t i) {
        const std::size_t label = i / perClass, number = i % perClass;
        const Image image = drawSample(shapes[label], options.sizePixels, options.seed,
                                       static_cast<std::uint32_t>(label), static_cast<std::uint32_t>(number));
        if (!failed && !writePlain(partial / shapes[label].name / fileName(number), encodePng(image))) failed = true;
    };
    TRY_OK(parallelFor(shapes.size() * perClass, work, {0, options.stop, options.progress}));
    if (failed)
        return folderError(partial.parent_path(), "a file could not be written. Free some space, and try again.");
    return {};
}

/// Moves whole class folders where there is none yet, else file by file.
Status moveInto(const fs::path& partial, const fs::path& folder, const SampleDataOptions& options) {
    std::error_code code;
    for (const SampleShape& shape : sampleShapes()) {
        const fs::path from = partial / shape.name, to = folder / shape.name;
        if (!fs::exists(to, code)) {
            if (fs::rename(from, to, code); code) return folderError(folder, code);
            continue;
        }
        for (std::size_t i = 0; i < static_cast<std::size_t>(options.imagesPerClass); ++i) {
            if (fs::rename(from / fileName(i), to / fileName(i), code); code) return folderError(folder, code);
        }
    }
    return {};
}

Status fillFolder(const fs::path& folder, const SampleDataOptions& options) {
    const fs::path partial = folder / partialName;
    TRY_OK(drawAll(partial, options));
    TRY_OK(writeAtomically(folder / markerName, markerText(options)));
    return moveInto(partial, folder, options);
}

}  // namespace

Status makeSampleData(const fs::path& folder, const SampleDataOptions& options) {
    if (options.imagesPerClass < 1 || options.imagesPerClass > 100'000)
        return folderError(folder, "the number of pictures per class must be from 1 to 100,000.");
    if (options.sizePixels < 8 || options.sizePixels > 1024)
        return folderError(folder, "the size must be from 8 to 1,024 pixels.");
    TRY_OK(checkPlace(folder, options));
    std::error_code code;
    const bool isNew = !fs::exists(folder, code);
    if (fs::create_directories(folder, code); code) return folderError(folder, code);
    fs::remove_all(folder / partialName, code);
    const Status status = fillFolder(folder, options);
    fs::remove_all(folder / partialName, code);
    if (!status && isNew) fs::remove(folder, code);  // succeeds only while it is empty
    return status;
}

}  // namespace lemnos
