// Ten shapes that people tell apart at a glance. Long straight lines are cut into pieces, so that they can be bent.
#include "model/data/sample_shapes.h"

#include <cmath>
#include <numbers>

namespace lemnos {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double turn = 2 * pi;

/// Joins the corners by straight lines.
std::vector<ShapePoint> lines(const std::vector<ShapePoint>& corners, bool closed = false) {
    constexpr int pieces = 8;
    std::vector<ShapePoint> points;
    const std::size_t count = corners.size() - (closed ? 0 : 1);
    for (std::size_t i = 0; i < count; ++i) {
        const ShapePoint from = corners[i], to = corners[(i + 1) % corners.size()];
        for (int k = 0; k < pieces; ++k) {
            const double t = static_cast<double>(k) / pieces;
            points.push_back({from.x + t * (to.x - from.x), from.y + t * (to.y - from.y)});
        }
    }
    points.push_back(closed ? points.front() : corners.back());
    return points;
}

/// Points of a curve for t from 0 to 1.
template <class Curve>
std::vector<ShapePoint> curve(Curve at) {
    constexpr int pieces = 72;
    std::vector<ShapePoint> points;
    for (int i = 0; i <= pieces; ++i) points.push_back(at(static_cast<double>(i) / pieces));
    return points;
}

std::vector<ShapePoint> arc(ShapePoint centre, double radius, double from, double to) {
    return curve([=](double t) -> ShapePoint {
        const double angle = from + t * (to - from);
        return {centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)};
    });
}

std::vector<ShapePath> arrow() {
    return {{lines({{-0.9, -0.2}, {0.1, -0.2}, {0.1, -0.62}, {0.92, 0}, {0.1, 0.62}, {0.1, 0.2}, {-0.9, 0.2}}, true),
             true}};
}

std::vector<ShapePath> cross() {
    return {{lines({{-0.68, -0.68}, {0.68, 0.68}}), false}, {lines({{0.68, -0.68}, {-0.68, 0.68}}), false}};
}

std::vector<ShapePath> heart() {
    return {{curve([](double t) -> ShapePoint {
                 const double a = t * turn;
                 return {
                     0.95 * std::pow(std::sin(a), 3),
                     -0.06 * (13 * std::cos(a) - 5 * std::cos(2 * a) - 2 * std::cos(3 * a) - std::cos(4 * a)) - 0.08};
             }),
             true}};
}

std::vector<ShapePath> letterA() {
    return {{lines({{-0.66, 0.85}, {0, -0.85}, {0.66, 0.85}}), false}, {lines({{-0.4, 0.28}, {0.4, 0.28}}), false}};
}

std::vector<ShapePath> moon() {
    constexpr ShapePoint centre{-0.1, 0}, cut{0.32, 0};
    constexpr double radius = 0.9, opening = 0.24 * pi;
    // Both arcs meet at the tips of the sickle.
    const ShapePoint tip{centre.x + radius * std::cos(opening), centre.y + radius * std::sin(opening)};
    const double cutRadius = std::hypot(tip.x - cut.x, tip.y - cut.y);
    const double cutAngle = std::atan2(tip.y - cut.y, tip.x - cut.x);
    std::vector<ShapePoint> outline = arc(centre, radius, opening, turn - opening);
    const std::vector<ShapePoint> inside = arc(cut, cutRadius, turn - cutAngle, cutAngle);
    outline.insert(outline.end(), inside.begin(), inside.end());
    return {{outline, true}};
}

std::vector<ShapePath> numberTwo() {
    std::vector<ShapePoint> points = arc({0, -0.36}, 0.5, -1.05 * pi, 0.2 * pi);
    const std::vector<ShapePoint> rest = lines({points.back(), {-0.55, 0.82}, {0.6, 0.82}});
    points.insert(points.end(), rest.begin(), rest.end());
    return {{points, false}};
}

std::vector<ShapePath> ring() {
    return {{arc({0, 0}, 0.72, 0, turn), false}};
}

std::vector<ShapePath> spiral() {
    return {{curve([](double t) -> ShapePoint {
                 const double angle = t * 1.75 * turn, radius = 0.05 + 0.87 * t;
                 return {radius * std::cos(angle), radius * std::sin(angle)};
             }),
             false}};
}

std::vector<ShapePath> star() {
    std::vector<ShapePoint> corners;
    for (int i = 0; i < 10; ++i) {
        const double radius = i % 2 ? 0.4 : 0.98, angle = i * pi / 5 - pi / 2;
        corners.push_back({radius * std::cos(angle), radius * std::sin(angle) + 0.06});
    }
    return {{lines(corners, true), true}};
}

std::vector<ShapePath> wave() {
    std::vector<ShapePath> paths;
    for (const double y : {-0.38, 0.38})
        paths.push_back({curve([y](double t) -> ShapePoint {
                             return {-0.9 + 1.8 * t, y - 0.22 * std::sin(t * 2 * turn)};
                         }),
                         false});
    return paths;
}

}  // namespace

std::span<const SampleShape> sampleShapes() {
    static constexpr SampleShape shapes[] = {
        {"arrow", arrow},        {"cross", cross}, {"heart", heart},   {"letter_a", letterA}, {"moon", moon},
        {"number_2", numberTwo}, {"ring", ring},   {"spiral", spiral}, {"star", star},        {"wave", wave},
    };
    return shapes;
}

}  // namespace lemnos
