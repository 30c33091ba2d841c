#include "model/together/contribution_check.h"

#include <algorithm>
#include <cmath>

namespace lemnos {
namespace {

constexpr int fewestSteps = 4;
constexpr double tooLarge = 1000;  // times the largest
constexpr double kept = 0.999;     // of the largest, from step to step
constexpr int mostInRow = 30;      // the loss scale begins at 2^16, and is halved by each

}  // namespace

bool ContributionCheck::isUnusual(double norm) const {
    return !std::isfinite(norm) || (m_steps >= fewestSteps && norm > tooLarge * m_largest);
}

bool ContributionCheck::anyUnusual(std::span<const double> norms) const {
    return std::ranges::any_of(norms, [this](double norm) { return isUnusual(norm); });
}

std::optional<std::size_t> ContributionCheck::suspect(std::span<const double> norms) {
    m_inRow.resize(norms.size(), 0);
    const bool anyUsual = std::ranges::any_of(norms, [this](double norm) { return norm > 0 && !isUnusual(norm); });
    std::optional<std::size_t> found;
    for (std::size_t rank = 0; rank < norms.size(); ++rank) {
        const bool odd = anyUsual && isUnusual(norms[rank]), finite = std::isfinite(norms[rank]);
        m_inRow[rank] = odd && !finite ? m_inRow[rank] + 1 : 0;
        if (!found && odd && (finite || !m_mixed || m_inRow[rank] > mostInRow)) found = rank;
    }
    return found;
}

void ContributionCheck::learn(std::span<const double> norms) {
    ++m_steps;
    m_largest *= kept;
    for (const double norm : norms)
        if (std::isfinite(norm)) m_largest = std::max(m_largest, norm);
}

}  // namespace lemnos
