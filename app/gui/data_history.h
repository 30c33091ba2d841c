// DataHistory: the edits of the data with undo and redo, and the rest of what a project file holds of the data. What is
// done to pictures (transforms) is undone here too, as the user did both on one page.
#pragma once

#include <QObject>
#include <QUndoStack>
#include <memory>
#include <vector>

#include "model/data/project_file.h"

namespace lemnos {

class DataHistory : public QObject {
    Q_OBJECT

  public:
    explicit DataHistory(QObject* parent = nullptr);
    ~DataHistory() override;

    /// Other data was opened: its edits, which can be undone too.
    void reset(ProjectFile file);
    /// Edits that make sense for the data (checkEdit()), as one step.
    void push(std::vector<Edit> edits, const QString& what);
    /// Another kind of step among the edits; it isn't kept in the project file.
    void push(std::unique_ptr<QUndoCommand> step);
    QUndoStack& undoStack() { return m_stack; }

    /// Sources, edits, split and parts; no workspace.
    const ProjectFile& file() const { return m_file; }
    /// Dealt out anew by these options; what was saved of the parts is forgotten.
    void setSplit(const SplitOptions& split);
    void setSides(SavedSplits sides) { m_file.sides = std::move(sides); }

  signals:
    /// The edits in force are others: also after undo and redo.
    void changed();

  private:
    class Step;
    void follow();

    ProjectFile m_file;
    QUndoStack m_stack;
    bool m_filling = false;      ///< the stack follows the edits, not the other way round
    std::size_t m_followed = 0;  ///< how many edits were in force when changed() was last sent
};

/// The edit in the user's language, for menus and lists.
QString editText(const Edit& edit);

}  // namespace lemnos
