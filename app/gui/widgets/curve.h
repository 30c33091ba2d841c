// Curve: any number of points, of which a chart gets only what its pixels can show.
#pragma once

#include <qcustomplot.h>

#include <cstdint>
#include <vector>

namespace lemnos {

/// Points in the order of x. Blocks of 16, 32, 64, ... points know where their lowest and highest value is, so that a
/// chart of a million points costs as much as one of a few thousand, and no peak is lost.
class Curve {
  public:
    void clear() { *this = Curve(); }
    /// A point that is not right of the last one takes the place of all that are not left of it: a run that goes on
    /// from a checkpoint repeats what it had done since.
    void append(double x, double y);

    std::size_t size() const { return m_points.size(); }
    const std::vector<QCPGraphData>& points() const { return m_points; }
    /// Of all values; not for an empty curve.
    QCPRange values() const;
    /// What to draw of this range on so many columns of pixels, with one more point on both sides: all of it, or the
    /// lowest and highest point of every block, where there are more than a few for each column.
    QVector<QCPGraphData> visible(const QCPRange& range, int columns) const;

  private:
    struct Block {
        std::uint32_t low = 0, high = 0;  ///< indices of points
    };
    static constexpr std::size_t smallest = 16;  // points of a block of the first level

    Block blockOf(std::size_t first, std::size_t last) const;
    void truncate(std::size_t count);

    std::vector<QCPGraphData> m_points;
    std::vector<std::vector<Block>> m_levels;
};

}  // namespace lemnos
