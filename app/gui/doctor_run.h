// DoctorRun: the doctor in the background, with progress and cancel.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <memory>
#include <stop_token>
#include <vector>

#include "model/doctor/doctor.h"

namespace lemnos {

/// One examination at a time; another one cancels the one before, which then says nothing more.
class DoctorRun : public QObject {
    Q_OBJECT

  public:
    using Findings = std::shared_ptr<const std::vector<Finding>>;

    explicit DoctorRun(QObject* parent = nullptr);
    /// Cancels, and waits until the examination has noticed.
    ~DoctorRun() override;

    void start(std::shared_ptr<const DatasetIndex> index, std::vector<Edit> edits);
    void cancel();
    bool isRunning() const { return m_running; }

  signals:
    void started();
    /// total 0: not known.
    void progressed(const QString& check, qint64 done, qint64 total);
    void finished(const std::shared_ptr<const lemnos::DatasetIndex>& index,
                  const lemnos::DoctorRun::Findings& findings);
    void failed(const QString& sentence);
    void cancelled();

  private:
    QThreadPool m_pool;
    std::stop_source m_stop;
    quint64 m_job = 0;
    bool m_running = false;
};

}  // namespace lemnos
