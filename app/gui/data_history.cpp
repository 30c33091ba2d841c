// DataHistory: an undo stack whose steps are positions in the EditHistory.
#include "app/gui/data_history.h"

#include <QUndoCommand>

#include "app/gui/format.h"

namespace lemnos {

/// Undoing and redoing move the stack's index, which is all that is followed.
class DataHistory::Step : public QUndoCommand {
  public:
    using QUndoCommand::QUndoCommand;
};

DataHistory::DataHistory(QObject* parent) : QObject(parent) {
    connect(&m_stack, &QUndoStack::indexChanged, this, &DataHistory::follow);
}

DataHistory::~DataHistory() {
    m_stack.disconnect(this);  // it says that it is emptied, which means nothing any more
}

void DataHistory::reset(ProjectFile file) {
    m_filling = true;
    m_file = std::move(file);
    m_file.workspace = {};
    m_stack.clear();
    for (const auto& edits : {m_file.edits.done(), m_file.edits.undone()}) {
        for (const Edit& edit : edits) m_stack.push(new Step(editText(edit)));
    }
    m_stack.setIndex(int(m_file.edits.done().size()));
    m_filling = false;
}

void DataHistory::push(Edit edit) {
    const QString text = editText(edit);
    m_filling = true;
    m_file.edits.push(std::move(edit));
    m_stack.push(new Step(text));
    m_filling = false;
    emit changed();
}

void DataHistory::setSplit(const SplitOptions& split) {
    m_file.split = split;
    m_file.sides = {};
}

void DataHistory::follow(int position) {
    if (m_filling) return;
    while (int(m_file.edits.done().size()) > position) m_file.edits.undo();
    while (int(m_file.edits.done().size()) < position && m_file.edits.canRedo()) m_file.edits.redo();
    emit changed();
}

QString editText(const Edit& edit) {
    const auto count = int(edit.files.size());
    const QString from = QString::fromStdString(edit.from), to = QString::fromStdString(edit.to);
    switch (edit.kind) {
        case Edit::Kind::exclude:
            return DataHistory::tr("Exclude %n picture(s)", nullptr, count);
        case Edit::Kind::include:
            return DataHistory::tr("Bring back %n picture(s)", nullptr, count);
        case Edit::Kind::relabel:
            return DataHistory::tr("Label %n picture(s) \"%1\"", nullptr, count).arg(to);
        case Edit::Kind::assign:
            return DataHistory::tr("Move %n picture(s) to another part", nullptr, count);
        case Edit::Kind::excludeClass:
            return DataHistory::tr("Exclude class \"%1\"").arg(from);
        case Edit::Kind::rename:
            return DataHistory::tr("Rename \"%1\" to \"%2\"").arg(from, to);
        case Edit::Kind::merge:
            return DataHistory::tr("Merge \"%1\" into \"%2\"").arg(from, to);
        case Edit::Kind::accept:
            return DataHistory::tr("Mark as fine");
    }
    return {};
}

}  // namespace lemnos
