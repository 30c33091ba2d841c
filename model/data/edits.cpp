// Edits: names, JSON, checking and history. Applying them is in apply_edits.cpp.
#include "model/data/edits.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>

#include "model/json_fields.h"
#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {

namespace {

using nlohmann::json;

constexpr std::string_view kindNames[] = {"exclude",       "include", "relabel", "assign",
                                          "exclude_class", "rename",  "merge",   "accept"};
constexpr std::size_t longestName = 255;  // what file systems allow, because a class may become a folder

bool hasFiles(Edit::Kind kind) {
    using enum Edit::Kind;
    return kind == exclude || kind == include || kind == relabel || kind == assign || kind == accept;
}

bool hasFrom(Edit::Kind kind) {
    using enum Edit::Kind;
    return kind == excludeClass || kind == rename || kind == merge || kind == accept;
}

bool hasTo(Edit::Kind kind) {
    using enum Edit::Kind;
    return kind == relabel || kind == rename || kind == merge;
}

std::optional<FileKey> keyFromJson(const json& value) {
    if (!value.is_array() || value.size() != 3 || !value[0].is_number_unsigned() || !value[2].is_string()) return {};
    const auto source = value[0].get<std::uint64_t>();
    auto path = bytesFromJson(value[1]);
    const std::string& hash = value[2].get_ref<const std::string&>();
    FileKey key;
    const char* end = hash.data() + hash.size();
    const auto parsed = std::from_chars(hash.data(), end, key.hash, 16);
    if (source > UINT16_MAX || !path || parsed.ec != std::errc() || parsed.ptr != end) return {};
    key.source = static_cast<std::uint16_t>(source);
    key.path = *std::move(path);
    return key;
}

json toJson(const FileKey& key) {
    char digits[16];
    const std::to_chars_result result = std::to_chars(digits, digits + sizeof digits, key.hash, 16);
    return {key.source, bytesToJson(key.path), std::string(digits, result.ptr)};
}

std::string files(const Edit& edit) {
    return std::to_string(edit.files.size()) + (edit.files.size() == 1 ? " picture" : " pictures");
}

/// Also a class that is left out for now.
bool hasClass(const DatasetIndex& index, const std::string& name) {
    return std::ranges::find(index.classes, name) != index.classes.end() ||
           std::ranges::any_of(index.problems, [&](const FileProblem& p) { return p.wholeClass && p.path == name; });
}

}  // namespace

FileKey keyOf(const Sample& sample) {
    return {sample.source, std::string(sample.path), sample.hash};
}

std::string_view toString(Edit::Kind kind) {
    return kindNames[static_cast<std::size_t>(kind)];
}

std::string describe(const Edit& edit) {
    switch (edit.kind) {
        case Edit::Kind::exclude:
            return "Exclude " + files(edit);
        case Edit::Kind::include:
            return "Bring back " + files(edit);
        case Edit::Kind::relabel:
            return "Label " + files(edit) + " \"" + edit.to + "\"";
        case Edit::Kind::assign:
            return "Move " + files(edit) + " to " + std::string(toString(edit.split));
        case Edit::Kind::excludeClass:
            return "Exclude class \"" + edit.from + "\"";
        case Edit::Kind::rename:
            return "Rename \"" + edit.from + "\" to \"" + edit.to + "\"";
        case Edit::Kind::merge:
            return "Merge \"" + edit.from + "\" into \"" + edit.to + "\"";
        case Edit::Kind::accept:
            return edit.files.empty() ? "Mark \"" + (edit.to.empty() ? edit.from : edit.to) + "\" as fine"
                                      : "Mark " + files(edit) + " as fine";
    }
    return {};
}

json toJson(const Edit& edit) {
    json object = {{"kind", toString(edit.kind)}};
    if (hasFrom(edit.kind)) object["from"] = edit.from;
    if (hasTo(edit.kind) || !edit.to.empty()) object["to"] = edit.to;
    if (edit.kind == Edit::Kind::assign) object["split"] = toString(edit.split);
    if (hasFiles(edit.kind)) {
        json& list = object["files"] = json::array();
        for (const FileKey& key : edit.files) list.push_back(toJson(key));
    }
    return object;
}

Result<Edit> editFromJson(const json& object) {
    JsonFields fields(object, "An edit of the project");
    Edit edit;
    const std::string kind = fields.text("kind");
    const auto found = std::ranges::find(kindNames, kind);
    if (found == std::end(kindNames)) {
        fields.fail("kind", "is not a known kind of edit");
        return fields.status().error();
    }
    edit.kind = static_cast<Edit::Kind>(found - std::begin(kindNames));
    if (hasFrom(edit.kind)) edit.from = fields.text("from");
    if (hasTo(edit.kind) || fields.has("to")) edit.to = fields.text("to");
    if (fields.status() && hasTo(edit.kind) && edit.to.empty()) fields.fail("to", "is empty; name a class");
    if (edit.kind == Edit::Kind::assign) {
        const auto split = splitFromString(fields.text("split"));
        if (!split)
            fields.fail("split", "must be train, val or test");
        else
            edit.split = *split;
    }
    if (hasFiles(edit.kind)) {
        const json& list = fields.value("files");
        if (fields.status() && !list.is_array()) fields.fail("files", "must be a list");
        for (std::size_t i = 0; fields.status() && i < list.size(); ++i) {
            auto key = keyFromJson(list[i]);
            if (key)
                edit.files.push_back(*std::move(key));
            else
                fields.fail("files", "must name files as [source, path, content]");
        }
    }
    if (!fields.status()) return fields.status().error();
    return edit;
}

Status checkEdit(const DatasetIndex& index, const Edit& edit) {
    const bool fromClass = hasFrom(edit.kind) && edit.kind != Edit::Kind::accept;
    if (fromClass && !hasClass(index, edit.from))
        return phrasedError(
            {LEMNOS_TEXT("There is no class \"%1\"; choose one of the data."), {Phrase::name(edit.from)}}, edit.from);
    if (edit.kind == Edit::Kind::merge && !hasClass(index, edit.to))
        return phrasedError(
            {LEMNOS_TEXT("There is no class \"%1\" to merge into; choose one of the data."), {Phrase::name(edit.to)}},
            edit.to);
    if (edit.kind == Edit::Kind::merge && edit.from == edit.to)
        return Error{LEMNOS_TEXT("A class can't be merged into itself; choose another one."), edit.to};
    if (edit.kind == Edit::Kind::rename && edit.from != edit.to && hasClass(index, edit.to))
        return phrasedError(
            {LEMNOS_TEXT("There is a class \"%1\" already; merge the two instead."), {Phrase::name(edit.to)}}, edit.to);
    if (hasTo(edit.kind) && (edit.to.empty() || edit.to == "." || edit.to == ".." || edit.to.size() > longestName ||
                             edit.to.find('/') != std::string::npos))
        return phrasedError(
            {LEMNOS_TEXT("\"%1\" can't be the name of a class; use letters, digits and spaces, and no slash."),
             {Phrase::name(edit.to)}},
            edit.to);
    const bool ofClass = edit.kind == Edit::Kind::accept;  // what a check says of a class, or of all of them
    if (hasFiles(edit.kind) && !ofClass && edit.files.empty())
        return Error{LEMNOS_TEXT("No picture is chosen; choose some first."), {}};
    return {};
}

void EditHistory::push(Edit edit) {
    m_edits.resize(m_done);
    m_edits.push_back(std::move(edit));
    ++m_done;
}

void EditHistory::undo() {
    if (canUndo()) --m_done;
}

void EditHistory::redo() {
    if (canRedo()) ++m_done;
}

void EditHistory::clear() {
    m_edits.clear();
    m_done = 0;
}

EditHistory EditHistory::from(std::vector<Edit> done, std::vector<Edit> undone) {
    EditHistory history;
    history.m_done = done.size();
    history.m_edits = std::move(done);
    std::ranges::move(undone, std::back_inserter(history.m_edits));
    return history;
}

}  // namespace lemnos
