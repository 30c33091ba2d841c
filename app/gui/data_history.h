// DataHistory: the edits of the data with undo and redo, and the rest of what a project file holds of the data.
#pragma once

#include <QObject>
#include <QUndoStack>

#include "model/data/project_file.h"

namespace lemnos {

class DataHistory : public QObject {
    Q_OBJECT

  public:
    explicit DataHistory(QObject* parent = nullptr);
    ~DataHistory() override;

    /// Other data was opened: its edits, which can be undone too.
    void reset(ProjectFile file);
    /// An edit that makes sense for the data (checkEdit()).
    void push(Edit edit);
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
    void follow(int position);

    ProjectFile m_file;
    QUndoStack m_stack;
    bool m_filling = false;
};

/// The edit in the user's language, for menus and lists.
QString editText(const Edit& edit);

}  // namespace lemnos
