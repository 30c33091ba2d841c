// split.tsv: which picture is in which part.
#include <charconv>
#include <unordered_map>
#include <utility>

#include "model/data/dataset_index.h"
#include "model/files.h"
#include "model/text.h"

namespace lemnos {

namespace {

constexpr std::string_view header = "split\tpath\tcontent\n";
constexpr std::string_view oldHeader = "split\tpath\n";  // before pictures were known by their content

Error lineError(const std::filesystem::path& file, std::size_t line) {
    const std::string name = displayPath(file);
    return {name + ", line " + std::to_string(line) +
                ": expected train, val or test, a tab and the path of a picture. The file was changed or damaged; " +
                "restore it, or start a new run.",
            name};
}

std::string hexadecimal(std::uint64_t value) {
    char digits[16];
    return {digits, std::to_chars(digits, digits + sizeof digits, value, 16).ptr};
}

/// A line of the file.
struct Line {
    Split split = Split::train;
    std::string path;
    std::uint64_t hash = 0;  ///< 0: not known
};

std::optional<Line> lineFrom(std::string_view text, std::size_t fieldCount) {
    const std::vector<std::string_view> fields = parted(text, '\t');
    if (fields.size() != fieldCount) return std::nullopt;
    const auto split = splitFromString(fields[0]);
    auto path = unescaped(fields[1]);
    if (!split || !path) return std::nullopt;
    Line line{*split, *std::move(path)};
    if (fieldCount < 3) return line;
    const char* end = fields[2].data() + fields[2].size();
    if (std::from_chars(fields[2].data(), end, line.hash, 16).ptr != end || fields[2].empty()) return std::nullopt;
    return line;
}

}  // namespace

Status saveSplits(const DatasetIndex& index, const std::filesystem::path& file) {
    std::string text(header);
    for (const Sample& sample : index.samples)
        text +=
            std::string(toString(sample.split)) + '\t' + escaped(sample.path) + '\t' + hexadecimal(sample.hash) + '\n';
    return writeAtomically(file, text);
}

Status loadSplits(DatasetIndex& index, const std::filesystem::path& file) {
    TRY(const std::string text, readFile(file));
    const bool old = text.starts_with(oldHeader);
    if (!old && !text.starts_with(header)) return lineError(file, 1);
    std::unordered_map<std::string_view, std::size_t> byPath;
    for (std::size_t i = 0; i < index.samples.size(); ++i) byPath.emplace(index.samples[i].path, i);

    std::string_view rest = std::string_view(text).substr(old ? oldHeader.size() : header.size());
    std::vector<std::pair<std::size_t, Split>> moves;
    std::unordered_map<std::uint64_t, Split> renamed;
    std::vector<bool> named(index.samples.size());
    for (std::size_t number = 2; !rest.empty(); ++number) {
        const std::size_t end = rest.find('\n');
        const auto line = end == rest.npos ? std::nullopt : lineFrom(rest.substr(0, end), old ? 2 : 3);
        if (!line) return lineError(file, number);
        rest.remove_prefix(end + 1);
        const auto place = byPath.find(line->path);
        if (place == byPath.end()) {
            if (line->hash != 0) renamed.emplace(line->hash, line->split);
            continue;
        }
        named[place->second] = true;
        moves.emplace_back(place->second, line->split);
    }
    for (const auto& [place, split] : moves) index.samples[place].split = split;
    for (std::size_t i = 0; i < index.samples.size() && !renamed.empty(); ++i) {
        if (named[i]) continue;
        if (const auto found = renamed.find(index.samples[i].hash); found != renamed.end())
            index.samples[i].split = found->second;
    }
    return {};
}

}  // namespace lemnos
