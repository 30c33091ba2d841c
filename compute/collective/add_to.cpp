#include "compute/collective/add_to.h"

#include <cassert>
#include <cstddef>

namespace lemnos {
namespace {

template <class T>
void add(std::span<T> sums, std::span<const T> values) {
    assert(sums.size() == values.size());
    T* const to = sums.data();
    const T* const from = values.data();
#pragma omp simd
    for (std::size_t i = 0; i < sums.size(); ++i) to[i] += from[i];
}

}  // namespace

void addTo(std::span<float> sums, std::span<const float> values) {
    add(sums, values);
}

void addTo(std::span<std::int64_t> sums, std::span<const std::int64_t> values) {
    add(sums, values);
}

}  // namespace lemnos
