// Ctrl-C and termination requests as a stop token.
//
// Handlers rather than blocked signals and sigwait(): libraries start threads before main(), which would take the
// signals. A handler may do next to nothing, so it only wakes a thread that requests the stop.
#include "app/cli/interruption.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

namespace lemnos {

namespace {

constexpr int handledSignals[] = {SIGINT, SIGTERM};
constexpr char requested = 1, over = 0;  // what wakes the thread

int wakeUp[2] = {-1, -1};  // a pipe: the thread reads the first end
std::atomic<int> received = 0;
bool inputMatters = false;

void wake(char why) {
    (void)!::write(wakeUp[1], &why, 1);
}

void handle(int number) {
    if (received.fetch_add(1) > 0) _exit(128 + number);
    const int saved = errno;
    wake(requested);
    errno = saved;
}

void setHandler(int number, void (*handler)(int)) {
    struct sigaction now {};
    // A shell starts background jobs with SIGINT ignored: a Ctrl-C then is meant for somebody else.
    if (sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) return;
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, nullptr);
}

/// Whether standard input has ended, or a line has come, which `text` is then; it can be read now.
bool inputHasEnded(std::string& text) {
    constexpr std::size_t longest = 4096;
    char bytes[256];
    const ssize_t count = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (count > 0) text.append(bytes, static_cast<std::size_t>(count));
    const std::size_t end = text.find('\n');
    if (end == std::string::npos && text.size() < longest)
        return count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN);
    text.resize(std::min(end, longest));
    return true;
}

/// Blocks until a stop is requested (true), or nobody wants to know any more.
bool waitForRequest(std::string& reason) {
    pollfd sources[] = {{wakeUp[0], POLLIN, 0}, {inputMatters ? STDIN_FILENO : -1, POLLIN, 0}};
    while (true) {
        if (::poll(sources, 2, -1) < 0) continue;
        char why = over;
        if (sources[0].revents != 0 && ::read(wakeUp[0], &why, 1) == 1) return why == requested;
        if (sources[1].revents != 0 && inputHasEnded(reason)) return true;
    }
}

}  // namespace

void stopWhenInputEnds() {
    inputMatters = true;
}

bool stopsWhenInputEnds() {
    return inputMatters;
}

Interruption::Interruption() {
    received = 0;
    // Without a pipe there are no descriptors left, and whatever comes next says so.
    if (::pipe2(wakeUp, O_CLOEXEC) != 0) return;
    m_thread = std::thread([this] {
        if (waitForRequest(m_reason)) m_stop.request_stop();
    });
    for (const int number : handledSignals) setHandler(number, &handle);
}

Interruption::~Interruption() {
    if (!m_thread.joinable()) return;
    for (const int number : handledSignals) setHandler(number, SIG_DFL);
    wake(over);
    m_thread.join();
    for (int& end : wakeUp) {
        ::close(end);
        end = -1;
    }
}

}  // namespace lemnos
