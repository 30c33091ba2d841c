#include "model/lan/lan_link.h"

#include "model/lan/last_word.h"

namespace lemnos {

void LanLink::send(FrameHeader header, std::span<const std::byte> payload) {
    header.length = static_cast<std::uint32_t>(payload.size());
    m_out.push_back({encodeHeader(header), {}, payload});
}

void LanLink::sendOwn(FrameType type, std::vector<std::byte> payload) {
    FrameHeader header{.type = type};
    header.length = static_cast<std::uint32_t>(payload.size());
    m_out.push_back({encodeHeader(header), std::move(payload), {}});
    m_out.back().payload = m_out.back().own;
}

Result<bool> LanLink::flush() {
    while (!m_out.empty()) {
        Outgoing& next = m_out.front();
        const std::size_t all = frameHeaderBytes + next.payload.size();
        while (next.sent < all) {
            const auto rest = next.sent < frameHeaderBytes ? std::span<const std::byte>(next.start).subspan(next.sent)
                                                           : next.payload.subspan(next.sent - frameHeaderBytes);
            TRY(const std::size_t count, m_stream.write(rest));
            if (count == 0) return false;
            next.sent += count;
        }
        m_out.pop_front();
    }
    return m_stream.flush();
}

void LanLink::end(const std::string& reason) {
    if (m_out.empty() || m_out.front().sent == 0) {
        m_out.clear();
        sendOwn(FrameType::bye, toLastWord(reason));
        (void)flush();
    }
    m_out.clear();
    m_stream.shutDown();
}

Result<bool> LanLink::fill(std::span<std::byte> bytes, std::size_t& filled) {
    while (filled < bytes.size()) {
        TRY(const std::size_t count, m_stream.read(bytes.subspan(filled)));
        if (count == 0) return false;
        filled += count;
    }
    return true;
}

Result<bool> LanLink::receive(const Where& where) {
    if (m_startBytes < frameHeaderBytes) {
        TRY(const bool whole, fill(m_start, m_startBytes));
        if (!whole) return false;
        TRY(m_header, decodeHeader(m_start, m_stage));
        m_payloadBytes = 0;
        if (m_header.type == FrameType::bye) {
            m_payload = ownSpace(m_header);
        } else {
            TRY(m_payload, where(m_header));
        }
        assert(m_payload.size() == m_header.length);
    }
    TRY(const bool whole, fill(m_payload, m_payloadBytes));
    if (!whole) return false;
    m_startBytes = 0;
    if (m_header.type == FrameType::bye) return Error{lastWordFrom(m_own)};
    return true;
}

std::span<std::byte> LanLink::ownSpace(const FrameHeader& header) {
    m_own.resize(header.length);
    return m_own;
}

}  // namespace lemnos
