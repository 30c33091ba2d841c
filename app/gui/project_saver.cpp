// ProjectSaver: one write at a time, the newest state each time.
#include "app/gui/project_saver.h"

#include <QtConcurrentRun>
#include "app/gui/error_text.h"

#include "model/files.h"

namespace lemnos {

namespace {

constexpr int delayMs = 500;  // so that a slider that moves is one write

Status write(const ProjectFile& file, const std::filesystem::path& path) {
    std::error_code code;
    std::filesystem::create_directories(path.parent_path(), code);
    return writeProject(file, path);
}

}  // namespace

ProjectSaver::ProjectSaver(Project& project, QObject* parent) : QObject(parent), m_project(project) {
    m_pool.setMaxThreadCount(1);
    m_timer.setSingleShot(true);
    m_timer.setInterval(delayMs);
    connect(&m_timer, &QTimer::timeout, this, &ProjectSaver::save);
    for (const auto signal :
         {&Project::datasetChanged, &Project::graphChanged, &Project::planChanged, &Project::settingsChanged})
        connect(&project, signal, this, &ProjectSaver::schedule);
    connect(&project.history(), &DataHistory::changed, this, &ProjectSaver::schedule);
}

ProjectSaver::~ProjectSaver() {
    m_pool.waitForDone();
    if (m_dirty && m_project.dataset()) static_cast<void>(write(m_project.toFile(), m_project.file()));
}

void ProjectSaver::schedule() {
    if (!m_project.dataset()) return;
    m_dirty = true;
    m_timer.start();
}

void ProjectSaver::saveAs(const std::filesystem::path& file) {
    m_project.setFile(file);
    m_dirty = true;
    save();
}

void ProjectSaver::whenSaved(std::function<void()> call) {
    if (!m_dirty && !m_writing) return call();
    m_waiting.push_back(std::move(call));
    save();
}

void ProjectSaver::save() {
    m_timer.stop();
    if (m_writing || !m_dirty || !m_project.dataset()) return;
    m_writing = true;
    m_dirty = false;
    QtConcurrent::run(&m_pool, [file = m_project.toFile(), path = m_project.file()] {
        return std::make_shared<Status>(write(file, path));
    }).then(this, [this](const std::shared_ptr<Status>& status) {
        m_writing = false;
        if (!*status) {
            m_dirty = true;     // the next change, or the end of the program, tries again
            m_waiting.clear();  // what waits would read what is not there
            emit failed(errorText(status->error()));
            return;
        }
        emit saved();
        if (m_dirty) return m_waiting.empty() ? m_timer.start() : save();
        for (const auto& call : std::exchange(m_waiting, {})) call();
    });
}

}  // namespace lemnos
