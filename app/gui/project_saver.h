// ProjectSaver: writes the project a moment after each change, off the GUI thread.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <filesystem>
#include <functional>
#include <vector>

#include "app/gui/project.h"

namespace lemnos {

class ProjectSaver : public QObject {
    Q_OBJECT

  public:
    explicit ProjectSaver(Project& project, QObject* parent = nullptr);
    /// Writes what is not written yet.
    ~ProjectSaver() override;

    /// Writes to another place from now on.
    void saveAs(const std::filesystem::path& file);
    /// Calls back on this thread when everything up to now is written, or at once where nothing is to be; not at all
    /// when writing fails.
    void whenSaved(std::function<void()> call);

  signals:
    void saved();
    void failed(const QString& sentence);

  private:
    void schedule();
    void save();

    Project& m_project;
    QThreadPool m_pool;
    QTimer m_timer;
    std::vector<std::function<void()>> m_waiting;
    bool m_writing = false, m_dirty = false;
};

}  // namespace lemnos
