// ContributionCheck: whether what the ranks of a group bring to a sum of gradients can be right.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace lemnos {

/// A device that computes wrongly gives numbers that are none, or far too large. But pictures can do that, too, and a
/// learning rate that is too high does; so what is found here is a suspicion, which holds when the same batch is as
/// usual without that rank.
class ContributionCheck {
  public:
    /// With mixed precision, gradients that are not finite belong to the search for the loss scale: a rank is suspected
    /// when it alone has them step after step.
    explicit ContributionCheck(bool mixedPrecision) : m_mixed(mixedPrecision) {}

    /// A rank that brings what can't be right, while another one does not. `norms` has one for each; 0: it has brought
    /// nothing. To be asked once for each step.
    std::optional<std::size_t> suspect(std::span<const double> norms);
    /// Whether any is not finite or far from the usual.
    bool anyUnusual(std::span<const double> norms) const;
    /// The norms of a step that counts: what is usual follows from them.
    void learn(std::span<const double> norms);
    /// Ranks are others than before.
    void changeGroup() { m_inRow.clear(); }

  private:
    bool isUnusual(double norm) const;

    bool m_mixed;
    int m_steps = 0;           ///< learnt from
    double m_largest = 0;      ///< norm so far; what is long ago counts less and less
    std::vector<int> m_inRow;  ///< steps that each rank alone has brought what is not finite, with mixed precision
};

}  // namespace lemnos
