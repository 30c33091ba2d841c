// StepClock: attributes the time of the training loop to what it waited for.
#pragma once

#include <algorithm>

#include "model/train/step_times.h"

namespace lemnos {

/// Told by the loop what it has just spent time on, in the order in which it happens. Steps overlap: while the device
/// works on one batch, the loop fetches the next. So time counts by the cycle from one collected step to the next: if
/// the loop had to wait for the device at its end, the device was busy all the while, and all of the cycle is its;
/// otherwise the device ran dry, and what the loop did instead is what held it up.
class StepClock {
  public:
    /// Waited for a batch; `readSeconds` and `decodeSeconds` are what all loader threads have spent since the last
    /// call.
    void waited(double seconds, double readSeconds, double decodeSeconds) {
        m_readSeconds += readSeconds;
        m_decodeSeconds += decodeSeconds;
        m_cycle.decode += seconds;  // parted in two by take()
    }
    /// Handed a batch to the device.
    void uploaded(double seconds) { m_cycle.upload += seconds; }
    /// Waited for the device's oldest step, `seconds` long, of which it spent `syncSeconds` on other devices; the cycle
    /// took `cycleSeconds` in all.
    void collected(double seconds, double cycleSeconds, double syncSeconds = 0) {
        constexpr double noticeable = 0.05;  // of a cycle: fetching results takes a moment even when they are there
        const bool busy = seconds > noticeable * cycleSeconds;
        StepTimes part = m_cycle;
        if (busy) part = {};
        const double device = busy ? cycleSeconds : seconds;
        part.sync = std::clamp(syncSeconds, 0.0, device);
        part.compute = device - part.sync;
        part.sync += std::max(0.0, cycleSeconds - part.total());
        m_times.add(part);
        m_cycle = {};
    }

    /// What was attributed since the last call.
    StepTimes take() {
        StepTimes times = m_times;
        const double loader = m_readSeconds + m_decodeSeconds, waiting = times.decode;
        times.read = loader > 0 ? waiting * m_readSeconds / loader : 0;
        times.decode = waiting - times.read;
        m_times = {};
        m_readSeconds = m_decodeSeconds = 0;
        return times;
    }

  private:
    StepTimes m_times, m_cycle;
    double m_readSeconds = 0, m_decodeSeconds = 0;  ///< of the loader's threads
};

}  // namespace lemnos
