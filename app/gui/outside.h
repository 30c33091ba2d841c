// What the window reaches outside itself, in one place, so that tests can stand in for it.
#pragma once

#include <QString>
#include <QStringList>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "model/data/image.h"
#include "model/data/project_file.h"
#include "model/data/sample_data.h"

class QWidget;

namespace lemnos {

Status moveToTrash(const std::filesystem::path& path);

/// Work that takes its time. Never called on the GUI thread, but for what says otherwise.
struct Backend {
    std::function<Result<DatasetIndex>(const std::vector<std::filesystem::path>&, const ScanOptions&)> scan =
        scanSources;
    std::function<Status(const std::filesystem::path&, const SampleDataOptions&)> makeSample = makeSampleData;
    std::function<Result<Image>(const std::filesystem::path&)> readImage = lemnos::readImage;
    /// Where the desktop has no trash, an Error that says so; quick enough for the GUI thread.
    std::function<Status(const std::filesystem::path&)> moveToTrash = lemnos::moveToTrash;
};

/// Questions to the user. The parent is the window that asks.
struct Dialogs {
    Dialogs();
    /// A folder, or an empty text when the user thought better of it.
    std::function<QString(QWidget* parent, const QString& title, const QString& start)> chooseFolder;
    /// A list or project to open; as chooseFolder.
    std::function<QString(QWidget* parent, const QString& title, const QString& filter)> chooseFile;
    /// Where to save a project; as chooseFolder.
    std::function<QString(QWidget* parent, const QString& title, const QString& start)> saveFile;
    /// Where to save a chart; as chooseFolder.
    std::function<QString(QWidget* parent, const QString& title, const QString& start)> saveChart;
    /// A text, or one of the choices where there are some and the text is not `free`; nothing when cancelled.
    std::function<std::optional<QString>(QWidget* parent, const QString& title, const QString& label,
                                         const QStringList& choices, const QString& current, bool free)>
        askText;
    /// A question with a yes, which the button says in its own words.
    std::function<bool(QWidget* parent, const QString& title, const QString& question, const QString& yes)> confirm;
    /// What becomes of the training that is going on when the window is closed.
    enum class Quit : std::uint8_t { cancel, leaveRun, stopRun };
    std::function<Quit(QWidget* parent)> quitWhileTraining;
    /// Whether the window may be closed, which stops the sweep with checkpoints.
    std::function<bool(QWidget* parent)> quitWhileSweeping;
};

struct Outside {
    Backend backend;
    Dialogs dialogs;
};

}  // namespace lemnos
