// Layering by longest path (Sugiyama, Tagawa & Toda 1981, step 1), and lanes by colouring intervals in place of
// ordering by barycentres: networks are a line with a few branches, so every branch is a path that takes a free lane as
// long as it lasts.
#include "app/gui/graph/graph_layout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace lemnos {

namespace {

constexpr qreal rankGap = 28;     ///< between a box and the one below
constexpr qreal laneGap = 24;     ///< between branches side by side
constexpr qreal sideStep = 12;    ///< between wires that run past boxes
constexpr qreal columnGap = 64;   ///< between columns, for the wire to the next
constexpr qreal corner = 8;       ///< radius where a wire turns
constexpr qreal mostOver = 1.35;  ///< times the wanted height that a column may have to end at a good place

constexpr int splitCost = 20;  ///< wires that may go over before a group is split

/// A range of ranks, both ends included.
struct Interval {
    int begin = 0, end = 0;
    bool meets(const Interval& other) const { return begin <= other.end && other.begin <= end; }
};

/// Gives each interval the first lane where it meets no other; lanes are `taken` and grow.
std::size_t freeLane(std::vector<std::vector<Interval>>& taken, const Interval& interval) {
    std::size_t lane = 0;
    const auto meets = [&](const Interval& other) { return other.meets(interval); };
    while (lane < taken.size() && std::ranges::any_of(taken[lane], meets)) ++lane;
    if (lane == taken.size()) taken.emplace_back();
    taken[lane].push_back(interval);
    return lane;
}

/// Lines from point to point with round corners.
QPainterPath rounded(const std::vector<QPointF>& points) {
    QPainterPath path(points.front());
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
        const QPointF before = points[i - 1] - points[i], after = points[i + 1] - points[i];
        const qreal a = std::hypot(before.x(), before.y()), b = std::hypot(after.x(), after.y());
        const qreal radius = std::min({corner, a / 2, b / 2});
        if (radius < 0.5) continue;
        path.lineTo(points[i] + before / a * radius);
        path.quadTo(points[i], points[i] + after / b * radius);
    }
    path.lineTo(points.back());
    return path;
}

class Layouter {
  public:
    Layouter(const std::vector<QSizeF>& boxes, const std::vector<LayoutWire>& wires, const QSizeF& room,
             const std::vector<int>& groups)
        : m_sizes(boxes), m_wires(wires), m_room(room), m_groups(groups) {}

    GraphLayout run() {
        if (m_sizes.empty()) return {};
        rankBoxes();
        findLanes();
        breakColumns();
        chooseSides();
        placeBoxes();
        GraphLayout layout{m_boxes, {}, {}};
        for (const QRectF& box : m_boxes) layout.bounds |= box;
        m_bottom = layout.bounds.bottom();
        for (std::size_t i = 0; i < m_wires.size(); ++i) {
            layout.wires.push_back(route(i));
            layout.bounds |= layout.wires.back().boundingRect();
        }
        return layout;
    }

  private:
    struct Column {
        Interval ranks;
        std::size_t sides = 0, lanes = 1;
        qreal left = 0;  ///< of the boxes of the first lane
    };

    int rank(int box) const { return m_ranks[std::size_t(box)]; }
    std::size_t lane(int box) const { return m_lanes[std::size_t(box)]; }
    const QRectF& box(int index) const { return m_boxes[std::size_t(index)]; }
    std::size_t columnOf(int box) const { return m_columnOfRank[std::size_t(rank(box))]; }

    void rankBoxes() {
        m_ranks.assign(m_sizes.size(), 0);
        for (const LayoutWire& wire : m_wires)  // ordered by `to`, see run()
            m_ranks[std::size_t(wire.to)] = std::max(m_ranks[std::size_t(wire.to)], rank(wire.from) + 1);
        const int ranks = *std::ranges::max_element(m_ranks) + 1;
        m_rankHeights.assign(std::size_t(ranks), 0);
        for (std::size_t i = 0; i < m_sizes.size(); ++i) {
            qreal& height = m_rankHeights[std::size_t(m_ranks[i])];
            height = std::max(height, m_sizes[i].height());
        }
    }

    /// The longest path of boxes that have no lane yet.
    std::vector<int> longestPath(const std::vector<bool>& done) const {
        std::vector<int> length(m_sizes.size(), 1), before(m_sizes.size(), -1);
        for (const LayoutWire& wire : m_wires) {
            const auto from = std::size_t(wire.from), to = std::size_t(wire.to);
            if (done[from] || done[to] || length[from] + 1 <= length[to]) continue;
            length[to] = length[from] + 1;
            before[to] = wire.from;
        }
        int end = -1;
        for (int i = 0; i < int(m_sizes.size()); ++i) {
            if (!done[std::size_t(i)] && (end < 0 || length[std::size_t(i)] > length[std::size_t(end)])) end = i;
        }
        std::vector<int> path;
        for (; end >= 0; end = before[std::size_t(end)]) path.push_back(end);
        std::ranges::reverse(path);
        return path;
    }

    void findLanes() {
        m_lanes.assign(m_sizes.size(), 0);
        m_laneEnds.assign(m_sizes.size(), 0);
        std::vector<bool> done(m_sizes.size(), false);
        std::vector<std::vector<Interval>> taken;
        for (;;) {
            const std::vector<int> path = longestPath(done);
            if (path.empty()) return;
            Interval interval{rank(path.front()), rank(path.back())};
            int next = -1;  // the first rank that reads the end of the path
            for (const LayoutWire& wire : m_wires) {
                if (wire.from == path.back() && (next < 0 || rank(wire.to) < next)) next = rank(wire.to);
            }
            interval.end = std::max(interval.end, next - 1);
            const std::size_t lane = freeLane(taken, interval);
            for (const int box : path) {
                done[std::size_t(box)] = true;
                m_lanes[std::size_t(box)] = lane;
                m_laneEnds[std::size_t(box)] = interval.end;
            }
        }
    }

    /// From the top of a rank to the top of the next.
    qreal stepOf(int rank) const { return m_rankHeights[std::size_t(rank)] + rankGap; }

    void breakColumns() {
        const auto ranks = int(m_rankHeights.size());
        std::vector<int> crossing(std::size_t(ranks), 0);  // wires between this rank and the next
        for (const LayoutWire& wire : m_wires) {
            for (int r = rank(wire.from); r < rank(wire.to); ++r) ++crossing[std::size_t(r)];
        }
        std::map<int, Interval> spans;
        for (std::size_t i = 0; i < m_groups.size(); ++i) {
            if (m_groups[i] < 0) continue;
            Interval& span = spans.try_emplace(m_groups[i], Interval{m_ranks[i], m_ranks[i]}).first->second;
            span = {std::min(span.begin, m_ranks[i]), std::max(span.end, m_ranks[i])};
        }
        for (const auto& [group, span] : spans) {
            for (int r = span.begin; r < span.end; ++r) crossing[std::size_t(r)] += splitCost;
        }
        qreal total = 0;
        for (int r = 0; r < ranks; ++r) total += stepOf(r);
        const qreal width = m_sizes.front().width() + columnGap;
        // As many columns as it takes, of like height.
        const qreal most = std::max(m_room.height(), std::sqrt(total * width * m_room.height() / m_room.width()));
        const qreal wanted = total / std::max(1.0, std::ceil(total / most - 0.15));
        m_columnOfRank.assign(std::size_t(ranks), 0);
        qreal rest = total;
        for (int begin = 0; begin < ranks;) {
            // About the wanted height, where the fewest wires go over.
            int end = ranks - 1;
            qreal height = 0, least = std::numeric_limits<qreal>::max();
            for (int r = begin; r < ranks && rest > wanted * mostOver; ++r) {
                height += stepOf(r);
                if (height > wanted * mostOver && r > begin) break;
                const qreal cost = 1000 * crossing[std::size_t(r)] + std::abs(wanted - height);
                if (height < wanted / 2 || cost >= least) continue;
                least = cost;
                end = r;
            }
            for (int r = begin; r <= end; ++r) rest -= stepOf(r);
            for (int r = begin; r <= end; ++r) m_columnOfRank[std::size_t(r)] = m_columns.size();
            m_columns.push_back({.ranks = {begin, end}});
            begin = end + 1;
        }
        for (int i = 0; i < int(m_sizes.size()); ++i) {
            Column& column = m_columns[columnOf(i)];
            column.lanes = std::max(column.lanes, lane(i) + 1);
        }
    }

    /// Whether the wire runs where its lane is free, so that it needs no way around.
    bool isDirect(const LayoutWire& wire) const {
        if (columnOf(wire.from) != columnOf(wire.to)) return false;
        if (rank(wire.to) == rank(wire.from) + 1) return true;
        for (int i = 0; i < int(m_sizes.size()); ++i) {
            if (lane(i) == lane(wire.from) && rank(i) > rank(wire.from) && rank(i) < rank(wire.to)) return false;
        }
        return lane(wire.from) == lane(wire.to) || m_laneEnds[std::size_t(wire.from)] >= rank(wire.to) - 1;
    }

    /// Wires past boxes run to the left of the first lane, short ones inside.
    void chooseSides() {
        m_sides.assign(m_wires.size(), 0);
        std::vector<std::size_t> around;
        for (std::size_t i = 0; i < m_wires.size(); ++i) {
            if (!isDirect(m_wires[i])) around.push_back(i);
        }
        std::ranges::stable_sort(around, {},
                                 [&](std::size_t i) { return rank(m_wires[i].to) - rank(m_wires[i].from); });
        std::vector<std::vector<std::vector<Interval>>> taken(m_columns.size());
        for (const std::size_t i : around) {
            const std::size_t at = columnOf(m_wires[i].from);
            Column& column = m_columns[at];
            const Interval interval{rank(m_wires[i].from), std::min(rank(m_wires[i].to), column.ranks.end + 1)};
            // From the end of a column to the next there is nothing to get past.
            if (columnOf(m_wires[i].to) != at && interval.begin == column.ranks.end && lane(m_wires[i].from) == 0)
                continue;
            m_sides[i] = freeLane(taken[at], interval) + 1;
            column.sides = std::max(column.sides, m_sides[i]);
        }
    }

    void placeBoxes() {
        const qreal width = m_sizes.front().width();
        qreal x = 0;
        for (Column& column : m_columns) {
            column.left = x + (column.sides > 0 ? sideStep * qreal(column.sides) + 4 : 0);
            x = column.left + qreal(column.lanes) * (width + laneGap) - laneGap + columnGap;
        }
        m_rankTops.assign(m_rankHeights.size(), 0);
        for (const Column& column : m_columns) {
            qreal y = 0;
            for (int r = column.ranks.begin; r <= column.ranks.end; ++r) {
                m_rankTops[std::size_t(r)] = y;
                y += stepOf(r);
            }
        }
        for (int i = 0; i < int(m_sizes.size()); ++i) {
            const qreal left = m_columns[columnOf(i)].left + qreal(lane(i)) * (width + laneGap);
            m_boxes.emplace_back(QPointF(left, m_rankTops[std::size_t(rank(i))]), m_sizes[std::size_t(i)]);
        }
    }

    QPainterPath route(std::size_t index) const {
        const LayoutWire& wire = m_wires[index];
        const QRectF &from = box(wire.from), &to = box(wire.to);
        const QPointF out(from.center().x(), from.bottom()), in(to.center().x(), to.top());
        if (isDirect(wire)) {
            QPainterPath path(out);
            if (qFuzzyCompare(out.x(), in.x())) {
                path.lineTo(in);
                return path;
            }
            const qreal bend = in.y() - rankGap;
            path.lineTo(out.x(), std::max(bend, out.y()));
            const qreal middle = (path.currentPosition().y() + in.y()) / 2;
            path.cubicTo({out.x(), middle}, {in.x(), middle}, in);
            return path;
        }
        const Column& column = m_columns[columnOf(wire.from)];
        const qreal side = column.left - sideStep * qreal(m_sides[index]);
        const QPointF left(to.left(), to.top() + 20);
        if (columnOf(wire.from) == columnOf(wire.to)) {
            std::vector<QPointF> points;
            if (lane(wire.from) == 0)
                points = {{from.left(), from.top() + 28}, {side, from.top() + 28}};
            else
                points = {out, {out.x(), out.y() + rankGap / 3}, {side, out.y() + rankGap / 3}};
            if (lane(wire.to) == 0) {
                points.insert(points.end(), {{side, left.y()}, left});
            } else {
                points.insert(points.end(), {{side, in.y() - rankGap / 3}, {in.x(), in.y() - rankGap / 3}, in});
            }
            return rounded(points);
        }
        const Column& target = m_columns[columnOf(wire.to)];
        const qreal channel = target.left - sideStep * qreal(target.sides) - columnGap / 2;
        const QPointF right(from.right(), from.center().y());
        std::vector<QPointF> points;
        if (m_sides[index] == 0 && columnOf(wire.to) == columnOf(wire.from) + 1)
            points = {right, {channel, right.y()}};
        else {
            const qreal below = m_bottom + sideStep * qreal(m_sides[index] + 1);
            points = {{from.left(), from.top() + 28}, {side, from.top() + 28}, {side, below}, {channel, below}};
        }
        if (lane(wire.to) == 0)
            points.insert(points.end(), {{channel, left.y()}, left});
        else
            points.insert(points.end(), {{channel, in.y() - rankGap / 3}, {in.x(), in.y() - rankGap / 3}, in});
        return rounded(points);
    }

    const std::vector<QSizeF>& m_sizes;
    std::vector<LayoutWire> m_wires;
    QSizeF m_room;
    const std::vector<int>& m_groups;
    std::vector<int> m_ranks, m_laneEnds;
    std::vector<qreal> m_rankHeights, m_rankTops;
    std::vector<std::size_t> m_lanes, m_columnOfRank, m_sides;
    std::vector<Column> m_columns;
    std::vector<QRectF> m_boxes;
    qreal m_bottom = 0;
};

}  // namespace

GraphLayout layOut(const std::vector<QSizeF>& boxes, const std::vector<LayoutWire>& wires, const QSizeF& room,
                   const std::vector<int>& groups) {
    // By where they end, so that one pass over them sees every box before those that read it.
    std::vector<std::size_t> order(wires.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return wires[i].to; });
    std::vector<LayoutWire> sorted;
    for (const std::size_t i : order) sorted.push_back(wires[i]);
    GraphLayout layout = Layouter(boxes, sorted, room, groups).run();
    std::vector<QPainterPath> paths(wires.size());
    for (std::size_t i = 0; i < order.size(); ++i) paths[order[i]] = layout.wires[i];
    layout.wires = std::move(paths);
    return layout;
}

}  // namespace lemnos
