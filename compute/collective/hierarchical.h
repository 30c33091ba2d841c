// HierarchicalCollective: ranks of which several are on one PC. What they have for other PCs goes there once for all of
// them.
#pragma once

#include <memory>
#include <vector>

#include "compute/collective/collective.h"

namespace lemnos {

/// One device of a PC; each PC has one or more, whose ranks follow each other. A sum is made on each PC first, in the
/// order of its devices, and then of the PCs', in the order of these.
class HierarchicalCollective final : public Collective {
  public:
    /// The ranks of this PC's devices, each for a thread of its own. `pcs` is the group of the PCs, each of which calls
    /// this with the number of its devices; it is used by the first device alone. Blocks until all have called.
    static Result<std::vector<std::unique_ptr<HierarchicalCollective>>> create(std::shared_ptr<Collective> pcs,
                                                                               int devices, Tag tag);

    int rank() const override { return firstRank(m_pcs->rank()) + m_devices->rank(); }
    int size() const override { return m_firstRanks.back(); }
    int firstRank(int pc) const override { return m_firstRanks[static_cast<std::size_t>(pc)]; }
    Collective* within() override { return m_devices.get(); }
    Collective* between() override { return isFirst() ? m_pcs.get() : nullptr; }

    Status allReduce(std::span<float> values, Tag tag) override;
    Status allReduce(std::span<std::int64_t> values, Tag tag) override;
    Status broadcast(std::span<std::byte> bytes, int root, Tag tag) override;
    Status exchange(std::span<const std::span<const std::byte>> out, std::span<const std::span<std::byte>> in, Tag tag,
                    ExchangeWork& work) override;
    Status barrier(Tag tag) override;
    void watch(PartNorms* norms) override;
    void abort(const std::string& reason) override;

  private:
    HierarchicalCollective(std::shared_ptr<Collective> pcs, std::unique_ptr<Collective> devices,
                           std::vector<int> firstRanks)
        : m_pcs(std::move(pcs)),
          m_devices(std::move(devices)),
          m_firstRanks(std::move(firstRanks)),
          m_normsOfPcs(static_cast<std::size_t>(m_pcs->size())) {}
    bool isFirst() const { return m_devices->rank() == 0; }
    int pcOf(int rank) const;
    template <class T>
    Status sum(std::span<T> values, Tag tag);
    Status spread(std::span<std::byte> bytes, int root, Tag tag);
    Status meet(Tag tag);
    Status told(Status status);

    std::shared_ptr<Collective> m_pcs;
    std::unique_ptr<Collective> m_devices;  ///< of this PC
    std::vector<int> m_firstRanks;          ///< of each PC, and the number of all ranks
    PartNorms m_normsOfPcs;
    PartNorms* m_norms = nullptr;
};

}  // namespace lemnos
