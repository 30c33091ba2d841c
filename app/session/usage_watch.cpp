#include "app/session/usage_watch.h"

#include <QDateTime>
#include <QtConcurrentRun>
#include <optional>

#include "model/train/run_lock.h"

namespace lemnos {

namespace {

constexpr int lookMs = 2000;

}  // namespace

UsageWatch::UsageWatch(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(1);
    m_timer.setInterval(lookMs);
    connect(&m_timer, &QTimer::timeout, this, &UsageWatch::look);
}

void UsageWatch::start(const std::filesystem::path& run) {
    m_run = run;
    m_timer.start();
    look();
}

void UsageWatch::stop() {
    m_timer.stop();
}

void UsageWatch::look() {
    if (m_looking) return;
    m_looking = true;
    struct Look {
        Usage usage;
        Temperatures temperatures;
    };
    QtConcurrent::run(&m_pool, [this, run = m_run]() -> std::optional<Look> {
        // A run that was killed has no last event; it holds its folder no more.
        const auto process = holderOf(run);
        if (!process) return std::nullopt;
        return Look{m_meter.look(*process), readTemperatures()};
    }).then(this, [this, run = m_run](const std::optional<Look>& seen) {
        m_looking = false;
        if (!m_timer.isActive()) return;
        if (run != m_run) return look();
        if (!seen) return;
        emit looked(double(QDateTime::currentMSecsSinceEpoch()) / 1000, seen->usage, seen->temperatures);
    });
}

}  // namespace lemnos
