#include "model/together/contribution_check.h"

#include <algorithm>
#include <cmath>

namespace lemnos {
namespace {

constexpr std::size_t mostNorms = 64, fewestNorms = 8;
constexpr double tooLarge = 1000;  // times the usual
constexpr int mostInRow = 30;      // the loss scale begins at 2^16, and is halved by each

}  // namespace

std::optional<double> ContributionCheck::usual() const {
    if (m_norms.size() < fewestNorms) return std::nullopt;
    std::vector<double> sorted(m_norms.begin(), m_norms.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::ranges::nth_element(sorted, middle);
    return *middle;
}

bool ContributionCheck::isUnusual(double norm) const {
    if (!std::isfinite(norm)) return true;
    const auto median = usual();
    return median && norm > tooLarge * *median;
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
    for (const double norm : norms)
        if (std::isfinite(norm) && norm > 0) m_norms.push_back(norm);
    while (m_norms.size() > mostNorms) m_norms.pop_front();
}

}  // namespace lemnos
