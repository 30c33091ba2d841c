// DoctorRun: examine() on a thread of its own.
#include "app/gui/doctor_run.h"

#include <QElapsedTimer>
#include <QtConcurrentRun>

#include "app/gui/error_text.h"
#include "app/gui/widgets/param_editor.h"

namespace lemnos {

DoctorRun::DoctorRun(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(2);  // a cancelled one that is about to end must not hold up the next
}

DoctorRun::~DoctorRun() {
    m_stop.request_stop();
    m_pool.waitForDone();
}

void DoctorRun::cancel() {
    if (!m_running) return;
    m_stop.request_stop();
    ++m_job;
    m_running = false;
    emit cancelled();
}

void DoctorRun::start(std::shared_ptr<const DatasetIndex> index, std::vector<Edit> edits) {
    m_stop.request_stop();
    m_stop = {};
    const quint64 job = ++m_job;
    m_running = true;
    emit started();
    using Outcome = std::shared_ptr<Result<std::vector<Finding>>>;
    QtConcurrent::run(&m_pool, [this, job, index, edits = std::move(edits), stop = m_stop.get_token()] {
        DoctorOptions options{.stop = stop, .edits = edits};
        options.progress = [this, job](std::string_view check, std::size_t done, std::size_t total) {
            QMetaObject::invokeMethod(this, [this, job, text = std::string(check), done, total] {
                if (job == m_job) emit progressed(translated(text), qint64(done), qint64(total));
            });
        };
        return std::make_shared<Result<std::vector<Finding>>>(examine(*index, options));
    }).then(this, [this, job, index](const Outcome& outcome) {
        if (job != m_job || !m_running) return;
        m_running = false;
        if (*outcome)
            emit finished(index, std::make_shared<const std::vector<Finding>>(**outcome));
        else
            emit failed(errorText(outcome->error()));
    });
}

}  // namespace lemnos
