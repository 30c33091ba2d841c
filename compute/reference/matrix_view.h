// MatrixView: rows and columns of a tensor in host memory.
#pragma once

#include <memory>
#include <vector>

#include "compute/half.h"
#include "compute/host/host_device.h"

namespace lemnos {

/// v(row, column), counted without padding. A matrix of halves is seen as it was when the view was made, and is changed
/// by store() and fill() alone.
struct MatrixView {
    float* data = nullptr;
    std::int64_t rows = 0, columns = 0, stride = 0;

    MatrixView() = default;
    explicit MatrixView(const Tensor& t) : rows(t.rows), columns(t.columns), stride(t.stride) {
        if (t.type != ElementType::float16) {
            data = hostData(t);
            return;
        }
        m_halves = hostData<std::uint16_t>(t);
        m_floats = std::make_shared<std::vector<float>>();
        for (std::int64_t i = 0; i < rows * stride; ++i) m_floats->push_back(floatFromHalf(m_halves[i]));
        data = m_floats->data();
    }

    explicit operator bool() const { return data != nullptr; }
    float& operator()(std::int64_t row, std::int64_t column) const { return data[row * stride + column]; }

    /// Writes the element at a place counted with padding.
    void store(std::int64_t place, double value) const {
        data[place] = static_cast<float>(value);
        if (m_halves) m_halves[place] = halfFromFloat(data[place]);
    }

    /// Calls set(row, column, new value) on every element, and zeroes the padding.
    template <class F>
    void fill(F value) const {
        for (std::int64_t i = 0; i < rows; ++i) {
            for (std::int64_t j = 0; j < columns; ++j) store(i * stride + j, static_cast<double>(value(i, j)));
            for (std::int64_t j = columns; j < stride; ++j) store(i * stride + j, 0);
        }
    }

  private:
    std::uint16_t* m_halves = nullptr;
    std::shared_ptr<std::vector<float>> m_floats;  ///< what the halves are
};

}  // namespace lemnos
