// ChildProcess: a lemnos-cli started by this one, whose standard output is read line by line.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "compute/result.h"

namespace lemnos {

class ChildProcess {
  public:
    /// `lemnos-cli ARGUMENTS`; its standard input is empty, its errors go where this process's go.
    static Result<ChildProcess> start(const std::vector<std::string>& arguments);
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    /// Asks it to end, and waits until it has; ends it where it does not listen.
    ~ChildProcess();

    pid_t id() const { return m_id; }
    /// The next line of its output; nothing when none has come by then, or none will come.
    std::optional<std::string> line(std::chrono::steady_clock::time_point until);
    /// Its output has ended, as it does when the process has.
    bool isOver() const { return m_over; }
    /// Asks it to end.
    void askToEnd() const;

  private:
    ChildProcess(pid_t id, int output) : m_id(id), m_output(output) {}

    pid_t m_id = 0;
    int m_output = -1;
    std::string m_buffer{};
    bool m_over = false;
};

}  // namespace lemnos
