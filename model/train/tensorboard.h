// TensorBoardFiles: what a run tells, as files that TensorBoard shows.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "compute/result.h"
#include "model/train/event.h"

namespace lemnos {

/// One scalar of a step, as a serialised tensorflow.Event (tensorflow/core/util/event.proto).
std::string tensorBoardScalar(double time, std::int64_t step, std::string_view tag, double value);
/// A record of a TFRecord file: length, its masked CRC-32C, the bytes, their masked CRC-32C.
std::string tfRecord(std::string_view bytes);

/// Two folders, train and validation, with the same tags, so that TensorBoard lays the curves over each other:
/// batch_loss and batch_accuracy a few times a second, epoch_loss and epoch_accuracy for each epoch, and the rate.
class TensorBoardFiles {
  public:
    /// New files in this folder, beside those of earlier parts of the run. `name` tells the parts of a run apart.
    static Result<TensorBoardFiles> create(const std::filesystem::path& folder, double time, const std::string& name);

    /// Progress and epochs; other events are passed over.
    Status add(const Event& event);

  private:
    struct FileCloser {
        void operator()(std::FILE* f) const { std::fclose(f); }
    };
    using File = std::unique_ptr<std::FILE, FileCloser>;
    TensorBoardFiles(std::filesystem::path folder, File train, File validation)
        : m_folder(std::move(folder)), m_train(std::move(train)), m_validation(std::move(validation)) {}
    Status write(const File& file, const std::string& records) const;

    std::filesystem::path m_folder;
    File m_train, m_validation;
};

}  // namespace lemnos
