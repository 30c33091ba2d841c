// CRC-32C (Castagnoli), as in RFC 3720, appendix B.4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lemnos {

/// Goes on from `crc`, the value of the bytes before; 0 at the beginning.
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t crc = 0);

}  // namespace lemnos
