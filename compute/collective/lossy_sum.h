// LossySum: sums that go over the wire in fewer bytes.
#pragma once

#include <span>
#include <vector>

#include "compute/collective/collective.h"
#include "compute/collective/sum_format.h"

namespace lemnos {

/// Of one rank; all ranks have the same format. What rounding leaves out is kept and added to the next sum (error
/// feedback, Seide et al. 2014; Karimireddy et al. 2019, algorithm 1), on the way to whoever adds up and on the way
/// back, so that over many sums nothing is lost. Numbers are rounded and added up while others are on their way.
class LossySum {
  public:
    /// The collective outlives this.
    LossySum(Collective& collective, SumFormat format) : m_collective(collective), m_format(format) {}

    /// As Collective::allReduce: every rank gets the same bits. The size is always the same. Two tags are used. A sum
    /// with anything infinite in it has blocks of what is not a number.
    Status allReduce(std::span<float> values, Collective::Tag tag);
    /// As Collective::watch().
    void watch(PartNorms* norms) { m_norms = norms; }

  private:
    class Slices;
    class ToOwners;
    class ToAll;
    std::size_t placeOf(std::size_t pc) const;
    Status sumRounded(Collective& collective, std::span<float> values, Collective::Tag tag);

    Collective& m_collective;
    SumFormat m_format;
    PartNorms* m_norms = nullptr;
    std::vector<float> m_rest;       ///< of this rank's numbers
    std::vector<float> m_restOfSum;  ///< of the sums of its slice
    std::vector<std::byte> m_out, m_in;
};

}  // namespace lemnos
