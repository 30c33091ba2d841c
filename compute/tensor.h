// Tensor: a matrix view into device memory. It owns nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "compute/shape.h"

namespace lemnos {

/// A block of memory that a Device gave out. Destroying it frees the block; the device must be done with it.
class Buffer {
  public:
    virtual ~Buffer() = default;

    std::int64_t sizeBytes() const { return m_sizeBytes; }
    /// Where the host reads or writes it; null for Memory::device.
    virtual std::byte* mapped() const = 0;

  protected:
    explicit Buffer(std::int64_t sizeBytes) : m_sizeBytes(sizeBytes) {}

  private:
    std::int64_t m_sizeBytes;
};

enum class ElementType : std::uint8_t {
    float32,
    float16,  ///< IEEE 754 binary16; what a value of mixed precision is stored as
    uint32,
    uint8,
};

constexpr std::int64_t elementBytes(ElementType type) {
    return type == ElementType::uint8 ? 1 : type == ElementType::float16 ? 2 : 4;
}

/// Tensors begin at multiples of this many bytes, which satisfies every device's binding alignment.
constexpr std::int64_t tensorAlignmentBytes = 256;

/// `rows` rows of `columns` elements, `stride` elements apart. For float32 and float16 the stride is a multiple of four
/// and the elements between `columns` and `stride` are zero: every op keeps them so and may rely on it.
///
/// Where an op takes float32 it takes float16 too, for what a layer passes on to other layers (its inputs, outputs and
/// their gradients) on devices that have it (DeviceInfo::float16). Weights, their gradients, statistics and what
/// optimizers keep are float32 always. Arithmetic is in float32; a result is rounded once.
struct Tensor {
    Buffer* buffer = nullptr;
    std::int64_t offsetBytes = 0;  ///< from the start of the buffer, a multiple of tensorAlignmentBytes
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::int64_t stride = 0;
    ElementType type = ElementType::float32;

    explicit operator bool() const { return buffer != nullptr; }
    std::int64_t sizeBytes() const { return rows * stride * elementBytes(type); }
};

/// A matrix with its stride rounded up to four.
inline Tensor matrix(Buffer& buffer, std::int64_t offsetBytes, std::int64_t rows, std::int64_t columns,
                     ElementType type = ElementType::float32) {
    return {&buffer, offsetBytes, rows, columns, roundUp4(columns), type};
}

}  // namespace lemnos
