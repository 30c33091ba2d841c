// The shapes of the sample data set, as outlines.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace lemnos {

/// In a square from -1 to 1; y points down, as in pictures.
struct ShapePoint {
    double x = 0;
    double y = 0;
};

/// A line drawn with a round pen, or the outline of a filled area.
struct ShapePath {
    std::vector<ShapePoint> points;
    bool filled = false;
};

struct SampleShape {
    std::string_view name;  ///< of the class folder
    std::vector<ShapePath> (*paths)() = nullptr;
};

/// Ten of them, in byte order of their names.
std::span<const SampleShape> sampleShapes();

}  // namespace lemnos
