// TLS between PCs that know each other by their certificates: version 1.3 only, both sides show one, no tickets, no
// early data. Streams never block; whoever uses them polls their descriptors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "compute/result.h"
#include "model/lan/identity.h"

struct bio_st;
struct ssl_st;
struct ssl_ctx_st;

namespace lemnos {

/// A file descriptor that closes itself.
class Socket {
  public:
    Socket() = default;
    explicit Socket(int number) : m_number(number) {}
    Socket(Socket&& other) noexcept : m_number(std::exchange(other.m_number, -1)) {}
    Socket& operator=(Socket&& other) noexcept {
        std::swap(m_number, other.m_number);
        return *this;
    }
    ~Socket();

    explicit operator bool() const { return m_number >= 0; }
    int number() const { return m_number; }

  private:
    int m_number = -1;
};

/// Takes connections at an address of this PC.
class Listener {
  public:
    /// `host` is an IP address; port 0: any that is free.
    static Result<Listener> open(const std::string& host, std::uint16_t port);
    /// The first free port from `first` on, of those that firewalls are asked to let through (17, from 7411); `first`
    /// 0: any that is free.
    static Result<Listener> openFirst(const std::string& host, std::uint16_t first);
    std::uint16_t port() const { return m_port; }
    int descriptor() const { return m_socket.number(); }
    /// A connection that waits to be taken, if there is one.
    Socket accept() const;

  private:
    Socket m_socket;
    std::uint16_t m_port = 0;
};

/// The IP address of whoever is at the other end; empty when it is not known.
std::string addressOf(const Socket& socket);

/// Begins to connect; what becomes of it is seen by the first write. `host` is an IP address.
Result<Socket> startConnecting(const std::string& host, std::uint16_t port);

/// What all connections of an identity share.
class TlsContext {
  public:
    static Result<TlsContext> create(const Identity& identity);
    ssl_ctx_st* handle() const { return m_context.get(); }

  private:
    std::shared_ptr<ssl_ctx_st> m_context;
};

class TlsStream {
  public:
    enum class Side : std::uint8_t { client, server };

    TlsStream(const TlsContext& context, Socket socket, Side side);

    int descriptor() const { return m_socket.number(); }
    /// What to poll for when read(), write() or handshake() could not go on: POLLIN or POLLOUT.
    short awaited() const { return m_awaited; }

    /// True when it is done. Afterwards peer() is who the other side is; whether it is trusted is for the caller to
    /// say.
    Result<bool> handshake();
    const DeviceId& peer() const { return m_peer; }

    /// Bytes read or written, 0 when it would block. The end of the connection is an Error. What is written goes out
    /// with what follows, at the latest by flush().
    Result<std::size_t> read(std::span<std::byte> bytes);
    Result<std::size_t> write(std::span<const std::byte> bytes);
    /// True when all that was written is on its way.
    Result<bool> flush();
    bool flushed() const;
    /// Bytes that have come and were not read yet.
    bool hasBuffered() const;
    /// From any thread: nothing goes in or out any more.
    void shutDown();

  private:
    Result<bool> mayGoOn(int code, const char* what);

    Socket m_socket;
    std::unique_ptr<ssl_st, void (*)(ssl_st*)> m_ssl;
    bio_st* m_out;  ///< of m_ssl: gathers what is written
    DeviceId m_peer{};
    short m_awaited = 0;
};

}  // namespace lemnos
