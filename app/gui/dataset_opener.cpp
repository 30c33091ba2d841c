// Scanning in the background.
#include "app/gui/dataset_opener.h"

#include <QElapsedTimer>
#include <QStandardPaths>
#include <QTimer>
#include <QtConcurrentRun>
#include <algorithm>
#include <atomic>

#include "app/gui/error_text.h"
#include "app/session/qt_path.h"
#include "model/data/added_pictures.h"
#include "model/files.h"
#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {

namespace fs = std::filesystem;

/// Where the scanning threads say how far they are; the GUI thread looks from time to time.
struct DatasetOpener::Progress {
    std::atomic<std::size_t> done = 0, total = 0;
    std::atomic<int> phase = 0;
    void set(std::size_t newDone, std::size_t newTotal) {
        done = newDone;
        total = newTotal;
    }
};

namespace {

constexpr int progressIntervalMs = 100;

/// Draws the sample beside its place and moves it there when it is complete, so that a half-drawn one is never opened.
Status ensureSample(const Backend& backend, const fs::path& folder, const SampleDataOptions& options) {
    std::error_code error;
    if (fs::exists(folder, error)) return {};
    fs::path unfinished = folder;
    unfinished += ".part";
    fs::remove_all(unfinished, error);
    fs::create_directories(folder.parent_path(), error);
    TRY_OK(backend.makeSample(unfinished, options));
    fs::rename(unfinished, folder, error);
    if (error) {
        return phrasedError({LEMNOS_TEXT("The sample pictures could not be put into %1: %2."),
                             {Phrase::name(displayPath(folder)), Phrase::name(error.message())}});
    }
    return {};
}

/// Edited data may be what was scanned, which is kept once then.
OpenDataset withProject(DatasetIndex index, std::shared_ptr<const DatasetIndex> scanned, double seconds) {
    auto shared = std::make_shared<const DatasetIndex>(std::move(index));
    OpenDataset open = openDataset(shared, seconds);
    open.scanned = scanned ? std::move(scanned) : shared;
    open.sides = savedSplits(*shared);
    return open;
}

/// Nothing but the parts, which are dealt out anew each time, differs from what was scanned.
bool leavesAlone(const ProjectFile& project) {
    return !project.edits.canUndo() && !project.split.ignoreFolders;
}

Result<OpenDataset> openedData(const Backend& backend, const ProjectFile& project, const fs::path& file, bool isProject,
                               const std::shared_ptr<DatasetOpener::Progress>& progress, std::stop_token stop) {
    QElapsedTimer timer;
    timer.start();
    ScanOptions options;
    options.split = project.split;
    options.progress = [&](std::size_t done, std::size_t total) { progress->set(done, total); };
    options.stop = stop;
    options.cacheFolder = cacheFolder();
    TRY(DatasetIndex index, backend.scan(project.sources, options));
    std::shared_ptr<const DatasetIndex> scanned;
    if (!leavesAlone(project)) scanned = std::make_shared<const DatasetIndex>(index);
    TRY(DatasetIndex edited, arranged(std::move(index), project));
    OpenDataset open = withProject(std::move(edited), std::move(scanned), double(timer.elapsed()) / 1000);
    open.project = std::make_shared<const ProjectFile>(project);
    open.file = file;
    open.isProject = isProject;
    return open;
}

}  // namespace

DatasetOpener::DatasetOpener(Backend backend, QObject* parent) : QObject(parent), m_backend(std::move(backend)) {
    m_pool.setMaxThreadCount(2);  // a cancelled job that is about to end must not hold up the next one
}

DatasetOpener::~DatasetOpener() {
    m_stop.request_stop();
    m_pool.waitForDone();
}

void DatasetOpener::open(const QStringList& paths, const SplitOptions& split) {
    std::vector<fs::path> sources;
    for (const QString& path : paths) {
        fs::path source = toPath(path).lexically_normal();
        sources.push_back(source.has_filename() ? source : source.parent_path());
    }
    if (sources.empty()) return;
    const QString name = toText(sources.front().filename());
    start(tr("Looking through %1").arg(name), scanWork(std::move(sources), split));
}

void DatasetOpener::rescan(const ProjectFile& project, const fs::path& file, bool isProject) {
    start(tr("Looking for changes"),
          [backend = m_backend, project, file, isProject](const std::shared_ptr<Progress>& progress,
                                                          std::stop_token stop) -> Result<OpenDataset> {
              return openedData(backend, project, file, isProject, progress, stop);
          });
}

void DatasetOpener::addPictures(const ProjectFile& project, const fs::path& file, bool isProject,
                                std::shared_ptr<const DatasetIndex> index, const QStringList& pictures,
                                const QString& label) {
    std::vector<fs::path> paths;
    for (const QString& picture : pictures) paths.push_back(toPath(picture));
    start(tr("Adding %n picture(s)", nullptr, int(paths.size())),
          [backend = m_backend, project, file, isProject, index = std::move(index), paths, label = label.toStdString()](
              const std::shared_ptr<Progress>& progress, std::stop_token stop) -> Result<OpenDataset> {
              const std::vector<fs::path> fresh = notAmong(*index, paths);
              if (fresh.empty()) return Error{LEMNOS_TEXT("The data has these pictures already."), {}};
              const fs::path list = addedList(file);
              TRY_OK(appendToList(list, fresh, label));
              ProjectFile with = project;
              if (std::ranges::find(with.sources, list) == with.sources.end()) with.sources.push_back(list);
              return openedData(backend, with, file, isProject, progress, stop);
          });
}

void DatasetOpener::openSample(const SplitOptions& split) {
    const QString place = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    const fs::path folder = toPath(place) / "lemnos" / "sample-data";
    start(tr("Drawing the sample pictures"),
          [backend = m_backend, folder, scan = scanWork({folder}, split)](const std::shared_ptr<Progress>& progress,
                                                                          std::stop_token stop) -> Result<OpenDataset> {
              SampleDataOptions options;
              options.progress = [&](std::size_t done, std::size_t total) { progress->set(done, total); };
              options.stop = stop;
              TRY_OK(ensureSample(backend, folder, options));
              ++progress->phase;
              progress->set(0, 0);
              return scan(progress, stop);
          });
}

void DatasetOpener::rearrange(std::shared_ptr<const DatasetIndex> scanned, const ProjectFile& project) {
    start(
        tr("Dealing out the pictures"),
        [scanned, project](const std::shared_ptr<Progress>&, std::stop_token) -> Result<OpenDataset> {
            TRY(DatasetIndex index, arranged(*scanned, project));
            return withProject(std::move(index), scanned, 0);
        },
        &DatasetOpener::rearranged, &DatasetOpener::refused);
}

DatasetOpener::Work DatasetOpener::scanWork(std::vector<fs::path> paths, const SplitOptions& split) const {
    return [backend = m_backend, paths = std::move(paths), split](const std::shared_ptr<Progress>& progress,
                                                                  std::stop_token stop) -> Result<OpenDataset> {
        const bool isProject = paths.size() == 1 && isProjectName(paths.front());
        const fs::path file = isProject ? paths.front() : unnamedProject(paths);
        ProjectFile project{.sources = paths, .split = split};
        std::error_code code;
        if (isProject || fs::exists(file, code)) {
            auto kept = readProject(file);
            if (!kept && isProject) return kept.error();
            if (kept)
                project = *std::move(kept);
            else  // as one of a newer version: the data opens without it, and nothing writes over it
                fs::rename(file, fs::path(file) += ".unread", code);
        }
        return openedData(backend, project, file, isProject, progress, stop);
    };
}

void DatasetOpener::cancel() {
    if (!m_jobRunning) return;
    m_stop.request_stop();
    ++m_job;
    m_jobRunning = false;
    emit cancelled();
}

void DatasetOpener::start(const QString& what, Work work, Done onDone, Failed onFailed) {
    m_stop.request_stop();
    m_stop = {};
    const quint64 job = ++m_job;
    m_jobRunning = true;
    m_rearranging = onDone == &DatasetOpener::rearranged;
    emit started(what);

    const auto progress = std::make_shared<Progress>();
    auto* timer = new QTimer(this);
    timer->setInterval(progressIntervalMs);
    auto elapsed = std::make_shared<QElapsedTimer>();
    elapsed->start();
    connect(timer, &QTimer::timeout, this, [=, this, phase = 0]() mutable {
        if (job != m_job) return;
        if (phase != progress->phase) {
            phase = progress->phase;
            elapsed->restart();
        }
        const auto done = std::size_t(progress->done);
        emit progressed(qint64(done), qint64(progress->total), double(done) * 1000 / double(elapsed->elapsed() + 1));
    });
    timer->start();

    QtConcurrent::run(&m_pool, [work = std::move(work), progress, stop = m_stop.get_token()] {
        // A Result has no empty state, which a future wants.
        return std::make_shared<Result<OpenDataset>>(work(progress, stop));
    }).then(this, [this, job, timer, onDone, onFailed](const std::shared_ptr<Result<OpenDataset>>& result) {
        timer->deleteLater();
        if (job != m_job || !m_jobRunning) return;
        m_jobRunning = false;
        if (*result) {
            emit(this->*onDone)(**result);
        } else {
            emit(this->*onFailed)(errorText(result->error()));
        }
    });
}

}  // namespace lemnos
