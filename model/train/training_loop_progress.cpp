// TrainingLoop: what it tells of its progress.
#include <algorithm>
#include <map>

#include "model/train/training_loop.h"

namespace lemnos {

/// What each device has done; one that trains alone computes when the loop waits for it.
std::vector<DeviceWork> TrainingLoop::takeWork(const StepTimes& times) {
    std::vector<RankWork> ranks = m_learner.takeWork();
    if (ranks.empty()) ranks.push_back({{}, m_sinceProgress.count, times.compute});
    std::vector<DeviceWork> devices;
    std::size_t own = 0;
    std::map<std::string, int> devicesOf;  // so far, of each other PC
    for (const RankWork& rank : ranks) {
        const double working = std::clamp(rank.seconds, 0.0, times.total());
        DeviceWork work{rank.name, {}, std::max<std::int64_t>(rank.samples, 0), working, times.total() - working};
        if (work.name.empty() && own < m_parts.prepared.devices.size()) {
            const DeviceInfo& info = m_parts.prepared.devices[own++]->info();
            work.name = info.name;
            work.place = info.place;
        } else if (const int number = ++devicesOf[work.name]; number > 1) {
            work.name += " (" + std::to_string(number) + ")";
        }
        devices.push_back(std::move(work));
    }
    return devices;
}

double TrainingLoop::etaSeconds() const {
    const double perSample =
        secondsSince(m_epochStarted) / static_cast<double>(std::max<std::int64_t>(m_epochSamples, 1));
    const double epoch = perSample * static_cast<double>(m_trainSamples.size());
    const double rest =
        epoch * static_cast<double>(m_stepsPerEpoch - m_state.step) / static_cast<double>(m_stepsPerEpoch);
    const auto epochsAfter = static_cast<double>(m_epochs - m_state.epoch - 1);
    return rest + epoch * m_validationShare + epochsAfter * epoch * (1 + m_validationShare);
}

}  // namespace lemnos
