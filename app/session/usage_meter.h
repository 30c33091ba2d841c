// UsageMeter: how busy this PC is while a run goes on.
#pragma once

#include <cstdint>
#include <filesystem>

namespace lemnos {

struct Usage {
    double processor = 0;                          ///< share of all cores that work: 0 to 1
    double ownProcessor = 0;                       ///< what the run takes of that
    std::int64_t memoryBytes = 0;                  ///< of the run's process
    std::int64_t memoryUsed = 0, memoryTotal = 0;  ///< of the PC
};

/// Reads what the kernel tells. What it does not tell stays 0, as everything does where there is no such folder.
class UsageMeter {
  public:
    /// `proc` is another folder only in tests.
    explicit UsageMeter(std::filesystem::path proc = "/proc");

    /// The process is that of the run. Shares are of the time since the last call for it; at the first there are none.
    Usage look(std::int64_t process);

  private:
    struct Ticks {
        double busy = 0, own = 0, all = 0;
    };
    Ticks ticks(std::int64_t process) const;

    std::filesystem::path m_proc;
    std::int64_t m_process = 0;
    Ticks m_last;
};

}  // namespace lemnos
