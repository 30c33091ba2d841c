// MetricsFile: metrics.csv of a run, a row for each epoch, for spreadsheets and scripts.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "compute/result.h"
#include "model/train/event.h"

namespace lemnos {

class MetricsFile {
  public:
    /// Writes the file anew from what the run has told so far, so that it has each epoch once, whatever happened to it.
    static Result<MetricsFile> create(const std::filesystem::path& file, const std::vector<Event>& before);

    /// Appends the row of an epoch; other events are passed over.
    Status add(const Event& event);

  private:
    struct FileCloser {
        void operator()(std::FILE* f) const { std::fclose(f); }
    };
    MetricsFile(std::filesystem::path path, std::FILE* file) : m_path(std::move(path)), m_file(file) {}

    std::filesystem::path m_path;
    std::unique_ptr<std::FILE, FileCloser> m_file;
};

}  // namespace lemnos
