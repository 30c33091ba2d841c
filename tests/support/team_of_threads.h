// A team whose members are threads of this process, and which loses members at moments that a test chooses.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "compute/collective/loopback.h"
#include "compute/collective/slices.h"
#include "model/together/team_devices.h"
#include "model/train/prepared_run.h"
#include "model/train/trainer.h"

namespace lemnos::test {

/// What happens to a member in the middle of its calls.
struct Fault {
    enum class Kind { crash, breakConnection } kind = Kind::crash;
    int member = 0;               ///< of the team without the leader, from 0
    std::uint64_t atCall = 0;     ///< of all calls of all members, counted from 1
    std::uint64_t backAfter = 0;  ///< a crashed member comes back so many calls later; 0: never
};

/// A member whose device computes wrongly: what it brings to sums of many numbers is multiplied.
struct WrongMember {
    int member = 0;
    double factor = 1;
    int from = 0, to = 1'000'000;  ///< of its sums, counted from 0, across groups
};

/// A collective that breaks, or brings something wrong, when its team says so.
class WatchedCollective final : public Collective {
  public:
    using Watch = std::function<Status(Collective&)>;  ///< before each call
    using Factor = std::function<double()>;            ///< before each sum
    WatchedCollective(
        std::unique_ptr<Collective> inner, Watch watch, Factor factor = [] { return 1.0; })
        : m_inner(std::move(inner)), m_watch(std::move(watch)), m_factor(std::move(factor)) {}

    int rank() const override { return m_inner->rank(); }
    int size() const override { return m_inner->size(); }
    Status allReduce(std::span<float> values, Tag tag) override {
        const Status before = m_watch(*m_inner);
        distort(values);
        return before ? m_inner->allReduce(values, tag) : before;
    }
    Status allReduce(std::span<std::int64_t> values, Tag tag) override {
        const Status before = m_watch(*m_inner);
        distort(values);
        return before ? m_inner->allReduce(values, tag) : before;
    }
    Status broadcast(std::span<std::byte> bytes, int root, Tag tag) override {
        const Status before = m_watch(*m_inner);
        return before ? m_inner->broadcast(bytes, root, tag) : before;
    }
    Status exchange(std::span<const std::span<const std::byte>> out, std::span<const std::span<std::byte>> in, Tag tag,
                    ExchangeWork& work) override {
        const Status before = m_watch(*m_inner);
        return before ? m_inner->exchange(out, in, tag, work) : before;
    }
    Status barrier(Tag tag) override {
        const Status before = m_watch(*m_inner);
        return before ? m_inner->barrier(tag) : before;
    }
    void watch(PartNorms* norms) override { m_inner->watch(norms); }
    void abort(const std::string& reason) override { m_inner->abort(reason); }

  private:
    template <class T>
    void distort(std::span<T> values) {
        constexpr std::size_t gradients = 500;  // what else is summed is less
        if (values.size() < gradients) return;
        const double factor = m_factor();
        if (factor == 1) return;
        for (T& value : values) value = static_cast<T>(static_cast<double>(value) * factor);
    }

    std::unique_ptr<Collective> m_inner;
    Watch m_watch;
    Factor m_factor;
};

/// Each member has devices and replicas of its own, and the pictures of the leader.
class TeamOfThreads final : public Team {
  public:
    struct Counts {
        int groups = 0, faults = 0, suspended = 0;
        std::vector<std::string> expelled;  ///< names, and why
    };

    /// `devices` of each member, as RunSpec::device; those of the leader where it says nothing.
    TeamOfThreads(const TeamRequest& request, std::vector<Fault> faults, Counts& counts,
                  std::vector<WrongMember> wrong = {}, const std::vector<std::string>& devices = {})
        : m_request(request), m_faults(std::move(faults)), m_wrong(std::move(wrong)), m_counts(counts) {
        for (std::size_t i = 0; i < request.spec.peers.size(); ++i) {
            m_members.push_back(std::make_unique<Member>());
            m_members.back()->spec = request.spec;
            if (i < devices.size()) m_members.back()->spec.device = devices[i];
            auto prepared = prepareRun(m_members.back()->spec, request.index, {});
            if (!prepared) throw std::runtime_error(prepared.error().message);
            m_members.back()->prepared = std::make_unique<PreparedRun>(*std::move(prepared));
        }
    }
    ~TeamOfThreads() override { endGroup(); }

    Result<std::shared_ptr<Collective>> gather(std::stop_token) override {
        endGroup();
        std::vector<std::size_t> here;
        {
            const std::scoped_lock lock(m_mutex);
            for (std::size_t i = 0; i < m_members.size(); ++i)
                if (m_members[i]->backAt <= m_calls && !m_members[i]->out) here.push_back(i);
            m_gathered = here;
        }
        ++m_counts.groups;
        m_names.clear();
        for (const std::size_t member : here) m_names.push_back(m_request.spec.peers[member]);
        m_names.emplace_back();
        // The leader is the last rank, so that nothing takes rank 0 for it.
        auto ranks = LoopbackCollective::create(static_cast<int>(here.size()) + 1);
        for (std::size_t i = 0; i < here.size(); ++i) {
            m_threads.emplace_back([this, which = here[i], leader = static_cast<int>(here.size()),
                                    rank = std::shared_ptr<Collective>(watched(std::move(ranks[i]), here[i]))] {
                const Member& member = *m_members[which];
                (void)followOnDevices(membersOn(*member.prepared, member.spec, m_request.index, m_request.cache,
                                                teamOptionsFrom(member.spec.settings, true)),
                                      rank, leader);
            });
        }
        return std::shared_ptr<Collective>(std::move(ranks.back()));
    }
    std::vector<std::string> names() const override { return m_names; }
    bool someoneWaits() override {
        const std::scoped_lock lock(m_mutex);
        std::size_t here = 0;
        for (const auto& member : m_members) here += member->backAt <= m_calls && !member->out ? 1 : 0;
        return here > m_gathered.size();
    }
    bool canLeaveOut() const override { return true; }
    void suspend(int rank) override {
        const std::scoped_lock lock(m_mutex);
        m_suspended = m_members[m_gathered.at(static_cast<std::size_t>(rank))].get();
        m_suspended->out = true;
        ++m_counts.suspended;
    }
    void decide(const std::optional<std::string>& fault) override {
        const std::scoped_lock lock(m_mutex);
        m_suspended->out = fault.has_value();
        if (fault) m_counts.expelled.push_back(*fault);
    }

  private:
    struct Member {
        RunSpec spec;
        std::unique_ptr<PreparedRun> prepared;
        std::uint64_t backAt = 0;  // call; under the mutex
        bool out = false;          // is left out of groups; under the mutex
        int sums = 0;              // that it has taken part in
    };

    std::unique_ptr<Collective> watched(std::unique_ptr<Collective> rank, std::size_t member) {
        return std::make_unique<WatchedCollective>(
            std::move(rank),
            [this, member](Collective& own) -> Status {
                const std::scoped_lock lock(m_mutex);
                ++m_calls;
                const auto fault = std::ranges::find_if(m_faults, [&](const Fault& f) {
                    return f.atCall <= m_calls && f.member == static_cast<int>(member);
                });
                if (fault == m_faults.end()) return {};
                if (fault->kind == Fault::Kind::crash)
                    m_members[member]->backAt = fault->backAfter == 0 ? UINT64_MAX : m_calls + fault->backAfter;
                m_faults.erase(fault);
                ++m_counts.faults;
                own.abort("A fault.");
                return groupBroken("A fault.");
            },
            [this, member] {
                const int sum = m_members[member]->sums++;
                for (const WrongMember& wrong : m_wrong)
                    if (wrong.member == static_cast<int>(member) && sum >= wrong.from && sum < wrong.to)
                        return wrong.factor;
                return 1.0;
            });
    }
    void endGroup() { m_threads.clear(); }

    TeamRequest m_request;
    std::vector<Fault> m_faults;  // under the mutex
    std::vector<WrongMember> m_wrong;
    Counts& m_counts;
    std::vector<std::unique_ptr<Member>> m_members;
    std::mutex m_mutex;
    std::uint64_t m_calls = 0;            // under the mutex
    std::vector<std::size_t> m_gathered;  // members by rank; under the mutex
    Member* m_suspended = nullptr;        // under the mutex
    std::vector<std::string> m_names;     // of the last group, by rank
    std::vector<std::jthread> m_threads;
};

}  // namespace lemnos::test
