// Planning, moving and moving back.
#include "model/data/write_back.h"

#include <fcntl.h>
#include <stdio.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>
#include <system_error>

#include "model/data/folder_listing.h"
#include "model/files.h"
#include "model/text.h"

namespace lemnos {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view journalHeader = "lemnos-moves\t1\n";
constexpr const char* excludedFolder = ".excluded";

/// The parts of "train/cat/a/1.png": the folder of the part (may be empty), the class, the rest.
struct Place {
    std::string part, label, rest;
};

Place placeOf(std::string_view path, bool preSplit) {
    Place place;
    const auto take = [&] {
        const auto slash = path.find('/');
        std::string name(path.substr(0, slash));
        path.remove_prefix(slash == path.npos ? path.size() : slash + 1);
        return name;
    };
    if (preSplit) place.part = take();
    place.label = take();
    place.rest = path;
    return place;
}

/// A name beside `wanted` that neither is on the disk nor was promised to another file.
fs::path freeName(const fs::path& wanted, std::set<fs::path>& promised) {
    std::error_code code;
    fs::path name = wanted;
    for (int i = 2; fs::exists(fs::symlink_status(name, code)) || promised.contains(name); ++i)
        name = wanted.parent_path() / (wanted.stem().native() + "-" + std::to_string(i) + wanted.extension().native());
    promised.insert(name);
    return name;
}

/// The names that a pre-split source uses for its parts.
std::optional<std::string> partFolder(const fs::path& root, Split split) {
    std::error_code code;
    for (fs::directory_iterator it(root, code), end; !code && it != end; it.increment(code)) {
        std::error_code ignored;
        const std::string name = it->path().filename().native();
        if (it->is_directory(ignored) && splitOfFolder(name) == split) return name;
    }
    return std::nullopt;
}

/// 0 or the error number. Never replaces a file.
int moveOne(const FileMove& move) {
    std::error_code code;
    fs::create_directories(move.to.parent_path(), code);
    if (code) return code.value();
    if (::renameat2(AT_FDCWD, move.from.c_str(), AT_FDCWD, move.to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    // A file system that can't promise it.
    if (fs::exists(fs::symlink_status(move.to, code))) return EEXIST;
    return ::rename(move.from.c_str(), move.to.c_str()) == 0 ? 0 : errno;
}

void removeEmptyFolders(const std::set<fs::path>& folders) {
    std::error_code code;
    for (const fs::path& folder : folders) fs::remove(folder, code);  // fails where something is left, as it should
}

}  // namespace

Result<std::vector<FileMove>> plannedMoves(const ProjectFile& project, const DatasetIndex& index) {
    for (const fs::path& source : project.sources) {
        std::error_code code;
        if (isListName(source) && !fs::is_directory(source, code))
            return Error{displayPath(source) +
                             " is a list, whose pictures may lie anywhere; only folders of class folders can be "
                             "written back to. Edit the list instead.",
                         displayPath(source)};
    }
    std::vector<FileMove> moves;
    std::set<fs::path> promised;
    const auto move = [&](std::uint16_t source, const std::string& path, const fs::path& to) {
        const fs::path& root = index.rootOf(source);
        if (root / path != root / to) moves.push_back({root / path, freeName(root / to, promised)});
    };
    for (const FileProblem& file : index.excluded) move(file.source, file.path, fs::path(excludedFolder) / file.path);
    std::vector<std::array<std::optional<std::string>, 3>> parts;
    for (std::size_t i = 0; i <= index.otherRoots.size(); ++i) {
        auto& names = parts.emplace_back();
        for (std::size_t k = 0; k < 3; ++k)
            names[k] = partFolder(index.rootOf(static_cast<std::uint16_t>(i)), static_cast<Split>(k));
    }
    for (const Sample& sample : index.samples) {
        const auto& names = parts[sample.source];
        const bool preSplit = splitOfFolder(sample.path.substr(0, sample.path.find('/'))) && names[0] &&
                              std::ranges::count(sample.path, '/') > 1;
        Place place = placeOf(sample.path, preSplit);
        const std::string& label = index.classes[sample.label];
        if (preSplit && sample.given && names[static_cast<std::size_t>(*sample.given)])
            place.part = *names[static_cast<std::size_t>(*sample.given)];
        // A folder whose name is no text shows as something else, and stays.
        if (toUtf8(place.label) != label) place.label = label;
        move(sample.source, std::string(sample.path), fs::path(place.part) / place.label / place.rest);
    }
    return moves;
}

std::string journalText(const std::vector<FileMove>& moves) {
    std::string text(journalHeader);
    for (const FileMove& move : moves) text += escaped(move.from.native()) + '\t' + escaped(move.to.native()) + '\n';
    return text;
}

Result<std::vector<FileMove>> journalFromText(std::string_view text) {
    if (!text.starts_with(journalHeader)) return Error{"It is not a journal of moved files.", {}};
    text.remove_prefix(journalHeader.size());
    std::vector<FileMove> moves;
    for (std::size_t number = 2; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const std::vector<std::string_view> fields = parted(text.substr(0, end), '\t');
        const auto from = fields.size() == 2 ? unescaped(fields[0]) : std::nullopt;
        const auto to = fields.size() == 2 ? unescaped(fields[1]) : std::nullopt;
        if (end == text.npos || !from || !to || from->find('\0') != from->npos || to->find('\0') != to->npos)
            return Error{"Line " + std::to_string(number) + " names no move of a file; the journal is damaged.", {}};
        text.remove_prefix(end + 1);
        moves.push_back({*from, *to});
    }
    return moves;
}

Status moveFiles(const std::vector<FileMove>& moves, const fs::path& journal) {
    std::error_code code;
    if (fs::exists(journal, code))
        return Error{"There is a journal of earlier moves, " + displayPath(journal) +
                         "; undo those first, or delete it to keep them.",
                     displayPath(journal)};
    TRY_OK(writeAtomically(journal, journalText(moves)));
    std::set<fs::path> folders;
    for (std::size_t i = 0; i < moves.size(); ++i) {
        const int failed = moveOne(moves[i]);
        folders.insert(moves[i].from.parent_path());
        if (failed == 0) continue;
        bool isBack = true;
        for (std::size_t k = i; k-- > 0;) isBack &= moveOne({moves[k].to, moves[k].from}) == 0;
        if (isBack) fs::remove(journal, code);  // else it is needed to bring back the rest
        return Error{
            "Can't move " + displayPath(moves[i].from) + " to " + displayPath(moves[i].to) + ": " +
                std::generic_category().message(failed) +
                (isBack ? ". Everything is back where it was."
                        : ". Some files are where they were to go; undo brings them back once that is mended."),
            displayPath(moves[i].from)};
    }
    removeEmptyFolders(folders);
    return {};
}

Result<std::size_t> undoMoves(const fs::path& journal) {
    TRY(const std::string text, readFile(journal));
    TRY(const std::vector<FileMove> moves, journalFromText(text));
    std::size_t count = 0;
    std::set<fs::path> folders;
    for (auto move = moves.rbegin(); move != moves.rend(); ++move) {
        std::error_code code;
        const bool moved =
            fs::exists(fs::symlink_status(move->to, code)) && !fs::exists(fs::symlink_status(move->from, code));
        if (!moved) continue;
        if (const int failed = moveOne({move->to, move->from}))
            return Error{"Can't move " + displayPath(move->to) + " back to " + displayPath(move->from) + ": " +
                             std::generic_category().message(failed) + ". The rest can be undone once that is mended.",
                         displayPath(move->to)};
        folders.insert(move->to.parent_path());
        ++count;
    }
    removeEmptyFolders(folders);
    std::error_code code;
    fs::remove(journal, code);
    return count;
}

namespace {

fs::path beside(const fs::path& project, const char* ending) {
    fs::path path = project;
    return path += ending;
}

constexpr const char* journalEnding = ".moves";
constexpr const char* beforeEnding = ".before";

}  // namespace

Result<std::size_t> writeBack(const fs::path& file, const ProjectFile& project, const DatasetIndex& index) {
    TRY(const std::vector<FileMove> moves, plannedMoves(project, index));
    if (moves.empty()) return std::size_t{0};
    TRY_OK(writeProject(project, beside(file, beforeEnding)));
    // An older journal is of moves that are history by now.
    std::error_code code;
    fs::remove(beside(file, journalEnding), code);
    TRY_OK(moveFiles(moves, beside(file, journalEnding)));
    ProjectFile after = project;
    std::vector<Edit> kept;
    for (const Edit& edit : project.edits.done()) {
        if (edit.kind == Edit::Kind::accept) kept.push_back(edit);
    }
    after.edits = EditHistory::from(std::move(kept), {});
    after.sides = savedSplits(index);
    TRY_OK(writeProject(after, file));
    return moves.size();
}

bool canUndoWriteBack(const fs::path& file) {
    std::error_code code;
    return fs::exists(beside(file, journalEnding), code);
}

Result<std::size_t> undoWriteBack(const fs::path& file) {
    const fs::path journal = beside(file, journalEnding), before = beside(file, beforeEnding);
    std::error_code code;
    if (!canUndoWriteBack(file))
        return Error{"No moves of " + displayPath(file) + " are left to undo.", displayPath(file)};
    TRY(const std::size_t count, undoMoves(journal));
    if (fs::exists(before, code)) fs::rename(before, file, code);
    if (code)
        return Error{"The files are back, but the project could not be restored from " + displayPath(before) + ": " +
                         code.message() + ".",
                     displayPath(before)};
    return count;
}

}  // namespace lemnos
