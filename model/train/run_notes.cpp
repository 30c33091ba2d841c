// notes.json of a run.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/files.h"
#include "model/json_fields.h"
#include "model/train/run_summary.h"

namespace lemnos {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* notesName = "notes.json";
constexpr std::size_t longest = 1 << 20;  // bytes of notes

}  // namespace

Result<RunNotes> readNotes(const fs::path& run) {
    std::error_code code;
    const fs::path file = run / notesName;
    if (!fs::exists(file, code)) return RunNotes{};
    if (const auto size = fs::file_size(file, code); code || size > longest)
        return Error{displayPath(file) + " does not hold the notes of a run; it is too large.", displayPath(file)};
    TRY(const std::string text, readFile(file));
    const json object = json::parse(text, nullptr, false);
    JsonFields fields(object, displayPath(file));
    RunNotes notes;
    notes.text = fields.text("notes");
    const json& tags = fields.value("tags");
    if (fields.status() && !tags.is_array()) fields.fail("tags", "must be a list");
    for (const json& tag : fields.status() ? tags : json::array()) {
        if (!tag.is_string()) {
            fields.fail("tags", "must be texts");
            break;
        }
        notes.tags.push_back(tag.get<std::string>());
    }
    TRY_OK(fields.status());
    return notes;
}

Status writeNotes(const fs::path& run, const RunNotes& notes) {
    const fs::path file = run / notesName;
    if (notes == RunNotes{}) {
        std::error_code code;
        fs::remove(file, code);
        return {};
    }
    const json object{{"notes", notes.text}, {"tags", notes.tags}};
    return writeAtomically(file, object.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

std::vector<std::string> tagsFromText(std::string_view text) {
    std::vector<std::string> tags;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(",;"), text.size());
        std::string_view tag = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto first = tag.find_first_not_of(" \t\n");
        if (first == tag.npos) continue;
        tag = tag.substr(first, tag.find_last_not_of(" \t\n") - first + 1);
        if (std::ranges::find(tags, tag) == tags.end()) tags.emplace_back(tag);
    }
    return tags;
}

}  // namespace lemnos
