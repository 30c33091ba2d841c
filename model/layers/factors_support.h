// How layers that multiply a value with one factor per channel are written to ONNX.
#pragma once

#include "model/layers/layer.h"

namespace lemnos::layers {

/// value x factors, the factors being {N, channels} and the value a picture or tokens of this shape. The factors are
/// spread over all pixels or tokens by a product with ones, because OpenCV 4.6 multiplies values of equal extents only.
inline std::string multiplyOnnx(OnnxNodes& nodes, const std::string& value, const std::string& factors,
                                const Shape& shape) {
    const std::int64_t rows = shape.rows(), channels = shape.columns();
    const std::string ones = nodes.numbers(std::vector<float>(static_cast<std::size_t>(rows), 1.0f), {1, rows});
    const std::string column = nodes.add("Reshape", {factors, nodes.integers({0, channels, 1})});
    const std::string product = nodes.add("MatMul", {column, ones});
    if (shape.rank() == 3) {
        const std::string dims = nodes.integers({0, channels, shape[0], shape[1]});
        return nodes.add("Mul", {value, nodes.add("Reshape", {product, dims})});
    }
    const std::vector<std::int64_t> order = {0, 2, 1};
    return nodes.add("Mul", {value, nodes.add("Transpose", {product}, {{"perm", order}})});
}

}  // namespace lemnos::layers
