// Where the numbers of a weight lie: in files row by row without padding, on devices in padded rows.
#pragma once

#include <algorithm>

#include "model/layers/layer.h"

namespace lemnos {

/// Rows of a weight in a file: the product of all extents but the last.
inline std::int64_t fileRows(const WeightShape& shape) {
    std::int64_t rows = 1;
    for (std::size_t i = 0; i + 1 < shape.dims.size(); ++i) rows *= shape.dims[i];
    return rows;
}

/// The row on a device of a row in a file; see WeightShape::padRows.
inline std::int64_t deviceRow(const WeightShape& shape, std::int64_t fileRow) {
    if (!shape.padRows) return fileRow;
    const std::int64_t inner = shape.dims[shape.dims.size() - 2];
    return fileRow / inner * roundUp4(inner) + fileRow % inner;
}

/// Copies a weight out of or into its place in an arena; `values` is as in files and has fileRows x columns numbers.
inline void unpackWeight(const WeightShape& shape, const float* arena, float* values) {
    for (std::int64_t row = 0; row < fileRows(shape); ++row)
        std::copy_n(arena + deviceRow(shape, row) * roundUp4(shape.columns), shape.columns,
                    values + row * shape.columns);
}
inline void packWeight(const WeightShape& shape, const float* values, float* arena) {
    for (std::int64_t row = 0; row < fileRows(shape); ++row)
        std::copy_n(values + row * shape.columns, shape.columns,
                    arena + deviceRow(shape, row) * roundUp4(shape.columns));
}

}  // namespace lemnos
