// MatrixView: rows and columns of a tensor in host memory.
#pragma once

#include "compute/host/host_device.h"

namespace lemnos {

/// v(row, column), counted without padding.
struct MatrixView {
    float* data = nullptr;
    std::int64_t rows = 0, columns = 0, stride = 0;

    MatrixView() = default;
    explicit MatrixView(const Tensor& t) : data(hostData(t)), rows(t.rows), columns(t.columns), stride(t.stride) {}

    explicit operator bool() const { return data != nullptr; }
    float& operator()(std::int64_t row, std::int64_t column) const { return data[row * stride + column]; }

    /// Calls set(row, column, new value) on every element, and zeroes the padding.
    template <class F>
    void fill(F value) const {
        for (std::int64_t i = 0; i < rows; ++i) {
            for (std::int64_t j = 0; j < columns; ++j) (*this)(i, j) = static_cast<float>(value(i, j));
            for (std::int64_t j = columns; j < stride; ++j) (*this)(i, j) = 0;
        }
    }
};

}  // namespace lemnos
