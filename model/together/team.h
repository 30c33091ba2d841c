// Team: who trains one network together with this process.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "compute/collective/collective.h"
#include "compute/result.h"

namespace lemnos {

/// The members come and go; the process that has the team leads them. A group of those who are there is made anew
/// whenever that changes: what it has been given up to then is kept by the leader alone, and taken over by the others.
class Team {
  public:
    virtual ~Team() = default;

    /// Blocks until all that can be reached are connected: a group with the leader in it, alone if need be. Errors:
    /// cancelled.
    virtual Result<std::shared_ptr<Collective>> gather(std::stop_token stop) = 0;
    /// Of the PCs of the group that was gathered last, by rank; empty for this one.
    virtual std::vector<std::string> names() const = 0;
    /// Somebody waits to be taken in; quick.
    virtual bool someoneWaits() = 0;

    /// The training is over, and the members are about to be told: that they leave is no news any more.
    virtual void end() {}

    /// Whether groups can be made without some of those who are there.
    virtual bool canLeaveOut() const { return false; }
    /// The groups that are gathered next are without the member of this rank of the last one, until it is decided.
    virtual void suspend(int) {}
    /// Who is suspended may come back, or, where `fault` says what is wrong with it, stays out for good and is told.
    virtual void decide(const std::optional<std::string>&) {}
};

}  // namespace lemnos
