// DatasetOpener: reads a folder into a data set in the background, with progress and cancel.
#pragma once

#include <QObject>
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
    explicit DatasetOpener(Backend backend, QObject* parent = nullptr);
    /// Cancels, and waits until the job has noticed.
    ~DatasetOpener() override;

    void open(const QString& folder, const SplitOptions& split);
    /// Draws the sample pictures into the user's data folder unless they are there already, then opens them.
    void openSample(const SplitOptions& split);
    /// Deals the pictures of an open data set out anew.
    void redeal(std::shared_ptr<const DatasetIndex> index, const SplitOptions& split);
    void cancel();
    bool isBusy() const { return m_jobRunning; }

  signals:
    void started(const QString& what);
    /// total 0: not known yet. `rate` is per second.
    void progressed(qint64 done, qint64 total, double rate);
    void opened(const lemnos::OpenDataset& dataset);
    void failed(const QString& sentence);
    void cancelled();

  private:
    struct Progress;
    using Work = std::function<Result<OpenDataset>(const std::shared_ptr<Progress>&, std::stop_token)>;
    void start(const QString& what, Work work);
    Work scanWork(std::filesystem::path folder, const SplitOptions& split) const;

    Backend m_backend;
    QThreadPool m_pool;
    std::stop_source m_stop;
    quint64 m_job = 0;
    bool m_jobRunning = false;
};

}  // namespace lemnos
