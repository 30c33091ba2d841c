// listFile(): CSV and TSV lists of pictures.
#include <algorithm>
#include <array>
#include <set>

#include "model/data/folder_listing.h"
#include "model/files.h"
#include "model/text.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longestPath = 4096;  // PATH_MAX, beyond which no file can be opened

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \r");
    return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \r") - first + 1);
}

/// Fields of one record as RFC 4180 has them; `rest` loses it. A quote that is never closed gives nothing.
std::optional<std::vector<std::string>> takeRecord(std::string_view& rest, char separator) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    std::size_t i = 0;
    for (; i < rest.size() && (quoted || rest[i] != '\n'); ++i) {
        const char c = rest[i];
        if (quoted && c == '"' && i + 1 < rest.size() && rest[i + 1] == '"') {
            fields.back() += '"';
            ++i;
        } else if (quoted) {
            if (c == '"')
                quoted = false;
            else
                fields.back() += c;
        } else if (c == '"' && trimmed(fields.back()).empty()) {
            fields.back().clear();
            quoted = true;
        } else if (c == separator) {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    if (quoted) return std::nullopt;
    rest.remove_prefix(std::min(rest.size(), i + 1));
    for (std::string& field : fields) field = trimmed(field);
    return fields;
}

/// Which field of a line is what.
struct Columns {
    std::size_t path = 0, label = 1;
    std::optional<std::size_t> split = 2;
};

std::optional<std::size_t> columnNamed(const std::vector<std::string>& fields,
                                       std::initializer_list<std::string_view> names) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (std::ranges::find(names, lowerCase(fields[i])) != names.end()) return i;
    }
    return std::nullopt;
}

/// The columns that a first line names, or nothing where it is a picture already.
std::optional<Columns> columnsOf(const std::vector<std::string>& fields) {
    const auto path = columnNamed(fields, {"path", "file", "filename", "file_name", "image", "image_path", "filepath"});
    const auto label = columnNamed(fields, {"label", "class", "class_name", "category", "target"});
    if (!path || !label) return std::nullopt;
    return Columns{*path, *label, columnNamed(fields, {"split", "set", "subset", "part"})};
}

char separatorOf(std::string_view text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    constexpr std::string_view candidates = "\t;,";  // a comma may be in a name, the others hardly are
    const auto found = std::ranges::find_if(candidates, [&](char c) { return line.find(c) != line.npos; });
    return found == candidates.end() ? ',' : *found;
}

class ListReader {
  public:
    ListReader(const fs::path& file, TextStore& paths) : m_file(file), m_paths(paths) {}

    Result<FolderListing> read() {
        TRY(const std::string text, readFile(m_file));
        std::string_view rest = text;
        if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
        const char separator = separatorOf(rest);
        for (std::size_t line = 1; !rest.empty(); ++line) {
            const std::string_view before = rest;
            auto fields = takeRecord(rest, separator);
            if (!fields) return lineError(line, "has a quotation mark that is never closed");
            const auto taken = before.substr(0, before.size() - rest.size());
            if (fields->size() > 1 || !fields->front().empty()) TRY_OK(take(*fields, line));
            line += static_cast<std::size_t>(std::ranges::count(taken.substr(0, taken.size() - 1), '\n'));
        }
        for (auto& [name, files] : m_listing.classes) std::ranges::sort(files, {}, &ListedFile::path);
        return std::move(m_listing);
    }

  private:
    Status take(const std::vector<std::string>& fields, std::size_t line) {
        if (const auto named = m_first ? columnsOf(fields) : std::nullopt) {
            m_columns = *named;
            m_first = false;
            return {};
        }
        m_first = false;
        const auto field = [&](std::size_t i) { return i < fields.size() ? fields[i] : std::string(); };
        const std::string path = field(m_columns.path), label = field(m_columns.label);
        if (path.empty() || path.size() > longestPath || path.find('\0') != path.npos)
            return lineError(line, "has no path of a picture");
        if (label.empty()) return lineError(line, "has no class");
        std::optional<Split> given;
        if (m_columns.split && !field(*m_columns.split).empty()) {
            given = splitOfFolder(field(*m_columns.split));
            if (!given)
                return lineError(line, "puts its picture into \"" + toUtf8(field(*m_columns.split)) +
                                           "\", which is none of train, val and test");
        }
        const std::string_view kept = m_paths.keep(path);
        if (m_seen.insert(kept).second)
            m_listing.classes[label].push_back({kept, given});
        else
            m_listing.problems.push_back({path, "It is in the list twice; the first line counts."});
        return {};
    }

    Error lineError(std::size_t line, const std::string& what) const {
        const std::string name = displayPath(m_file);
        return {name + ", line " + std::to_string(line) + " " + what +
                    ". Each line needs the path of a picture and its class, with a comma or a tab between.",
                name};
    }

    fs::path m_file;
    TextStore& m_paths;
    FolderListing m_listing;
    std::set<std::string_view> m_seen;
    Columns m_columns;
    bool m_first = true;
};

}  // namespace

std::string listField(std::string_view text) {
    std::string field = "\"";
    for (const char c : text) field.append(c == '"' ? 2 : 1, c);
    return field + '"';
}

Result<FolderListing> listFile(const fs::path& file, TextStore& paths) {
    return ListReader(file, paths).read();
}

bool isListName(const fs::path& file) {
    const std::string extension = lowerCase(file.extension().native());
    return extension == ".csv" || extension == ".tsv" || extension == ".txt";
}

}  // namespace lemnos
