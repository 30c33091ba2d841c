#include "model/data/added_pictures.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "model/data/folder_listing.h"
#include "model/files.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

fs::path nameIn(const fs::path& folder, const fs::path& picture) {
    fs::path relative = picture.lexically_relative(folder);
    return relative.empty() || *relative.begin() == ".." ? picture : relative;
}

}  // namespace

fs::path addedList(const fs::path& project) {
    return fs::path(project).replace_extension(".added.csv");
}

std::vector<fs::path> notAmong(const DatasetIndex& index, const std::vector<fs::path>& pictures) {
    std::set<fs::path> known;
    std::set<std::string, std::less<>> names;  // most samples are told apart by the name alone, which makes no path
    for (const fs::path& picture : pictures) names.insert(picture.filename().native());
    for (const Sample& sample : index.samples) {
        const std::string_view path = sample.path;
        if (names.contains(path.substr(path.rfind('/') + 1)))
            known.insert(index.absolutePath(sample).lexically_normal());
    }
    std::vector<fs::path> others;
    std::ranges::copy_if(pictures, std::back_inserter(others),
                         [&](const fs::path& picture) { return !known.contains(picture.lexically_normal()); });
    return others;
}

Status appendToList(const fs::path& list, const std::vector<fs::path>& pictures, std::string_view label) {
    std::error_code code;
    std::string text = "path,label\n";
    if (fs::exists(list, code)) {
        TRY(text, readFile(list));
        if (!text.ends_with('\n')) text += '\n';
    }
    for (const fs::path& picture : pictures)
        text += listField(nameIn(list.parent_path(), picture).native()) + ',' + listField(label) + '\n';
    fs::create_directories(list.parent_path(), code);
    return writeAtomically(list, text);
}

}  // namespace lemnos
