// RunIndex: all runs of a folder, known quickly because their summaries are kept in an SQLite file.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <filesystem>
#include <vector>

#include "model/train/run_summary.h"

namespace lemnos {

/// Newest first. The file is only an index: what it lacks, or says of a run that has changed since, is read from the
/// run's folder; a file that is damaged or can't be written is as good as none.
std::vector<RunSummary> readIndexedRuns(const std::filesystem::path& runs, const std::filesystem::path& database);

/// The same in the background.
class RunIndex : public QObject {
    Q_OBJECT

  public:
    RunIndex(std::filesystem::path runs, std::filesystem::path database, QObject* parent = nullptr);
    ~RunIndex() override;

    const std::filesystem::path& folder() const { return m_folder; }
    const std::vector<RunSummary>& runs() const { return m_runs; }
    /// Looks again; changed() follows.
    void refresh();

  signals:
    void changed();

  private:
    std::filesystem::path m_folder, m_database;
    std::vector<RunSummary> m_runs;
    QThreadPool m_pool;
    bool m_reading = false, m_again = false;
};

}  // namespace lemnos
