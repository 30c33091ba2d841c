// Little-endian numbers and short texts in a row of bytes, for messages.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace lemnos {

static_assert(std::endian::native == std::endian::little, "numbers go to the wire as they are in memory");

class ByteWriter {
  public:
    template <class T>
    requires std::is_integral_v<T>
    void number(T value) {
        const auto* first = reinterpret_cast<const std::byte*>(&value);
        m_bytes.insert(m_bytes.end(), first, first + sizeof value);
    }
    void bytes(std::span<const std::byte> bytes) { m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end()); }
    /// A text of at most 255 bytes; longer ones are cut.
    void text(std::string_view text) {
        text = text.substr(0, 255);
        number(static_cast<std::uint8_t>(text.size()));
        bytes(std::as_bytes(std::span(text)));
    }
    std::vector<std::byte> take() { return std::move(m_bytes); }

  private:
    std::vector<std::byte> m_bytes;
};

/// Reads what a ByteWriter wrote. What does not fit reads as zero, and ok() says so at the end.
class ByteReader {
  public:
    explicit ByteReader(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    template <class T>
    requires std::is_integral_v<T> T number() {
        T value = 0;
        const auto from = next(sizeof value);
        if (!from.empty()) std::memcpy(&value, from.data(), sizeof value);
        return value;
    }
    void bytes(std::span<std::byte> to) {
        const auto from = next(to.size());
        std::ranges::copy(from, to.begin());
    }
    std::string text(std::size_t most) {
        const std::size_t size = number<std::uint8_t>();
        if (size > most) m_ok = false;
        const auto from = next(size);
        return {reinterpret_cast<const char*>(from.data()), from.size()};
    }
    /// Everything was there, and nothing is left.
    bool ok() const { return m_ok && m_bytes.empty(); }

  private:
    std::span<const std::byte> next(std::size_t size) {
        if (!m_ok || m_bytes.size() < size) {
            m_ok = false;
            return {};
        }
        const auto part = m_bytes.first(size);
        m_bytes = m_bytes.subspan(size);
        return part;
    }

    std::span<const std::byte> m_bytes;
    bool m_ok = true;
};

}  // namespace lemnos
