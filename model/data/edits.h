// Edit: one change to a data set that leaves the user's files alone.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/data/dataset_index.h"

namespace lemnos {

/// Names a file for good: by its place or, when it was renamed, by its content.
struct FileKey {
    std::uint16_t source = 0;
    std::string path;
    std::uint64_t hash = 0;  ///< 0: not known, as of a file that can't be read

    bool operator==(const FileKey&) const = default;
};
FileKey keyOf(const Sample& sample);

struct Edit {
    enum class Kind : std::uint8_t {
        exclude,       ///< `files` take no part
        include,       ///< `files` take part again
        relabel,       ///< `files` belong to class `to`, which may be new
        assign,        ///< `files` are in the part `split`, whatever the dealing says
        excludeClass,  ///< no picture of class `from` takes part
        rename,        ///< class `from` is called `to`
        merge,         ///< pictures of class `from` belong to class `to`
        accept         ///< what the check `from` finds of `files`, or of class `to`, is fine
    };

    Kind kind = Kind::exclude;
    std::vector<FileKey> files{};
    std::string from{}, to{};
    Split split = Split::train;

    bool operator==(const Edit&) const = default;
};

std::string_view toString(Edit::Kind kind);
/// "Exclude 12 pictures", "Rename 'cat' to 'cats'": for undo buttons and logs.
std::string describe(const Edit& edit);

nlohmann::json toJson(const Edit& edit);
Result<Edit> editFromJson(const nlohmann::json& json);

/// Why the edit makes no sense for this data, or nothing.
Status checkEdit(const DatasetIndex& index, const Edit& edit);

/// Applies the edits in their order to what was scanned. What an edit names and is not there any more is passed over.
/// Classes that lose all their pictures go; classes and pictures are in order again.
void applyEdits(DatasetIndex& index, std::span<const Edit> edits);

/// Everything the user did, with undo and redo.
class EditHistory {
  public:
    void push(Edit edit);
    bool canUndo() const { return m_done > 0; }
    bool canRedo() const { return m_done < m_edits.size(); }
    void undo();
    void redo();
    void clear();

    /// The edits in force.
    std::span<const Edit> done() const { return {m_edits.data(), m_done}; }
    /// Those that redo() brings back, the next one first.
    std::span<const Edit> undone() const { return {m_edits.data() + m_done, m_edits.size() - m_done}; }

    static EditHistory from(std::vector<Edit> done, std::vector<Edit> undone);

  private:
    std::vector<Edit> m_edits;
    std::size_t m_done = 0;
};

}  // namespace lemnos
