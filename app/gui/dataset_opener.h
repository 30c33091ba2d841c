// DatasetOpener: reads a folder into a data set in the background, with progress and cancel.
#pragma once

#include <QObject>
#include <QStringList>
#include <QThreadPool>
#include <memory>
#include <stop_token>

#include "app/gui/outside.h"
#include "app/gui/project.h"

namespace lemnos {

/// One job at a time: starting another cancels the one before, which then says nothing more.
class DatasetOpener : public QObject {
    Q_OBJECT

  public:
    /// How far a job is; defined beside the jobs.
    struct Progress;

    explicit DatasetOpener(Backend backend, QObject* parent = nullptr);
    /// Cancels, and waits until the job has noticed.
    ~DatasetOpener() override;

    /// Reads a project file, or folders and lists; where such data was open before, with the edits it had then.
    void open(const QStringList& paths, const SplitOptions& split);
    void open(const QString& path, const SplitOptions& split) { open(QStringList{path}, split); }
    /// Looks again at the sources of a project that is open.
    void rescan(const ProjectFile& project, const std::filesystem::path& file, bool isProject);
    /// Takes single pictures into the open data as ones of a class; what it has already is passed over. They are named
    /// in a list beside the project.
    void addPictures(const ProjectFile& project, const std::filesystem::path& file, bool isProject,
                     std::shared_ptr<const DatasetIndex> index, const QStringList& pictures, const QString& label);
    /// Draws the sample pictures into the user's data folder unless they are there already, then opens them.
    void openSample(const SplitOptions& split);
    /// Applies edits and split to what was scanned. Says rearranged() or refused() instead of opened() and failed().
    void rearrange(std::shared_ptr<const DatasetIndex> scanned, const ProjectFile& project);
    void cancel();
    bool isBusy() const { return m_jobRunning; }
    /// Whether the job at hand is short: it looks at no file.
    bool isRearranging() const { return m_rearranging; }

  signals:
    void started(const QString& what);
    /// total 0: not known yet. `rate` is per second.
    void progressed(qint64 done, qint64 total, double rate);
    void opened(const lemnos::OpenDataset& dataset);
    void failed(const QString& sentence);
    void rearranged(const lemnos::OpenDataset& dataset);
    void refused(const QString& sentence);
    void cancelled();

  private:
    using Work = std::function<Result<OpenDataset>(const std::shared_ptr<Progress>&, std::stop_token)>;
    /// What a job says at its end.
    using Done = void (DatasetOpener::*)(const lemnos::OpenDataset&);
    using Failed = void (DatasetOpener::*)(const QString&);
    void start(const QString& what, Work work, Done onDone = &DatasetOpener::opened,
               Failed onFailed = &DatasetOpener::failed);
    Work scanWork(std::vector<std::filesystem::path> paths, const SplitOptions& split) const;

    Backend m_backend;
    QThreadPool m_pool;
    std::stop_source m_stop;
    quint64 m_job = 0;
    bool m_jobRunning = false, m_rearranging = false;
};

}  // namespace lemnos
