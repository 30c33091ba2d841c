#include "app/cli/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

extern char** environ;

namespace lemnos {

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& arguments) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) return Error{"A process can't be started: " + std::string(std::strerror(errno))};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    std::vector<char*> argv = {const_cast<char*>("lemnos-cli")};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    pid_t id = 0;
    const int code = ::posix_spawn(&id, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (code != 0) {
        ::close(ends[0]);
        return Error{"A process can't be started: " + std::string(std::strerror(code))};
    }
    return ChildProcess(id, ends[0]);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : m_id(std::exchange(other.m_id, 0)),
      m_output(std::exchange(other.m_output, -1)),
      m_buffer(std::move(other.m_buffer)),
      m_over(other.m_over) {}

ChildProcess::~ChildProcess() {
    if (m_output >= 0) ::close(m_output);
    if (m_id <= 0) return;
    askToEnd();
    constexpr int looks = 250;
    constexpr std::chrono::milliseconds between{20};
    for (int i = 0; i < looks && ::waitpid(m_id, nullptr, WNOHANG) == 0; ++i) std::this_thread::sleep_for(between);
    ::kill(m_id, SIGKILL);
    while (::waitpid(m_id, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void ChildProcess::askToEnd() const {
    ::kill(m_id, SIGTERM);
    ::kill(m_id, SIGCONT);  // whoever is stopped hears nothing
}

std::optional<std::string> ChildProcess::line(std::chrono::steady_clock::time_point until) {
    while (true) {
        if (const std::size_t end = m_buffer.find('\n'); end != std::string::npos) {
            std::string text = m_buffer.substr(0, end);
            m_buffer.erase(0, end + 1);
            return text;
        }
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
        pollfd one{m_output, POLLIN, 0};
        if (m_over || ::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(0, left))) <= 0) return std::nullopt;
        char bytes[4096];
        const ssize_t count = ::read(m_output, bytes, sizeof bytes);
        if (count > 0)
            m_buffer.append(bytes, static_cast<std::size_t>(count));
        else if (count == 0 || errno != EINTR)
            m_over = true;
    }
}

}  // namespace lemnos
