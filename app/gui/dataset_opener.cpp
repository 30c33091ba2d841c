// Scanning in the background.
#include "app/gui/dataset_opener.h"

#include <QElapsedTimer>
#include <QStandardPaths>
#include <QTimer>
#include <QtConcurrentRun>
#include <atomic>

#include "app/session/qt_path.h"
#include "model/files.h"

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
        return Error{"The sample pictures could not be put into " + displayPath(folder) + ": " + error.message() + ".",
                     {}};
    }
    return {};
}

}  // namespace

DatasetOpener::DatasetOpener(Backend backend, QObject* parent) : QObject(parent), m_backend(std::move(backend)) {
    m_pool.setMaxThreadCount(2);  // a cancelled job that is about to end must not hold up the next one
}

DatasetOpener::~DatasetOpener() {
    m_stop.request_stop();
    m_pool.waitForDone();
}

void DatasetOpener::open(const QString& folder, const SplitOptions& split) {
    start(tr("Looking through %1").arg(toText(toPath(folder).filename())), scanWork(toPath(folder), split));
}

void DatasetOpener::openSample(const SplitOptions& split) {
    const QString place = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    const fs::path folder = toPath(place) / "lemnos" / "sample-data";
    start(tr("Drawing the sample pictures"),
          [backend = m_backend, folder, scan = scanWork(folder, split)](const std::shared_ptr<Progress>& progress,
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

void DatasetOpener::redeal(std::shared_ptr<const DatasetIndex> index, const SplitOptions& split) {
    start(tr("Dealing out the pictures"),
          [index, split](const std::shared_ptr<Progress>&, std::stop_token) -> Result<OpenDataset> {
              auto copy = std::make_shared<DatasetIndex>(*index);
              assignSplits(*copy, split);
              return openDataset(std::move(copy), 0);
          });
}

DatasetOpener::Work DatasetOpener::scanWork(fs::path folder, const SplitOptions& split) const {
    return [backend = m_backend, folder = std::move(folder), split](const std::shared_ptr<Progress>& progress,
                                                                    std::stop_token stop) -> Result<OpenDataset> {
        QElapsedTimer timer;
        timer.start();
        ScanOptions options;
        options.split = split;
        options.progress = [&](std::size_t done, std::size_t total) { progress->set(done, total); };
        options.stop = stop;
        options.cacheFolder = cacheFolder();
        TRY(DatasetIndex index, backend.scan(folder, options));
        return openDataset(std::make_shared<DatasetIndex>(std::move(index)), double(timer.elapsed()) / 1000);
    };
}

void DatasetOpener::cancel() {
    if (!m_jobRunning) return;
    m_stop.request_stop();
    ++m_job;
    m_jobRunning = false;
    emit cancelled();
}

void DatasetOpener::start(const QString& what, Work work) {
    m_stop.request_stop();
    m_stop = {};
    const quint64 job = ++m_job;
    m_jobRunning = true;
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
    }).then(this, [this, job, timer](const std::shared_ptr<Result<OpenDataset>>& result) {
        timer->deleteLater();
        if (job != m_job || !m_jobRunning) return;
        m_jobRunning = false;
        if (*result) {
            emit opened(**result);
        } else {
            emit failed(QString::fromStdString(result->error().message));
        }
    });
}

}  // namespace lemnos
