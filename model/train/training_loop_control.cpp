// TrainingLoop: what users ask for while it trains.
#include "model/pause.h"
#include "model/train/training_loop.h"

namespace lemnos {
namespace {

/// How often a paused run looks whether it was asked something: whoever asks is another process, and wakes nobody here.
constexpr auto pausePoll = std::chrono::milliseconds(50);

}  // namespace

/// Called only between updates: nothing that is half added up is lost when a checkpoint follows.
Status TrainingLoop::obey() {
    for (const RunCommand& command : m_control.poll()) TRY_OK(obey(command));
    return m_paused ? waitPaused() : Status();
}

Status TrainingLoop::obey(const RunCommand& command) {
    using Kind = RunCommand::Kind;
    TRY_OK(drain());
    switch (command.kind) {
        case Kind::pause:
            m_paused = true;
            break;
        case Kind::goOn:
            m_paused = false;
            break;
        case Kind::stop:
            m_stopAsked = true;
            break;
        case Kind::stopAfterEpoch:
            m_stopAfterEpoch = true;
            m_paused = false;
            break;
        case Kind::checkpoint:
            break;
        case Kind::learningRate:
            m_state.learningRate = m_learningRate = command.value;
            break;
        case Kind::epochs:
            // Not fewer than there are: the epoch at hand is the last one then.
            m_state.epochs = m_epochs = std::max(static_cast<std::int64_t>(command.value), m_state.epoch + 1);
            break;
    }
    // A change is part of the run from the moment it is told; a stop saves its own checkpoint.
    if (command.kind != Kind::goOn && command.kind != Kind::stop && command.kind != Kind::stopAfterEpoch)
        TRY_OK(saveCheckpoint(false));
    m_parts.log.tell(ControlEvent{command, m_state.epoch, m_state.step});
    return {};
}

/// The pause counts neither as time spent nor for the speed.
Status TrainingLoop::waitPaused() {
    const auto began = Clock::now();
    while (m_paused && !m_stopAsked && !m_parts.stop.stop_requested()) {
        pauseFor(pausePoll, m_parts.stop);
        for (const RunCommand& command : m_control.poll()) TRY_OK(obey(command));
    }
    m_paused = false;
    const auto pause = Clock::now() - began;
    for (Clock::time_point* start : {&m_started, &m_epochStarted, &m_lastProgress, &m_lastCollected}) *start += pause;
    return {};
}

Status TrainingLoop::saveWhenDue() {
    const double minutes = realParam(m_parts.spec.settings, "checkpoint_minutes");
    if (minutes <= 0 || secondsSince(m_lastCheckpoint) < minutes * 60) return {};
    TRY_OK(drain());
    return saveCheckpoint(false);
}

}  // namespace lemnos
