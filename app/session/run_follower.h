// RunFollower: reads what a run writes into its folder, from its first event on, while another process trains it.
#pragma once

#include <QFile>
#include <QObject>
#include <QTimer>
#include <filesystem>

#include "app/session/output_tail.h"

namespace lemnos {

class RunFollower : public QObject {
    Q_OBJECT

  public:
    explicit RunFollower(QObject* parent = nullptr);
    void start(const std::filesystem::path& run);
    void stop();
    bool isFollowing() const { return m_timer.isActive(); }

  signals:
    /// A complete line of events.jsonl.
    void line(const QByteArray& line);
    /// Nobody trains the run any more; all it has written was told.
    void ended();

  private:
    bool read();  ///< false: there is no more for now
    void look();

    std::filesystem::path m_run;
    QFile m_file;
    OutputTail m_lines;
    QTimer m_timer;
};

}  // namespace lemnos
