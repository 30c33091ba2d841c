// Interruption: Ctrl-C and termination requests as a stop token.
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace lemnos {

/// While it lives, the first SIGINT or SIGTERM requests a stop; the second ends the process at once. One at a time.
class Interruption {
  public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    std::stop_token token() const { return m_stop.get_token(); }

  private:
    std::atomic<bool> m_over = false;
    std::stop_source m_stop;
    std::thread m_thread;
};

}  // namespace lemnos
