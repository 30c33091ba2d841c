// DataHistory: an undo stack whose steps move the position in the EditHistory.
#include "app/gui/data_history.h"

#include <QUndoCommand>

#include "app/gui/format.h"

namespace lemnos {

/// One or more edits that are undone at once.
class DataHistory::Step : public QUndoCommand {
  public:
    Step(DataHistory& history, std::size_t edits, const QString& what)
        : QUndoCommand(what), m_history(history), m_edits(edits) {}

    void undo() override {
        if (m_history.m_filling) return;
        for (std::size_t i = 0; i < m_edits; ++i) m_history.m_file.edits.undo();
    }
    void redo() override {
        if (m_history.m_filling) return;
        for (std::size_t i = 0; i < m_edits; ++i) m_history.m_file.edits.redo();
    }

  private:
    DataHistory& m_history;
    std::size_t m_edits;
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
        for (const Edit& edit : edits) m_stack.push(new Step(*this, 1, editText(edit)));
    }
    m_followed = m_file.edits.done().size();
    m_stack.setIndex(int(m_followed));
    m_filling = false;
}

void DataHistory::push(std::vector<Edit> edits, const QString& what) {
    if (edits.empty()) return;
    m_filling = true;
    auto step = std::make_unique<Step>(*this, edits.size(), what);
    for (Edit& edit : edits) m_file.edits.push(std::move(edit));
    m_stack.push(step.release());
    m_filling = false;
    m_followed = m_file.edits.done().size();
    emit changed();
}

void DataHistory::push(std::unique_ptr<QUndoCommand> step) {
    // The stack forgets what could be redone, so the edits have to as well.
    const auto done = m_file.edits.done();
    if (m_file.edits.canRedo()) m_file.edits = EditHistory::from({done.begin(), done.end()}, {});
    m_stack.push(step.release());
}

void DataHistory::setSplit(const SplitOptions& split) {
    m_file.split = split;
    m_file.sides = {};
}

/// Steps of another kind change no edits, and dealing out two million pictures for them would take its time.
void DataHistory::follow() {
    if (m_filling || m_followed == m_file.edits.done().size()) return;
    m_followed = m_file.edits.done().size();
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
