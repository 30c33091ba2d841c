// Write back: moves the user's files so that the folders say what the project's edits say.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/data/project_file.h"

namespace lemnos {

struct FileMove {
    std::filesystem::path from, to;  ///< absolute
    bool operator==(const FileMove&) const = default;
};

/// What writing back would do. Pictures of another class go to that class's folder, beside train, val or test as the
/// part they were put into; excluded ones go to ".excluded" in their source, which a scan passes over. No file is ever
/// replaced: a name that is taken gets a number.
/// `index` is the project's index with its edits. Errors: a source is a list, whose files may lie anywhere.
Result<std::vector<FileMove>> plannedMoves(const ProjectFile& project, const DatasetIndex& index);

/// Moves all files, or moves back those it had moved and says what failed. `journal` is written first; undoMoves()
/// reads it, also after a crash. Class folders that become empty are removed.
Status moveFiles(const std::vector<FileMove>& moves, const std::filesystem::path& journal);

/// Moves everything back that a journal names and that was moved, and removes the journal. The number of files moved.
Result<std::size_t> undoMoves(const std::filesystem::path& journal);

/// The journal's text, and what it says. A line that is no move is an error that names it.
std::string journalText(const std::vector<FileMove>& moves);
Result<std::vector<FileMove>> journalFromText(std::string_view text);

/// Moves the files of a project, and saves it without the edits that the files say now; what it was stays beside it
/// until it is undone or written back again. The number of files moved.
Result<std::size_t> writeBack(const std::filesystem::path& file, const ProjectFile& project, const DatasetIndex& index);
/// Whether there are moves of this project to undo.
bool canUndoWriteBack(const std::filesystem::path& file);
/// Moves the files back and restores the project. An Error when there is nothing to undo.
Result<std::size_t> undoWriteBack(const std::filesystem::path& file);

}  // namespace lemnos
