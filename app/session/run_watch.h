// RunWatch: notices that a run has stopped taking steps, as it does when a graphics driver hangs.
#pragma once

#include <QObject>
#include <QTimer>
#include <deque>
#include <functional>

#include "model/train/event.h"

namespace lemnos {

/// Fed with the events of a run. Between steps it allows ten times what steps usually take, and never less than half a
/// minute; five minutes while it is not known what they take. Preparing, testing and pauses take as long as they take.
class RunWatch : public QObject {
    Q_OBJECT

  public:
    /// `clock` tells seconds that only ever grow; the default is the computer's own.
    explicit RunWatch(QObject* parent = nullptr, std::function<double()> clock = {});

    /// Follows a new run; what was learnt of an earlier one is forgotten.
    void start();
    void stop();
    void take(const Event& event);
    /// The user would rather wait: as much time again.
    void wait();
    /// What the timer does every second.
    void look();

    static constexpr double leastSeconds = 30;
    static constexpr double firstSeconds = 300;  ///< until a step has been timed
    static constexpr double patience = 10;       ///< times what is usual

  signals:
    /// No step for so long, where one usually takes `usualSeconds`, 0 where that is not known. Told once, until the run
    /// moves or wait().
    void hung(double seconds, double usualSeconds);
    /// The run that was told to hang takes steps again.
    void moved();

  private:
    double usualStep() const;

    std::function<double()> m_clock;
    QTimer m_timer;
    std::deque<double> m_steps;      ///< what the latest steps took, each
    double m_validationShare = 0;    ///< validation pictures for each training picture
    double m_lastTime = 0;           ///< of the last progress, as the run tells it
    double m_last = 0, m_since = 0;  ///< when it moved, and since when it is waited for, by the clock here
    std::int64_t m_lastStep = 0, m_lastEpoch = 0, m_stepsAhead = 1, m_stepsPerEpoch = 1;
    bool m_watching = false, m_told = false;
};

}  // namespace lemnos
