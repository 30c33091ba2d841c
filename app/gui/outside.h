// What the window reaches outside itself, in one place, so that tests can stand in for it.
#pragma once

#include <QString>
#include <filesystem>
#include <functional>

#include "model/data/dataset_index.h"
#include "model/data/image.h"
#include "model/data/sample_data.h"

class QWidget;

namespace lemnos {

/// Work that takes its time. Never called on the GUI thread.
struct Backend {
    std::function<Result<DatasetIndex>(const std::filesystem::path&, const ScanOptions&)> scan = scanDataset;
    std::function<Status(const std::filesystem::path&, const SampleDataOptions&)> makeSample = makeSampleData;
    std::function<Result<Image>(const std::filesystem::path&)> readImage = lemnos::readImage;
};

/// Questions to the user. The parent is the window that asks.
struct Dialogs {
    Dialogs();
    /// A folder, or an empty text when the user thought better of it.
    std::function<QString(QWidget* parent, const QString& title, const QString& start)> chooseFolder;
    /// Whether to stop the training that is going on and quit.
    std::function<bool(QWidget* parent)> stopAndQuit;
};

struct Outside {
    Backend backend;
    Dialogs dialogs;
};

}  // namespace lemnos
