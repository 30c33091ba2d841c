#include "app/session/run_follower.h"

#include "app/session/qt_path.h"
#include "model/train/run_lock.h"

namespace lemnos {

namespace {

constexpr int pollMs = 200;
constexpr qint64 mostAtOnce = 1 << 18;  // bytes; the window stays alive while it catches up with a long run

}  // namespace

RunFollower::RunFollower(QObject* parent) : QObject(parent) {
    connect(&m_timer, &QTimer::timeout, this, &RunFollower::look);
}

void RunFollower::start(const std::filesystem::path& run) {
    stop();
    m_run = run;
    m_lines = {};
    m_file.setFileName(toText(run / "events.jsonl"));
    m_timer.start(0);
}

void RunFollower::stop() {
    m_timer.stop();
    m_file.close();
}

void RunFollower::look() {
    // Asked before reading: whatever it wrote while it lived is in the file then.
    const bool alive = holderOf(m_run).has_value();
    const bool more = read();
    if (!isFollowing()) return;  // whoever listens had enough
    m_timer.setInterval(more ? 0 : pollMs);
    if (alive || more) return;
    stop();
    emit ended();
}

bool RunFollower::read() {
    // A run that was just begun may not have written anything yet.
    if (!m_file.isOpen() && !m_file.open(QIODevice::ReadOnly)) return false;
    const QByteArray bytes = m_file.read(mostAtOnce);
    for (const QByteArray& each : m_lines.add(bytes)) emit line(each);
    return bytes.size() == mostAtOnce;
}

}  // namespace lemnos
