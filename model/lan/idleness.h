// Idleness: whether somebody, or something but what Lemnos does for others, uses this PC.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace lemnos {

/// What tells is what every Linux tells everybody, without a desktop's help: a screen that is on, a key that was
/// pressed in a terminal here or by SSH, and the time that the processor spends on others.
class Idleness {
  public:
    using Clock = std::chrono::steady_clock;
    /// How long after a key in a terminal somebody is taken to be there.
    static constexpr std::chrono::minutes typing{5};

    /// `root` has proc, sys and dev; another folder than / in tests.
    explicit Idleness(std::filesystem::path root = "/") : m_root(std::move(root)) {}

    /// Why this PC is not idle, as a sentence for both sides; nothing when it is. To be asked every few seconds, for
    /// the load is that since about ten seconds ago. What the processes `helping` do does not count.
    std::optional<std::string> use(std::span<const pid_t> helping, Clock::time_point now = Clock::now());

  private:
    struct Sample {
        Clock::time_point time;
        double seconds = 0;  ///< that all processors have worked for anything but `helping`
    };
    bool screenIsOn() const;
    bool somebodyTypes() const;
    bool othersWork(std::span<const pid_t> helping, Clock::time_point now);

    std::filesystem::path m_root;
    std::map<pid_t, double> m_helping;  ///< seconds that each has worked, as it was seen last
    double m_helped = 0;                ///< seconds that all have worked, those that are gone too
    std::deque<Sample> m_samples;
};

}  // namespace lemnos
