#include "model/lan/talk.h"

#include <poll.h>

#include "model/param.h"

namespace lemnos {
namespace {

constexpr std::chrono::milliseconds glance{100};  // how often a stop request is looked for
constexpr std::size_t pieceBytes = 256 * 1024;

}  // namespace

Talk::Talk(const OwnSide& self, Socket socket, TlsStream::Side side, std::stop_token stop)
    : m_ownName(self.name), m_link(TlsStream(self.context, std::move(socket), side)), m_stop(std::move(stop)) {}

Result<Talk> Talk::with(const OwnSide& self, const std::string& host, std::uint16_t port, std::stop_token stop) {
    TRY(Socket socket, startConnecting(host, port));
    Talk talk(self, std::move(socket), TlsStream::Side::client, std::move(stop));
    TRY_OK(talk.open());
    return talk;
}

Status Talk::open() {
    const auto until = Clock::now() + machinePatience;
    while (true) {
        TRY(const bool done, m_link.stream().handshake());
        if (done) break;
        TRY_OK(wait(m_link.stream().awaited(), until));
    }
    const Hello own{.name = m_ownName, .build = LEMNOS_VERSION};
    TRY_OK(say(FrameType::hello, toBytes(own)));
    TRY(const auto greeting, hear(FrameType::hello, until));
    TRY(const Hello hello, helloFromBytes(greeting));
    TRY_OK(commonVersion(own, hello));
    m_name = hello.name.empty() ? "PC" : hello.name;
    return {};
}

Status Talk::say(FrameType type, std::vector<std::byte> payload) {
    m_link.sendOwn(type, std::move(payload));
    return flush();
}

Status Talk::flush() {
    const auto until = Clock::now() + machinePatience;
    while (true) {
        const Result<bool> done = m_link.flush();
        if (!done) {
            // Where nothing can be written any more, the other side may have said why.
            const Result<bool> last = receive();
            return last ? done.error() : last.error();
        }
        if (*done) return {};
        TRY_OK(wait(POLLOUT, until));
    }
}

Result<bool> Talk::receive() {
    return m_link.receive(
        [&](const FrameHeader& header) -> Result<std::span<std::byte>> { return m_link.ownSpace(header); });
}

Result<Frame> Talk::hear(Clock::time_point until) {
    while (true) {
        TRY(const bool whole, receive());
        if (whole) break;
        TRY_OK(wait(POLLIN, until));
    }
    const auto payload = m_link.ownPayload();
    return Frame{m_link.header(), {payload.begin(), payload.end()}};
}

Result<std::vector<std::byte>> Talk::hear(FrameType type, Clock::time_point until) {
    TRY(Frame frame, hear(until));
    if (frame.header.type != type) return Error{LEMNOS_TEXT("The other PC has said something that was not its turn.")};
    return std::move(frame.payload);
}

bool Talk::hasMore() {
    pollfd one{descriptor(), POLLIN, 0};
    return m_link.stream().hasBuffered() || ::poll(&one, 1, 0) > 0;
}

Status Talk::sayParcel(std::span<const std::byte> bytes) {
    std::size_t sent = 0;
    do {
        const auto piece = bytes.subspan(sent, std::min(pieceBytes, bytes.size() - sent));
        FrameHeader header{.type = FrameType::parcel, .step = bytes.size()};
        m_link.send(header, piece);
        TRY_OK(flush());
        sent += piece.size();
    } while (sent < bytes.size());
    return {};
}

Result<std::vector<std::byte>> Talk::hearParcel(std::size_t most) {
    TRY(auto parcel, hearParcelOrAbsent(most));
    if (!parcel) return Error{LEMNOS_TEXT("The other PC does not have what it promised.")};
    return *std::move(parcel);
}

Result<std::optional<std::vector<std::byte>>> Talk::hearParcelOrAbsent(std::size_t most) {
    std::vector<std::byte> bytes;
    std::uint64_t size = 0;
    do {
        TRY(const Frame frame, hear());
        if (frame.header.type == FrameType::absent && bytes.empty()) return std::optional<std::vector<std::byte>>();
        if (frame.header.type != FrameType::parcel)
            return Error{LEMNOS_TEXT("The other PC has broken off in the middle.")};
        if (bytes.empty()) size = frame.header.step;
        if (size > most || frame.header.step != size || frame.payload.size() > size - bytes.size() ||
            (frame.payload.empty() && size > 0))
            return Error{LEMNOS_TEXT("The other PC has sent more than it may.")};
        bytes.insert(bytes.end(), frame.payload.begin(), frame.payload.end());
    } while (bytes.size() < size);
    return std::optional(std::move(bytes));
}

Status Talk::wait(short events, Clock::time_point until) {
    pollfd one{descriptor(), events, 0};
    while (true) {
        if (m_stop.stop_requested()) return Error{LEMNOS_TEXT("Cancelled.")};
        if (Clock::now() >= until) return Error{LEMNOS_TEXT("The other PC has not answered in time.")};
        if (::poll(&one, 1, static_cast<int>(glance.count())) > 0) return {};
    }
}

}  // namespace lemnos
