// Door: takes connections, finds out who is there, and hands those on who are allowed in.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "model/lan/talk.h"

namespace lemnos {

/// Whoever knocks has five seconds to show a certificate and to say what they want. Eight may be at it at a time, half
/// of them from one address, and an address that knocks too often is turned away before anything is computed for it, as
/// are all that nobody came in from before when they are too many. Those that somebody did come in from have places of
/// their own.
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

    static constexpr std::ptrdiff_t mostAtOnce = 8, mostOfAnAddress = 4;

    /// All that is given outlives the door.
    Door(const OwnSide& self, const Listener& listener, Allowed allowed, Host host);
    ~Door();

  private:
    struct Visit {
        std::string address;
        bool fromFriend = false;  ///< somebody came in from there before
        std::atomic<bool> known = false, over = false;
        std::jthread thread;
    };
    struct Bucket {
        double tokens;
        Talk::Clock::time_point filled = Talk::Clock::now();

        bool take(double perSecond, double most);
    };
    void run(const std::stop_token& stop);
    bool mayKnock(const std::string& address, bool isFriend);
    bool isFriend(const std::string& address);
    void receive(Socket socket, Visit& visit);

    const OwnSide& m_self;
    const Listener& m_listener;
    Allowed m_allowed;
    Host m_host;
    std::map<std::string, Bucket> m_buckets;
    Bucket m_strangers;
    std::mutex m_mutex;
    std::set<std::string> m_friends;  ///< addresses; under the mutex
    std::stop_source m_closed;        ///< a guest's talk may outlive the thread that let them in, but not the door
    std::list<Visit> m_visits;
    std::jthread m_thread;  // last: it uses all of the above
};

}  // namespace lemnos
