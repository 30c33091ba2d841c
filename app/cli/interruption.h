// Interruption: Ctrl-C and termination requests as a stop token.
#pragma once

#include <stop_token>
#include <string>
#include <thread>

namespace lemnos {

/// Option of lemnos-cli for programs that start it: see stopWhenInputEnds().
constexpr const char* untilInputEnds = "--until-input-ends";

/// From now on, the end of standard input is a termination request, too: whoever holds its other end is gone. So is a
/// line, which says why.
void stopWhenInputEnds();
bool stopsWhenInputEnds();

/// While it lives, the first SIGINT or SIGTERM requests a stop; the second ends the process at once. One at a time.
class Interruption {
  public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    std::stop_token token() const { return m_stop.get_token(); }
    /// What the line on standard input said; empty where there was none. Once a stop is requested.
    const std::string& reason() const { return m_reason; }

  private:
    std::stop_source m_stop;
    std::string m_reason;  ///< the thread's, until it requests the stop
    std::thread m_thread;
};

}  // namespace lemnos
