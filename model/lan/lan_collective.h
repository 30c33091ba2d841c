// LanCollective: ranks that are processes on PCs of a LAN, each connected with each other one by TLS.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "compute/collective/collective.h"
#include "model/lan/lan_link.h"
#include "model/lan/lan_operation.h"

namespace lemnos {

/// A rank as the others know it.
struct LanMember {
    DeviceId id{};
    std::string name;  ///< for messages
    std::string host;  ///< an IP address
    std::uint16_t port = 0;
};

struct LanGroup {
    Digest secret{};  ///< of the run: who does not know it does not get in
    int rank = 0;     ///< whose place this process takes
    std::vector<LanMember> members;
    std::chrono::milliseconds joinWithin{30'000};
    /// A rank that is not heard of for so long in the middle of a call is given up. Long, for others may be at work;
    /// that a PC is gone is noticed within ten seconds.
    std::chrono::milliseconds patience{600'000};
};

/// Sums are sharded: each rank adds up a slice of the numbers and sends the sums to all, in pieces, so that everything
/// that can be under way is. That moves as many bytes as a ring does, 2 (P - 1) / P of them each way, in two hops.
///
/// All work is done by the thread that calls; between calls nothing is read.
class LanCollective final : public Collective {
  public:
    /// Blocks until all ranks are connected, or one could not be reached in time: then `missing` gets the ranks of all
    /// that could not.
    static Result<std::unique_ptr<LanCollective>> join(const TlsContext& context, const Listener& listener,
                                                       const LanGroup& group, std::stop_token stop = {},
                                                       std::vector<int>* missing = nullptr);
    ~LanCollective() override;

    int rank() const override { return static_cast<int>(m_place.rank); }
    int size() const override { return static_cast<int>(m_links.size()); }
    Status allReduce(std::span<float> values, Tag tag) override;
    Status allReduce(std::span<std::int64_t> values, Tag tag) override;
    Status broadcast(std::span<std::byte> bytes, int root, Tag tag) override;
    Status exchange(std::span<const std::span<const std::byte>> out, std::span<const std::span<std::byte>> in, Tag tag,
                    ExchangeWork& work) override;
    Status barrier(Tag tag) override;
    void watch(PartNorms* norms) override { m_norms = norms; }
    void abort(const std::string& reason) override;

  private:
    /// Whether a link may be read from and written to; what could not is not tried before poll() says so.
    struct Ready {
        bool in = true, out = true;
    };

    LanCollective(const LanGroup& group, std::vector<std::unique_ptr<LanLink>> links);
    Status perform(LanOperation&& operation);
    Status work(LanOperation& operation);
    Result<bool> progress(LanOperation& operation, std::size_t rank, bool& moved);
    Status waitForAny(const LanOperation& operation);
    void breakUp(const std::string& reason);
    Error failure() const;

    RankPlace m_place;
    std::vector<std::string> m_names;
    std::chrono::milliseconds m_patience;
    std::vector<std::unique_ptr<LanLink>> m_links;  ///< by rank; none for this one
    std::vector<Ready> m_ready;
    std::mutex m_working;  ///< held during a call
    mutable std::mutex m_mutex;
    std::string m_failure;  ///< under m_mutex; empty: none
    std::vector<std::byte> m_parts;
    PartNorms* m_norms = nullptr;
};

}  // namespace lemnos
