// LoopbackCollective: ranks that are threads of one process. For the devices of one PC, and for tests.
#pragma once

#include <memory>
#include <vector>

#include "compute/collective/collective.h"

namespace lemnos {

class LoopbackCollective final : public Collective {
  public:
    /// `size` ranks, from 1 on, that know each other. Each may live and die in a thread of its own.
    static std::vector<std::unique_ptr<LoopbackCollective>> create(int size);
    ~LoopbackCollective() override;

    int rank() const override { return m_rank; }
    int size() const override;
    Status allReduce(std::span<float> values, Tag tag) override;
    Status allReduce(std::span<std::int64_t> values, Tag tag) override;
    Status broadcast(std::span<std::byte> bytes, int root, Tag tag) override;
    Status exchange(std::span<const std::span<const std::byte>> out, std::span<const std::span<std::byte>> in, Tag tag,
                    ExchangeWork& work) override;
    Status barrier(Tag tag) override;
    void watch(PartNorms* norms) override { m_norms = norms; }
    void abort(const std::string& reason) override;

  private:
    struct Group;
    LoopbackCollective(std::shared_ptr<Group> group, int rank) : m_group(std::move(group)), m_rank(rank) {}
    template <class T>
    Status sum(std::span<T> values, Tag tag);

    std::shared_ptr<Group> m_group;
    int m_rank;
    PartNorms* m_norms = nullptr;
};

}  // namespace lemnos
