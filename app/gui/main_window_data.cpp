// MainWindow: opening, saving and writing back the data.
#include <QDragEnterEvent>
#include <QMimeData>
#include <QPointer>
#include <QStatusBar>
#include <QtConcurrentRun>

#include "app/gui/error_text.h"
#include "app/gui/format.h"
#include "app/gui/main_window.h"
#include "app/gui/widgets/log_view.h"
#include "app/gui/write_back_dialog.h"
#include "app/session/qt_path.h"
#include "model/data/folder_listing.h"
#include "model/data/split_params.h"
#include "model/data/write_back.h"

namespace lemnos {

namespace {

/// The folders, lists, projects and pictures that are dragged.
QStringList draggedPaths(const QMimeData* mime) {
    QStringList paths;
    for (const QUrl& url : mime->urls()) {
        if (url.isLocalFile()) paths << url.toLocalFile();
    }
    return paths;
}

/// The folder of class folders that a picture is probably in: flowers for flowers/rose/1.jpg and
/// flowers/train/rose/1.jpg.
std::filesystem::path dataFolderOf(const std::filesystem::path& picture) {
    const std::filesystem::path folder = picture.parent_path().parent_path();
    return splitOfFolder(folder.filename().native()) ? folder.parent_path() : folder;
}

}  // namespace

void MainWindow::connectData() {
    connect(&m_opener, &DatasetOpener::opened, &m_project, [this](OpenDataset dataset) {
        m_project.setDataset(std::move(dataset));
        m_usableSplit = m_project.splitOptions();
    });
    connect(&m_opener, &DatasetOpener::rearranged, &m_project, [this](OpenDataset dataset) {
        m_usableSplit = m_project.splitOptions();
        dataset.scanSeconds = m_project.dataset() ? m_project.dataset()->scanSeconds : 0;
        m_project.setDataset(std::move(dataset));
    });
    const auto rearrange = [this] {
        const OpenDataset* dataset = m_project.dataset();
        if (!dataset) return;
        ProjectFile file = m_project.history().file();
        file.split = m_project.splitOptions();
        m_opener.rearrange(dataset->scanned ? dataset->scanned : dataset->index, file);
    };
    connect(&m_project, &Project::splitOptionsChanged, this, rearrange);
    connect(&m_project.history(), &DataHistory::changed, this, rearrange);
    connect(&m_opener, &DatasetOpener::refused, this, [this] {
        // It leaves nothing to train on: the page says why, and the edit or the split is taken back.
        if (m_project.splitOptions() != m_usableSplit) {
            ParamMap settings = m_project.settings();
            setSplitParams(settings, m_usableSplit);
            m_project.setSettings(settings);
        } else {
            DataHistory& history = m_project.history();
            const std::size_t edits = history.file().edits.done().size();
            while (history.undoStack().canUndo() && history.file().edits.done().size() == edits)
                history.undoStack().undo();  // transforms may have been changed since
        }
    });
    connect(&m_saver, &ProjectSaver::failed, this,
            [this](const QString& sentence) { m_log->appendLine(sentence, LogEvent::Level::warning); });
}

void MainWindow::openPaths(const QStringList& paths) {
    goTo(Step::data);
    m_opener.open(paths, m_project.splitOptions());
}

void MainWindow::openFolder(const QString& folder) {
    openPaths({folder});
}

void MainWindow::openFile() {
    const QString file = m_outside.dialogs.chooseFile(this, tr("Open a project or a list of pictures"),
                                                      tr("Projects and lists (*.lemnos *.csv *.tsv *.txt)"));
    if (!file.isEmpty()) openPaths({file});
}

void MainWindow::saveProjectAs() {
    if (!m_project.dataset()) return;
    QString file = m_outside.dialogs.saveFile(this, tr("Save the project as"), m_project.name() + ".lemnos");
    if (file.isEmpty()) return;
    if (!file.endsWith(QStringLiteral(".lemnos"))) file += QStringLiteral(".lemnos");
    m_saver.saveAs(toPath(file));
}

void MainWindow::addSources(const QStringList& paths) {
    if (!m_project.dataset()) return openPaths(paths);
    ProjectFile file = m_project.toFile();
    for (const QString& path : paths) {
        if (std::ranges::find(file.sources, toPath(path)) == file.sources.end()) file.sources.push_back(toPath(path));
    }
    goTo(Step::data);
    m_opener.rescan(file, m_project.file(), m_project.isNamed());
}

void MainWindow::rescan() {
    if (m_project.dataset()) m_opener.rescan(m_project.toFile(), m_project.file(), m_project.isNamed());
}

void MainWindow::writeBack() {
    const OpenDataset* dataset = m_project.dataset();
    if (!dataset) return;
    auto* dialog = new WriteBackDialog(m_project.toFile(), m_project.file(), dataset->index, this);
    connect(dialog, &WriteBackDialog::written, this, [this](qint64 count) {
        m_log->appendLine(tr("Moved %1 files, so that the folders say what the edits said.").arg(formatCount(count)));
        reopen();
    });
    m_saver.whenSaved([dialog = QPointer<QDialog>(dialog)] {
        if (dialog) dialog->open();
    });
}

void MainWindow::undoWriteBack() {
    if (!m_project.dataset()) return;
    m_saver.whenSaved([this] {
        QtConcurrent::run([file = m_project.file()] {
            return std::make_shared<Result<std::size_t>>(lemnos::undoWriteBack(file));
        }).then(this, [this](const std::shared_ptr<Result<std::size_t>>& count) {
            if (!*count) {
                m_log->appendLine(errorText(count->error()), LogEvent::Level::error);
                statusBar()->showMessage(errorText(count->error()), 8000);
                return;
            }
            m_log->appendLine(tr("Moved %1 files back.").arg(formatCount(std::int64_t(**count))));
            reopen();
        });
    });
}

/// The project as it is on the disk, which has changed under the window.
void MainWindow::reopen() {
    if (m_project.isNamed()) return openPaths({toText(m_project.file())});
    QStringList sources;
    for (const std::filesystem::path& source : m_project.toFile().sources) sources << toText(source);
    openPaths(sources);
}

void MainWindow::chooseFolder() {
    const OpenDataset* dataset = m_project.dataset();
    const QString start = dataset ? toText(dataset->index->root) : QString();
    const QString folder = m_outside.dialogs.chooseFolder(this, tr("Open a folder of class folders"), start);
    if (!folder.isEmpty()) openFolder(folder);
}

void MainWindow::openSample() {
    goTo(Step::data);
    m_opener.openSample(m_project.splitOptions());
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (draggedPaths(event->mimeData()).isEmpty()) return;
    event->acceptProposedAction();
    m_dropMark->setGeometry(rect().adjusted(4, 4, -4, -4));
    m_dropMark->raise();
    m_dropMark->show();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) {
    m_dropMark->hide();
}

void MainWindow::dropEvent(QDropEvent* event) {
    m_dropMark->hide();
    const QStringList paths = draggedPaths(event->mimeData());
    if (paths.isEmpty()) return;
    event->acceptProposedAction();
    // Later, because who drags waits for this to return, and there may be a question.
    QMetaObject::invokeMethod(
        this, [this, paths] { openDropped(paths); }, Qt::QueuedConnection);
}

void MainWindow::openDropped(const QStringList& paths) {
    QStringList pictures, others;
    for (const QString& path : paths) {
        const std::filesystem::path file = toPath(path);
        std::error_code code;
        const bool isPicture = isPictureName(file.filename().native()) && !std::filesystem::is_directory(file, code);
        (isPicture ? pictures : others) << path;
    }
    if (!others.isEmpty()) {
        if (!pictures.isEmpty())
            m_log->appendLine(tr("%n single picture(s) were passed over; drop them again when the data is open.",
                                 nullptr, int(pictures.size())),
                              LogEvent::Level::warning);
        openPaths(others);
    } else if (m_project.dataset()) {
        addPictures(pictures);
    } else {
        const QString folder = m_outside.dialogs.chooseFolder(this, tr("Open the folder that has the class folders"),
                                                              toText(dataFolderOf(toPath(pictures.front()))));
        if (!folder.isEmpty()) openFolder(folder);
    }
}

void MainWindow::addPictures(const QStringList& pictures) {
    goTo(Step::data);
    const QStringList classes = m_project.classNames();
    // Who keeps pictures in class folders means the class of that name.
    const QString folder = toText(toPath(pictures.front()).parent_path().filename());
    const auto label =
        m_outside.dialogs.askText(this, tr("Add pictures"),
                                  tr("The class of %n picture(s); a new name makes a new class. Your files stay where "
                                     "they are.",
                                     nullptr, int(pictures.size())),
                                  classes, classes.contains(folder) ? folder : classes.value(0), true);
    if (!label || label->trimmed().isEmpty()) return;
    m_opener.addPictures(m_project.toFile(), m_project.file(), m_project.isNamed(), m_project.dataset()->index,
                         pictures, label->trimmed());
}

}  // namespace lemnos
