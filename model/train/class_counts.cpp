#include "model/train/class_counts.h"

namespace lemnos {

void ClassCounts::add(std::uint32_t label, std::uint32_t answer) {
    if (label >= m_counts.size()) return;
    ++m_counts[label].samples;
    if (answer >= m_counts.size()) return;  // a network that gives no numbers
    ++m_counts[answer].answers;
    if (label == answer) ++m_counts[label].right;
}

std::optional<double> ClassCounts::macroF1() const {
    double sum = 0;
    int classes = 0;
    for (const Count& count : m_counts) {
        const std::int64_t both = count.samples + count.answers;
        if (both == 0) continue;
        sum += 2 * static_cast<double>(count.right) / static_cast<double>(both);
        ++classes;
    }
    if (classes == 0) return {};
    return sum / classes;
}

}  // namespace lemnos
