// TextStore: many short texts in few blocks of memory.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

namespace lemnos {

/// Texts stay where they are until the store goes. Two million paths as std::string take three times the memory.
class TextStore {
  public:
    std::string_view keep(std::string_view text) {
        if (text.size() > m_free) grow(text.size());
        char* at = m_next;
        std::ranges::copy(text, at);
        m_next += text.size();
        m_free -= text.size();
        return {at, text.size()};
    }

  private:
    void grow(std::size_t needed) {
        constexpr std::size_t blockBytes = 1 << 16;
        m_free = std::max(needed, blockBytes);
        m_blocks.push_back(std::make_unique<char[]>(m_free));
        m_next = m_blocks.back().get();
    }

    std::vector<std::unique_ptr<char[]>> m_blocks;
    char* m_next = nullptr;
    std::size_t m_free = 0;
};

}  // namespace lemnos
