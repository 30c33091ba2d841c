// ChildProcess: a lemnos-cli started by this one, whose standard output is read line by line.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compute/result.h"

namespace lemnos {

/// It is asked to end when this process ends, however this one ends: its standard input is a pipe from here, and it is
/// started with --until-input-ends. A Ctrl-C at the terminal is meant for this process alone, which tells its children.
class ChildProcess {
  public:
    using Clock = std::chrono::steady_clock;

    /// `lemnos-cli ARGUMENTS`. What it says on standard error is appended to `log`; without one it goes where this
    /// process's goes.
    static Result<ChildProcess> start(const std::vector<std::string>& arguments, const std::filesystem::path& log = {});
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    /// Asks it to end, and waits until it has; ends it where it does not listen.
    ~ChildProcess();

    /// The next line of its output; nothing when none has come by then, or none will come.
    std::optional<std::string> line(Clock::time_point until = Clock::time_point::max());
    /// 0 once it was waited for.
    pid_t id() const { return m_id; }
    /// Its output has ended, as it does when the process has.
    bool isOver() const { return m_over; }
    /// Asks it to end. From any thread, but not while wait() or the destructor is called.
    void askToEnd() const;
    /// The same, and says why, in a line.
    void askToEnd(const std::string& why) const;
    /// Blocks until it has ended. Its exit code; nothing when a signal has ended it.
    std::optional<int> wait();

  private:
    ChildProcess(pid_t id, int input, int output) : m_id(id), m_input(input), m_output(output) {}

    pid_t m_id = 0;  ///< 0: it has ended, and its number may be another's
    int m_input = -1, m_output = -1;
    std::string m_buffer{};
    bool m_over = false;
};

}  // namespace lemnos
