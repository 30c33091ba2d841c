#include "app/session/run_watch.h"

#include <algorithm>
#include <chrono>
#include <vector>

namespace lemnos {

namespace {

constexpr std::size_t remembered = 101;  // steps, whose median is what is usual
constexpr int lookMs = 1000;

double steadySeconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

RunWatch::RunWatch(QObject* parent, std::function<double()> clock)
    : QObject(parent), m_clock(clock ? std::move(clock) : steadySeconds) {
    m_timer.setInterval(lookMs);
    connect(&m_timer, &QTimer::timeout, this, &RunWatch::look);
}

void RunWatch::start() {
    m_steps.clear();
    m_watching = m_told = false;
    m_timer.start();
}

void RunWatch::stop() {
    m_watching = false;
    m_timer.stop();
}

void RunWatch::take(const Event& event) {
    if (m_told && !std::holds_alternative<LogEvent>(event.what)) {
        m_told = false;
        emit moved();
    }
    m_last = m_since = m_clock();
    if (const auto* started = std::get_if<StartedEvent>(&event.what)) {
        m_validationShare = double(started->validationCount) / double(std::max<std::int64_t>(1, started->trainCount));
        m_watching = true;
        m_lastEpoch = 0;  // what comes next is no interval between two steps
        m_stepsAhead = 1;
    } else if (const auto* progress = std::get_if<ProgressEvent>(&event.what)) {
        // The time in between counts only where nothing but steps happened.
        if (m_watching && progress->epoch == m_lastEpoch && progress->step > m_lastStep) {
            // By the run's own clock: a run that is found again tells what it has been through all at once.
            m_steps.push_back(std::max(0.0, event.time - m_lastTime) / double(progress->step - m_lastStep));
            if (m_steps.size() > remembered) m_steps.pop_front();
        }
        m_lastTime = event.time;
        m_lastEpoch = progress->epoch;
        m_lastStep = progress->step;
        m_stepsPerEpoch = progress->steps;
        m_watching = true;
        // Behind the last step of an epoch all of the validation comes before the next sign of life.
        m_stepsAhead =
            progress->step < progress->steps ? 1 : 1 + std::int64_t(m_validationShare * double(m_stepsPerEpoch));
    } else if (std::holds_alternative<EpochEvent>(event.what)) {
        m_lastEpoch = 0;
        m_stepsAhead = 1;
    } else if (const auto* control = std::get_if<ControlEvent>(&event.what)) {
        m_lastEpoch = 0;
        m_watching = control->command.kind != RunCommand::Kind::pause;
    } else if (!std::holds_alternative<LogEvent>(event.what) && !std::holds_alternative<PredictionsEvent>(event.what)) {
        m_watching = false;
    }
}

void RunWatch::wait() {
    m_since = m_clock();
    m_told = false;
}

double RunWatch::usualStep() const {
    if (m_steps.empty()) return 0;
    std::vector<double> sorted(m_steps.begin(), m_steps.end());
    const auto middle = sorted.begin() + std::ptrdiff_t(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    return *middle;
}

void RunWatch::look() {
    if (!m_watching || m_told) return;
    const double quiet = m_clock() - m_since;
    const double allowed =
        m_steps.empty() ? firstSeconds : std::max(leastSeconds, patience * usualStep() * double(m_stepsAhead));
    if (quiet < allowed) return;
    m_told = true;
    emit hung(m_clock() - m_last, usualStep());
}

}  // namespace lemnos
