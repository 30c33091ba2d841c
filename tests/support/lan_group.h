// A LAN on this PC: ranks that speak over 127.0.0.1, each with an identity of its own.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "model/lan/lan_collective.h"
#include "model/lan/talk.h"

namespace lemnos::test {

struct LocalLan {
    std::vector<Identity> identities;
    std::vector<TlsContext> contexts;
    std::vector<Listener> listeners;
    LanGroup group;

    explicit LocalLan(int size) {
        for (int i = 0; i < size; ++i) {
            identities.push_back(must(Identity::create()));
            contexts.push_back(must(TlsContext::create(identities.back())));
            listeners.push_back(must(Listener::open("127.0.0.1", 0)));
            group.members.push_back(
                {identities.back().id, "PC " + std::to_string(i), "127.0.0.1", listeners.back().port()});
        }
        group.secret = must(randomDigest());
    }

    LanGroup groupOf(int rank) const {
        LanGroup own = group;
        own.rank = rank;
        return own;
    }

    /// All ranks, connected.
    std::vector<std::unique_ptr<Collective>> join() const {
        std::vector<std::unique_ptr<Collective>> ranks(identities.size());
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < ranks.size(); ++i)
            threads.emplace_back([&, i] {
                ranks[i] = must(LanCollective::join(contexts[i], listeners[i], groupOf(static_cast<int>(i))));
            });
        threads.clear();
        return ranks;
    }

    template <class T>
    static T must(Result<T> result) {
        if (!result) throw std::runtime_error(result.error().message);
        return *std::move(result);
    }
};

/// A PC as others see it.
struct LanPc {
    Identity identity = LocalLan::must(Identity::create());
    TlsContext context = LocalLan::must(TlsContext::create(identity));
    OwnSide side{identity, context, "a PC"};
    Listener listener = LocalLan::must(Listener::open("127.0.0.1", 0));
};

}  // namespace lemnos::test
