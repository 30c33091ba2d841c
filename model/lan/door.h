// Door: takes connections, finds out who is there, and hands those on who are allowed in.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <thread>

#include "model/lan/talk.h"

namespace lemnos {

/// Whoever knocks has five seconds to show a certificate and to say what they want. Eight may be at it at a time, and
/// an address that knocks too often is turned away before anything is computed for it.
class Door {
  public:
    struct Guest {
        Talk talk;
        Frame first;  ///< what they have said first
    };
    /// Whether this PC is let in.
    using Allowed = std::function<bool(const DeviceId&)>;
    /// Called from threads of the door, several at a time; it may take as long as it likes, and keep the talk.
    using Host = std::function<void(Guest guest)>;

    static constexpr std::size_t mostAtOnce = 8;

    /// All that is given outlives the door.
    Door(const OwnSide& self, const Listener& listener, Allowed allowed, Host host);
    ~Door();

  private:
    struct Visit {
        std::atomic<bool> known = false, over = false;
        std::jthread thread;
    };
    struct Bucket {
        double tokens = 0;
        Talk::Clock::time_point filled;
    };
    void run(const std::stop_token& stop);
    bool mayKnock(const std::string& address);
    void receive(Socket socket, Visit& visit);

    const OwnSide& m_self;
    const Listener& m_listener;
    Allowed m_allowed;
    Host m_host;
    std::map<std::string, Bucket> m_buckets;
    std::stop_source m_closed;  ///< a guest's talk may outlive the thread that let them in, but not the door
    std::list<Visit> m_visits;
    std::jthread m_thread;  // last: it uses all of the above
};

}  // namespace lemnos
