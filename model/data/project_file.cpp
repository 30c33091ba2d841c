// ProjectFile to JSON and back.
#include "model/data/project_file.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "model/data/hash.h"
#include "model/files.h"
#include "model/json_fields.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

using nlohmann::json;

constexpr std::string_view formatName = "lemnos-project";
constexpr std::int64_t formatVersion = 1;
constexpr std::size_t hashDigits = 16;
constexpr std::size_t mostSources = 1000;

/// Hashes as one text, 16 digits each: 32 MB for two million pictures, which JSON libraries read at once.
std::string hashesToText(const std::vector<std::uint64_t>& hashes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(hashes.size() * hashDigits);
    for (const std::uint64_t hash : hashes) {
        for (int shift = 60; shift >= 0; shift -= 4) text += digits[hash >> shift & 15];
    }
    return text;
}

std::optional<std::vector<std::uint64_t>> hashesFromText(std::string_view text) {
    if (text.size() % hashDigits != 0) return std::nullopt;
    std::vector<std::uint64_t> hashes(text.size() / hashDigits);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        const char* first = text.data() + i * hashDigits;
        if (std::from_chars(first, first + hashDigits, hashes[i], 16).ptr != first + hashDigits) return std::nullopt;
    }
    std::ranges::sort(hashes);
    return hashes;
}

json toJson(const SplitOptions& split) {
    return {{"seed", split.seed},
            {"validation_share", split.validationShare},
            {"test_share", split.testShare},
            {"unit", toString(split.unit)},
            {"pattern", split.pattern},
            {"ignore_folders", split.ignoreFolders},
            {"folds", split.folds},
            {"fold", split.fold}};
}

Result<SplitOptions> splitFromJson(const json& object) {
    JsonFields fields(object, "The project's split");
    fields.allowOnly({"seed", "validation_share", "test_share", "unit", "pattern", "ignore_folders", "folds", "fold"});
    SplitOptions split;
    split.seed = static_cast<std::uint64_t>(fields.count("seed"));
    split.validationShare = fields.real("validation_share");
    split.testShare = fields.real("test_share");
    const std::string unit = fields.text("unit");
    split.pattern = fields.text("pattern");
    split.ignoreFolders = fields.flag("ignore_folders");
    split.folds = static_cast<int>(fields.integer("folds", 0, 100));
    split.fold = static_cast<int>(fields.integer("fold", 1, 100));
    const auto share = [](double value) { return value >= 0 && value <= 0.95; };
    if (fields.status() && !(share(split.validationShare) && share(split.testShare)))
        fields.fail("validation_share", "and test_share must be from 0 to 0.95");
    using Unit = SplitOptions::Unit;
    bool known = false;
    for (const Unit u : {Unit::picture, Unit::folder, Unit::name}) {
        if (unit != toString(u)) continue;
        split.unit = u;
        known = true;
    }
    if (fields.status() && !known) fields.fail("unit", "must be picture, folder or name");
    TRY_OK(fields.status());
    TRY_OK(checkSplitOptions(split));
    return split;
}

json sourceToJson(const fs::path& source, const fs::path& folder) {
    json object = {{"absolute", bytesToJson(source.native())}};
    const fs::path relative = source.lexically_relative(folder);
    if (!relative.empty()) object["path"] = bytesToJson(relative.native());
    return object;
}

std::optional<fs::path> sourceFromJson(const json& object, const fs::path& folder) {
    if (!object.is_object()) return std::nullopt;
    std::optional<fs::path> absolute, relative;
    std::error_code code;
    if (object.contains("absolute")) {
        auto bytes = bytesFromJson(object["absolute"]);
        if (!bytes) return std::nullopt;
        absolute = fs::path(*bytes);
    }
    if (object.contains("path")) {
        auto bytes = bytesFromJson(object["path"]);
        if (!bytes) return std::nullopt;
        relative = (folder / *bytes).lexically_normal();
    }
    if (relative && (!absolute || fs::exists(*relative, code) || !fs::exists(*absolute, code))) return relative;
    return absolute;
}

Result<std::vector<Edit>> editsFromJson(const json& list) {
    if (!list.is_array()) return Error{"The project's edits must be a list.", "edits"};
    std::vector<Edit> edits;
    for (const json& item : list) {
        TRY(Edit edit, editFromJson(item));
        edits.push_back(std::move(edit));
    }
    return edits;
}

json editsToJson(std::span<const Edit> edits) {
    json list = json::array();
    for (const Edit& edit : edits) list.push_back(toJson(edit));
    return list;
}

Result<SavedSplits> sidesFromJson(const json& object) {
    JsonFields fields(object, "The project's sides");
    fields.allowOnly({"train", "val", "test"});
    SavedSplits splits;
    for (std::size_t i = 0; i < splits.parts.size(); ++i) {
        const std::string_view key = toString(static_cast<Split>(i));
        const json& value = fields.value(key);
        TRY_OK(fields.status());
        auto hashes = value.is_string() ? hashesFromText(value.get_ref<const std::string&>()) : std::nullopt;
        if (!hashes) fields.fail(key, "must be content hashes of 16 digits each");
        if (hashes) splits.parts[i] = *std::move(hashes);
    }
    TRY_OK(fields.status());
    return splits;
}

Status checkFormat(const json& object) {
    JsonFields fields(object, "The project file");
    const std::string format = fields.text("format");
    if (fields.status() && format != formatName) fields.fail("format", "is not " + std::string(formatName));
    const std::int64_t version = fields.integer("version", 1, INT64_MAX);
    if (fields.status() && version > formatVersion)
        return Error{"The project was saved by a newer version of Lemnos (format " + std::to_string(version) +
                         "); this one knows format " + std::to_string(formatVersion) +
                         ". Update Lemnos to open it; the file was not changed.",
                     "version"};
    fields.allowOnly({"format", "version", "sources", "edits", "undone", "split", "sides", "workspace"});
    return fields.status();
}

Result<ProjectFile> projectFromJson(const json& object, const fs::path& folder) {
    TRY_OK(checkFormat(object));
    ProjectFile project;
    const json sources = object.value("sources", json());
    if (!sources.is_array() || sources.empty() || sources.size() > mostSources)
        return Error{"The project names no source of pictures; its \"sources\" must be a list of folders.", "sources"};
    for (const json& item : sources) {
        auto source = sourceFromJson(item, folder);
        if (!source || source->empty())
            return Error{"The project's \"sources\" must name folders or lists by \"path\" or \"absolute\".",
                         "sources"};
        project.sources.push_back(*std::move(source));
    }
    TRY(std::vector<Edit> done, editsFromJson(object.value("edits", json::array())));
    TRY(std::vector<Edit> undone, editsFromJson(object.value("undone", json::array())));
    project.edits = EditHistory::from(std::move(done), std::move(undone));
    if (object.contains("split")) {
        TRY(project.split, splitFromJson(object["split"]));
    }
    if (object.contains("sides")) {
        TRY(project.sides, sidesFromJson(object["sides"]));
    }
    project.workspace = object.value("workspace", json());
    if (!project.workspace.is_object() && !project.workspace.is_null())
        return Error{"The project's \"workspace\" must be an object.", "workspace"};
    return project;
}

}  // namespace

SavedSplits savedSplits(const DatasetIndex& index) {
    SavedSplits splits;
    for (const Sample& sample : index.samples) {
        if (sample.hash != 0) splits.parts[static_cast<std::size_t>(sample.split)].push_back(sample.hash);
    }
    for (auto& part : splits.parts) {
        std::ranges::sort(part);
        part.erase(std::unique(part.begin(), part.end()), part.end());
    }
    return splits;
}

void restoreSplits(DatasetIndex& index, const SavedSplits& splits) {
    if (splits.empty()) return;
    for (Sample& sample : index.samples) {
        if (sample.given || sample.hash == 0) continue;
        const auto holds = [&](Split split) {
            return std::ranges::binary_search(splits.parts[static_cast<std::size_t>(split)], sample.hash);
        };
        // Copies of a picture on several sides: each stays where it is.
        if (holds(sample.split)) continue;
        for (const Split split : {Split::train, Split::validation, Split::test}) {
            if (holds(split)) sample.split = split;
        }
    }
}

bool isProjectName(const fs::path& path) {
    return path.extension() == ".lemnos";
}

fs::path unnamedProject(const std::vector<fs::path>& sources) {
    std::string all;
    for (const fs::path& source : sources) all += source.native() + '\0';
    const std::string name = sources.empty() ? std::string() : sources.front().stem().native();
    return projectsFolder() / (name + "-" + hashesToText({contentHash(all)}) + ".lemnos");
}

std::string projectText(const ProjectFile& project, const fs::path& folder) {
    json object = {{"format", formatName}, {"version", formatVersion}, {"split", toJson(project.split)}};
    json& sources = object["sources"] = json::array();
    for (const fs::path& source : project.sources) sources.push_back(sourceToJson(source, folder));
    object["edits"] = editsToJson(project.edits.done());
    if (project.edits.canRedo()) object["undone"] = editsToJson(project.edits.undone());
    if (!project.sides.empty()) {
        json& sides = object["sides"] = json::object();
        for (std::size_t i = 0; i < project.sides.parts.size(); ++i)
            sides[std::string(toString(static_cast<Split>(i)))] = hashesToText(project.sides.parts[i]);
    }
    if (project.workspace.is_object()) object["workspace"] = project.workspace;
    return object.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<ProjectFile> projectFromText(std::string_view text, const fs::path& folder) {
    const json object = json::parse(text, nullptr, false);
    if (object.is_discarded())
        return Error{"It is not a project, or it is damaged. Restore it from a backup, or begin a new project.", {}};
    return projectFromJson(object, folder);
}

Result<ProjectFile> readProject(const fs::path& file) {
    std::error_code code;
    if (fs::status(file, code).type() == fs::file_type::not_found)
        return Error{
            "There is no project " + displayPath(file) + ". Check the path, or connect the drive that holds it.",
            displayPath(file)};
    TRY(const std::string text, readFile(file));
    auto project = projectFromText(text, fs::absolute(file, code).parent_path());
    if (!project) return Error{displayPath(file) + ": " + project.error().message, project.error().where};
    return project;
}

Status writeProject(const ProjectFile& project, const fs::path& file) {
    std::error_code code;
    return writeAtomically(file, projectText(project, fs::absolute(file, code).parent_path()));
}

Result<DatasetIndex> arranged(DatasetIndex scanned, const ProjectFile& project) {
    TRY_OK(checkSplitOptions(project.split));
    if (project.split.ignoreFolders) {
        for (Sample& sample : scanned.samples) sample.given.reset();
        scanned.preSplit = false;
    }
    applyEdits(scanned, project.edits.done());
    assignSplits(scanned, project.split);
    restoreSplits(scanned, project.sides);
    leaveOutUntrainedClasses(scanned);
    TRY_OK(checkDataset(scanned));
    return scanned;
}

}  // namespace lemnos
