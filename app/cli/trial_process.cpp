#include "app/cli/trial_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "model/files.h"

namespace lemnos {

namespace {

std::vector<std::string> argumentsOf(const TrialOrder& order) {
    std::vector<std::string> arguments = {"lemnos-cli"};
    if (order.resume) {
        arguments.insert(arguments.end(), {"resume", order.run.string(), "--epochs", std::to_string(order.epochs)});
    } else {
        arguments.insert(arguments.end(), {"train", "--spec", order.spec.string(), "--run", order.run.string()});
    }
    if (!order.device.empty()) arguments.insert(arguments.end(), {"--device", order.device});
    arguments.emplace_back("--events");
    return arguments;
}

/// Only what is allowed between fork and exec in a program with threads.
[[noreturn]] void becomeTrial(const char* program, char* const* argv, int output, int log, pid_t parent) {
    // A Ctrl-C is meant for the sweep, which tells its trials; when it dies, they are told by the system.
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(1);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::execv(program, argv);
    ::_exit(127);
}

struct Descriptor {
    explicit Descriptor(int file) : number(file) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    void close() {
        if (number >= 0) ::close(number);
        number = -1;
    }
    int number;
};

Error startError() {
    return Error{std::string("A trial could not be started: ") + std::strerror(errno) + "."};
}

/// Every line that the process prints, until it closes its output.
void readLines(int file, const EventSink& sink) {
    std::string rest;
    std::array<char, 65536> buffer{};
    for (;;) {
        const ssize_t count = ::read(file, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        rest.append(buffer.data(), static_cast<std::size_t>(count));
        std::size_t begin = 0;
        for (std::size_t end; (end = rest.find('\n', begin)) != std::string::npos; begin = end + 1) {
            if (const auto event = eventFromLine(std::string_view(rest).substr(begin, end - begin))) sink(*event);
        }
        rest.erase(0, begin);
    }
}

}  // namespace

Status runTrialProcess(const TrialOrder& order, const EventSink& sink, std::stop_token stop) {
    const std::vector<std::string> arguments = argumentsOf(order);
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return startError();
    Descriptor reading(ends[0]), writing(ends[1]);
    const Descriptor log(::open(order.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (log.number < 0) return startError();

    const pid_t parent = ::getpid();
    const pid_t process = ::fork();
    if (process < 0) return startError();
    if (process == 0) becomeTrial("/proc/self/exe", argv.data(), writing.number, log.number, parent);
    writing.close();
    int status = 0;
    {
        const std::stop_callback ending(stop, [process] { ::kill(process, SIGTERM); });
        readLines(reading.number, sink);
        // It stays a zombie until the callback is gone, so that no other process is told to end.
        siginfo_t info{};
        while (::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
        }
    }
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status))
        return Error{"The training program crashed; " + displayPath(order.log) + " has what it said."};
    // A run that ends with code 1 has told why in its last event.
    if (WIFEXITED(status) && WEXITSTATUS(status) > 1)
        return Error{"The training program ended with code " + std::to_string(WEXITSTATUS(status)) + "; " +
                     displayPath(order.log) + " has what it said."};
    return {};
}

}  // namespace lemnos
