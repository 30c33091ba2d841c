// Ctrl-C and termination requests as a stop token.
//
// Handlers rather than blocked signals and sigwait(): libraries start threads before main(), which would take the
// signals. A handler may do next to nothing, so it only wakes a thread that requests the stop.
#include "app/cli/interruption.h"

#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

namespace lemnos {

namespace {

constexpr int handledSignals[] = {SIGINT, SIGTERM};

sem_t wakeUp;
std::atomic<int> received = 0;

void handle(int number) {
    if (received.fetch_add(1) > 0) _exit(128 + number);
    sem_post(&wakeUp);
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

}  // namespace

Interruption::Interruption() {
    received = 0;
    sem_init(&wakeUp, 0, 0);
    m_thread = std::thread([this] {
        while (sem_wait(&wakeUp) != 0) {
        }
        if (!m_over) m_stop.request_stop();
    });
    for (const int number : handledSignals) setHandler(number, &handle);
}

Interruption::~Interruption() {
    for (const int number : handledSignals) setHandler(number, SIG_DFL);
    m_over = true;
    sem_post(&wakeUp);
    m_thread.join();
    sem_destroy(&wakeUp);
}

}  // namespace lemnos
