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
#include <utility>

#include "app/cli/interruption.h"

extern char** environ;

namespace lemnos {

namespace {

constexpr std::chrono::seconds endsWithin{5};

struct Pipe {
    int reading = -1, writing = -1;
    bool open() {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) != 0) return false;
        reading = ends[0];
        writing = ends[1];
        return true;
    }
    ~Pipe() {
        for (const int end : {reading, writing})
            if (end >= 0) ::close(end);
    }
};

/// The number of the new process, or what posix_spawn() says.
Result<pid_t> spawn(const std::vector<std::string>& arguments, int input, int output,
                    const std::filesystem::path& log) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (!log.empty())
        ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    std::vector<char*> argv = {const_cast<char*>("lemnos-cli"), const_cast<char*>(untilInputEnds)};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    pid_t id = 0;
    const int code = ::posix_spawn(&id, "/proc/self/exe", &actions, &attributes, argv.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (code != 0) return Error{std::strerror(code)};
    return id;
}

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& arguments, const std::filesystem::path& log) {
    const auto failed = [](const std::string& why) { return Error{"A process could not be started: " + why + "."}; };
    Pipe input, output;
    if (!input.open() || !output.open()) return failed(std::strerror(errno));
    const auto id = spawn(arguments, input.reading, output.writing, log);
    if (!id) return failed(id.error().message);
    return ChildProcess(*id, std::exchange(input.writing, -1), std::exchange(output.reading, -1));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : m_id(std::exchange(other.m_id, 0)),
      m_input(std::exchange(other.m_input, -1)),
      m_output(std::exchange(other.m_output, -1)),
      m_buffer(std::move(other.m_buffer)),
      m_over(other.m_over) {}

ChildProcess::~ChildProcess() {
    if (m_id > 0) {
        askToEnd();
        const auto until = Clock::now() + endsWithin;
        while (!m_over && Clock::now() < until) (void)line(until);
        ::kill(m_id, SIGKILL);
        (void)wait();
    }
    if (m_input >= 0) ::close(m_input);
    if (m_output >= 0) ::close(m_output);
}

void ChildProcess::askToEnd() const {
    if (m_id <= 0) return;
    ::kill(m_id, SIGTERM);
    ::kill(m_id, SIGCONT);  // whoever is stopped hears nothing
}

void ChildProcess::askToEnd(const std::string& why) const {
    const std::string text = why + '\n';
    // Much shorter than what a pipe holds.
    if (m_id <= 0 || ::write(m_input, text.data(), text.size()) != static_cast<ssize_t>(text.size())) return askToEnd();
    ::kill(m_id, SIGCONT);
}

std::optional<std::string> ChildProcess::line(Clock::time_point until) {
    constexpr std::chrono::milliseconds longest{60'000};
    while (true) {
        if (const std::size_t end = m_buffer.find('\n'); end != std::string::npos) {
            std::string text = m_buffer.substr(0, end);
            m_buffer.erase(0, end + 1);
            return text;
        }
        const auto now = Clock::now();
        if (m_over) return std::nullopt;
        const auto left = until - now < longest ? std::chrono::ceil<std::chrono::milliseconds>(until - now) : longest;
        pollfd one{m_output, POLLIN, 0};
        if (::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(0, left.count()))) <= 0) {
            if (Clock::now() >= until) return std::nullopt;
            continue;
        }
        char bytes[4096];
        const ssize_t count = ::read(m_output, bytes, sizeof bytes);
        if (count > 0)
            m_buffer.append(bytes, static_cast<std::size_t>(count));
        else if (count == 0 || errno != EINTR)
            m_over = true;
    }
}

std::optional<int> ChildProcess::wait() {
    int status = 0;
    while (::waitpid(m_id, &status, 0) < 0 && errno == EINTR) {
    }
    m_id = 0;
    return WIFEXITED(status) ? std::optional(WEXITSTATUS(status)) : std::nullopt;
}

}  // namespace lemnos
