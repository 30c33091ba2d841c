// DataActions: menus, questions and edits.
#include "app/gui/pages/data_actions.h"

#include <QAbstractItemView>
#include <QAction>
#include <QDesktopServices>
#include <QFileInfo>
#include <QTableView>
#include <QUrl>

#include "app/gui/error_text.h"
#include "app/gui/icons.h"
#include "app/gui/widgets/class_model.h"
#include "app/gui/widgets/problem_model.h"
#include "app/gui/widgets/split_bar.h"
#include "app/gui/widgets/thumbnail_grid.h"
#include "app/session/qt_path.h"

namespace lemnos {

namespace {

/// An action of a view's context menu, with a key that works while the view has the focus.
template <class Call>
QAction* addAction(QAbstractItemView* view, const char* name, const QString& text, const QKeySequence& key, Call call) {
    auto* action = new QAction(text, view);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(action, &QAction::triggered, view, call);
    view->addAction(action);
    view->setContextMenuPolicy(Qt::ActionsContextMenu);
    return action;
}

void addSeparator(QAbstractItemView* view) {
    auto* separator = new QAction(view);
    separator->setSeparator(true);
    view->addAction(separator);
}

/// The class of the current row, or -1 for the row of all.
int currentLabel(const QAbstractItemView* classList) {
    const QModelIndex index = classList->currentIndex();
    return index.isValid() ? index.data(ClassModel::labelRole).toInt() : -1;
}

}  // namespace

DataActions::DataActions(Project& project, const Dialogs& dialogs, QObject* parent)
    : QObject(parent), m_project(project), m_dialogs(dialogs) {}

void DataActions::addTo(QAbstractItemView* classList) {
    const QList<QAction*> actions = {
        addAction(classList, "renameClass", tr("Rename class…"), Qt::Key_F2,
                  [this, classList] { renameClass(classList); }),
        addAction(classList, "mergeClass", tr("Merge into another class…"), QKeySequence(Qt::CTRL | Qt::Key_M),
                  [this, classList] { mergeClass(classList); }),
        addAction(classList, "excludeClass", tr("Exclude class"), QKeySequence::Delete,
                  [this, classList] { excludeClass(classList); })};
    connect(classList->selectionModel(), &QItemSelectionModel::currentChanged, this, [classList, actions] {
        for (QAction* action : actions) action->setEnabled(currentLabel(classList) >= 0);
    });
}

void DataActions::addTo(ThumbnailGrid* grid) {
    addAction(grid, "relabelPictures", tr("Label as another class…"), Qt::Key_F2, [this, grid] { relabel(grid); });
    addSeparator(grid);
    const std::pair<Split, const char*> parts[] = {
        {Split::train, "moveToTraining"}, {Split::validation, "moveToValidation"}, {Split::test, "moveToTest"}};
    for (const auto& [split, name] : parts) {
        addAction(grid, name, tr("Move to %1").arg(splitName(split)), {},
                  [this, grid, split = split] { onSelected(grid, {.kind = Edit::Kind::assign, .split = split}); });
    }
    addSeparator(grid);
    addAction(grid, "openPicture", tr("Open in the picture viewer"), Qt::Key_Return, [grid] {
        const QModelIndex index = grid->currentIndex();
        if (!index.isValid()) return;
        const DatasetIndex& data = *grid->thumbnails()->dataset();
        const std::filesystem::path path = data.absolutePath(data.samples[grid->thumbnails()->sampleAt(index.row())]);
        QDesktopServices::openUrl(QUrl::fromLocalFile(QFile::decodeName(path.c_str())));
    });
    addAction(grid, "excludePictures", tr("Exclude"), QKeySequence::Delete,
              [this, grid] { onSelected(grid, {.kind = Edit::Kind::exclude}); });
}

void DataActions::addTo(QTableView* problems, ProblemModel* model) {
    addAction(problems, "includeFiles", tr("Bring back what you excluded"), {}, [this, problems, model] {
        Edit edit{.kind = Edit::Kind::include};
        for (const QModelIndex& index : problems->selectionModel()->selectedRows()) {
            if (model->isExcluded(index.row())) edit.files.push_back(model->keyAt(index.row()));
        }
        this->edit(std::move(edit));
    });
}

void DataActions::edit(Edit edit) {
    const Status done = m_project.edit(std::move(edit));
    if (!done) emit refused(errorText(done.error()));
}

void DataActions::renameClass(QAbstractItemView* classList) {
    const int label = currentLabel(classList);
    if (label < 0) return;
    const QString name = m_project.classNames().at(label);
    const auto wanted =
        m_dialogs.askText(classList->window(), tr("Rename class"),
                          tr("The new name of \"%1\". Your folder keeps its name.").arg(name), {}, name, true);
    if (!wanted || *wanted == name) return;
    edit({.kind = Edit::Kind::rename, .from = name.toStdString(), .to = wanted->trimmed().toStdString()});
}

void DataActions::mergeClass(QAbstractItemView* classList) {
    const int label = currentLabel(classList);
    if (label < 0) return;
    QStringList others = m_project.classNames();
    const QString name = others.takeAt(label);
    const auto wanted =
        m_dialogs.askText(classList->window(), tr("Merge class"),
                          tr("The class that the pictures of \"%1\" go to.").arg(name), others, others.value(0), false);
    if (wanted) edit({.kind = Edit::Kind::merge, .from = name.toStdString(), .to = wanted->toStdString()});
}

void DataActions::excludeClass(QAbstractItemView* classList) {
    const int label = currentLabel(classList);
    if (label >= 0)
        edit({.kind = Edit::Kind::excludeClass, .from = m_project.dataset()->index->classes[std::size_t(label)]});
}

void DataActions::relabel(ThumbnailGrid* grid) {
    if (!grid->selectionModel()->hasSelection()) return;
    const QStringList names = m_project.classNames();
    const auto wanted = m_dialogs.askText(grid->window(), tr("Label pictures"),
                                          tr("The class of these pictures; a new name makes a new class."), names,
                                          names.value(0), true);
    if (wanted) onSelected(grid, {.kind = Edit::Kind::relabel, .to = wanted->trimmed().toStdString()});
}

void DataActions::onSelected(ThumbnailGrid* grid, Edit edit) {
    const ThumbnailModel* model = grid->thumbnails();
    const QItemSelection selection = grid->selectionModel()->selection();
    for (const QItemSelectionRange& range : selection) {
        for (int row = range.top(); row <= range.bottom(); ++row)
            edit.files.push_back(keyOf(model->dataset()->samples[model->sampleAt(row)]));
    }
    if (!edit.files.empty()) this->edit(std::move(edit));
}

}  // namespace lemnos
