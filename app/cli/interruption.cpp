// Ctrl-C and termination requests as a stop token.
#include "app/cli/interruption.h"

#include <pthread.h>
#include <unistd.h>

namespace lemnos {

namespace {

// Wakes the waiting thread when the command is over.
constexpr int endSignal = SIGUSR1;

}  // namespace

Interruption::Interruption() {
    sigemptyset(&m_signals);
    for (const int number : {SIGINT, SIGTERM, endSignal}) sigaddset(&m_signals, number);
    pthread_sigmask(SIG_BLOCK, &m_signals, nullptr);
    m_thread = std::thread([this] { wait(); });
}

Interruption::~Interruption() {
    pthread_kill(m_thread.native_handle(), endSignal);
    m_thread.join();
    sigdelset(&m_signals, endSignal);
    pthread_sigmask(SIG_UNBLOCK, &m_signals, nullptr);
}

void Interruption::wait() {
    int number = 0;
    while (sigwait(&m_signals, &number) == 0 && number != endSignal) {
        if (m_stop.stop_requested()) _exit(128 + number);
        m_stop.request_stop();
    }
}

}  // namespace lemnos
