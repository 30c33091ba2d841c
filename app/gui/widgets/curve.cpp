#include "app/gui/widgets/curve.h"

#include <algorithm>

namespace lemnos {

namespace {

constexpr std::size_t perColumn = 4;  // so many points are drawn as they are

bool leftOf(const QCPGraphData& point, double x) {
    return point.key < x;
}

}  // namespace

Curve::Block Curve::blockOf(std::size_t first, std::size_t last) const {
    Block block{std::uint32_t(first), std::uint32_t(first)};
    for (std::size_t i = first; i < last; ++i) {
        if (m_points[i].value < m_points[block.low].value) block.low = std::uint32_t(i);
        if (m_points[i].value > m_points[block.high].value) block.high = std::uint32_t(i);
    }
    return block;
}

void Curve::append(double x, double y) {
    if (!m_points.empty() && x <= m_points.back().key) {
        truncate(std::size_t(std::lower_bound(m_points.begin(), m_points.end(), x, leftOf) - m_points.begin()));
    }
    m_points.emplace_back(x, y);
    if (m_points.size() % smallest != 0) return;
    if (m_levels.empty()) m_levels.emplace_back();
    m_levels[0].push_back(blockOf(m_points.size() - smallest, m_points.size()));
    // Two blocks make one of the next level.
    for (std::size_t level = 0; m_levels[level].size() % 2 == 0; ++level) {
        if (level + 1 == m_levels.size()) m_levels.emplace_back();
        const Block& left = m_levels[level][m_levels[level].size() - 2];
        const Block& right = m_levels[level].back();
        const auto value = [this](std::uint32_t i) { return m_points[i].value; };
        m_levels[level + 1].push_back({value(right.low) < value(left.low) ? right.low : left.low,
                                       value(right.high) > value(left.high) ? right.high : left.high});
    }
}

void Curve::truncate(std::size_t count) {
    m_points.resize(count);
    for (std::size_t level = 0; level < m_levels.size(); ++level)
        m_levels[level].resize(std::min(m_levels[level].size(), count / (smallest << level)));
}

QCPRange Curve::values() const {
    // The largest blocks first, then what is behind them.
    std::size_t at = 0;
    QCPRange range(m_points.front().value, m_points.front().value);
    for (std::size_t level = m_levels.size(); level-- > 0;) {
        for (; (at / (smallest << level)) < m_levels[level].size(); at += smallest << level) {
            const Block& block = m_levels[level][at / (smallest << level)];
            range.expand(QCPRange(m_points[block.low].value, m_points[block.high].value));
        }
    }
    for (; at < m_points.size(); ++at) range.expand(m_points[at].value);
    return range;
}

QVector<QCPGraphData> Curve::visible(const QCPRange& range, int columns) const {
    const auto begin = m_points.begin();
    auto first = std::size_t(std::lower_bound(begin, m_points.end(), range.lower, leftOf) - begin);
    auto last = std::size_t(std::lower_bound(begin, m_points.end(), range.upper, leftOf) - begin);
    first -= first > 0 ? 1 : 0;
    last = std::min(last + 1, m_points.size());
    QVector<QCPGraphData> shown;
    const std::size_t count = last > first ? last - first : 0, wanted = std::size_t(std::max(columns, 1));
    if (count <= wanted * perColumn || m_levels.empty()) {
        shown.reserve(qsizetype(count));
        for (std::size_t i = first; i < last; ++i) shown.push_back(m_points[i]);
        return shown;
    }
    std::size_t level = 0;
    while (level + 1 < m_levels.size() && count / (smallest << level) > wanted) ++level;
    const std::size_t block = smallest << level;
    shown.reserve(qsizetype(2 * (count / block + 2)));
    for (std::size_t at = first; at < last;) {
        const std::size_t end = std::min(at / block * block + block, last);
        const bool whole = at % block == 0 && end == at + block && at / block < m_levels[level].size();
        const Block extremes = whole ? m_levels[level][at / block] : blockOf(at, end);
        const auto [left, right] = std::minmax(extremes.low, extremes.high);
        shown.push_back(m_points[left]);
        if (right != left) shown.push_back(m_points[right]);
        at = end;
    }
    return shown;
}

}  // namespace lemnos
