// Collective: how those who train one network together speak. One interface for the devices of a PC, for PCs and for
// clusters; one conformance suite (tests/support/collective_suite.h) runs over every implementation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "compute/collective/part_norms.h"
#include "compute/result.h"

namespace lemnos {

/// What a rank does with the bytes of an exchange, as far as it can while others are on their way. Those for and from
/// one rank go and come in order.
class ExchangeWork {
  public:
    virtual ~ExchangeWork() = default;
    /// The first `bytes` for a rank have to be there now.
    virtual void beforeSending(std::size_t /*rank*/, std::size_t /*bytes*/) {}
    /// The first `bytes` of a rank are there.
    virtual void afterReceiving(std::size_t /*rank*/, std::size_t /*bytes*/) {}
};

/// One rank of a group. Every rank calls the same functions with the same sizes in the same order, each from one thread
/// at a time; a call returns when its work is done. `tag` says which call it is ("the gradients of step 7"): ranks
/// whose tags or sizes differ have lost each other, which is an Error for all of them and never a wrong sum.
///
/// After an Error, whose kind is groupBroken, every later call is an Error too; the group has to be made anew. No call
/// waits for ever: a rank that aborts, or goes away, is an Error for those that wait for it.
class Collective {
  public:
    using Tag = std::uint64_t;

    virtual ~Collective() = default;

    virtual int rank() const = 0;  ///< from 0
    virtual int size() const = 0;
    /// Where several ranks are on one PC: those of this rank's PC, and the PCs, whose group is used by the first rank
    /// of each alone (nothing for the others).
    virtual Collective* within() { return nullptr; }
    virtual Collective* between() { return this; }
    /// The rank here of a PC's first one, by the PC's rank among the PCs.
    virtual int firstRank(int pc) const { return pc; }

    /// Every rank gets the sums, to the same bits: numbers are added in the order of the ranks.
    virtual Status allReduce(std::span<float> values, Tag tag) = 0;
    /// The same for whole numbers, whose sums do not depend on any order. The caller sees to it that they fit.
    virtual Status allReduce(std::span<std::int64_t> values, Tag tag) = 0;
    /// Every rank gets the bytes of `root`.
    virtual Status broadcast(std::span<std::byte> bytes, int root, Tag tag) = 0;
    /// `out[r]` goes to rank r, and `in[r]` gets what rank r has for this one: as many bytes. What is at this rank's
    /// own place is left alone. `work` is done on the way.
    virtual Status exchange(std::span<const std::span<const std::byte>> out, std::span<const std::span<std::byte>> in,
                            Tag tag, ExchangeWork& work) = 0;
    /// Returns when every rank is here.
    virtual Status barrier(Tag tag) = 0;

    /// From here on `norms` learns what ranks bring to sums, as far as this rank adds them up; nullptr: nobody does. A
    /// collective that does not see the parts of a sum tells nothing. Where several ranks are on one PC, what they
    /// bring together is told for the first one.
    virtual void watch(PartNorms*) {}

    /// From any thread: the calls of all ranks, under way and to come, become this Error.
    virtual void abort(const std::string& reason) = 0;
};

}  // namespace lemnos
