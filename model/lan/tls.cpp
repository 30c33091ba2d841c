#include "model/lan/tls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include "model/param.h"
#include "model/phrased_error.h"

namespace lemnos {
namespace {

constexpr int gatheredBytes = 64 * 1024;                  // a record is 16 KiB; the network is handed several at a time
constexpr unsigned char protocolName[] = "\x08lemnos/1";  // ALPN: its length, then itself

std::string reasonOf(int code) {
    return std::generic_category().message(code);
}

/// An IPv4 or IPv6 address with a port.
std::optional<std::pair<sockaddr_storage, socklen_t>> addressOf(const std::string& host, std::uint16_t port) {
    sockaddr_storage storage{};
    auto* const four = reinterpret_cast<sockaddr_in*>(&storage);
    if (::inet_pton(AF_INET, host.c_str(), &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons(port);
        return std::pair(storage, static_cast<socklen_t>(sizeof *four));
    }
    auto* const six = reinterpret_cast<sockaddr_in6*>(&storage);
    if (::inet_pton(AF_INET6, host.c_str(), &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons(port);
        return std::pair(storage, static_cast<socklen_t>(sizeof *six));
    }
    return std::nullopt;
}

/// `number` of the system's error; 0: the other side has ended it.
Error connectionEnded(int number) {
    if (number == 0) return Error{LEMNOS_TEXT("The connection has ended.")};
    return phrasedError({LEMNOS_TEXT("The connection has ended: %1."), {Phrase::name(reasonOf(number))}});
}

/// Sums wait for the slowest of all connections, so none may rest: BBR, where a system has chosen it, lets each one for
/// 200 ms every ten seconds. Reno is allowed everywhere.
void chooseCongestionControl(int socket) {
    for (const std::string_view name : {"cubic", "reno"})
        if (::setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, name.data(), static_cast<socklen_t>(name.size())) == 0)
            return;
}

/// A PC that is gone without a word (power, cable) is noticed by the kernel within ten seconds, however long a process
/// is silent because it computes.
void keepAlive(int socket) {
    const auto set = [&](int level, int option, int value) {
        ::setsockopt(socket, level, option, &value, sizeof value);
    };
    set(IPPROTO_TCP, TCP_NODELAY, 1);
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 3);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 1);
    set(IPPROTO_TCP, TCP_KEEPCNT, 7);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, 10000);
}

int chooseProtocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned int inSize,
                   void*) {
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, size, protocolName, sizeof protocolName - 1, in, inSize) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Socket::~Socket() {
    if (m_number >= 0) ::close(m_number);
}

Result<Listener> Listener::open(const std::string& host, std::uint16_t port) {
    const auto address = addressOf(host, port);
    if (!address)
        return phrasedError({LEMNOS_TEXT("'%1' is not an IP address of this PC."), {Phrase::name(host)}}, host);
    Listener listener;
    listener.m_socket = Socket(::socket(address->first.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int number = listener.m_socket.number(), yes = 1;
    ::setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(number, reinterpret_cast<const sockaddr*>(&address->first), address->second) != 0 ||
        ::listen(number, 16) != 0)
        return phrasedError({LEMNOS_TEXT("Can't take connections at %1, port %2: %3. Choose another address or port."),
                             {Phrase::name(host), Phrase::name(std::to_string(port)), Phrase::name(reasonOf(errno))}},
                            host);
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    ::getsockname(number, reinterpret_cast<sockaddr*>(&own), &size);
    listener.m_port = ntohs(own.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&own)->sin6_port
                                                      : reinterpret_cast<sockaddr_in*>(&own)->sin_port);
    return listener;
}

Result<Listener> Listener::openFirst(const std::string& host, std::uint16_t first) {
    constexpr int ports = 17;
    for (int i = 0; i + 1 < ports && first != 0; ++i)
        if (auto listener = open(host, static_cast<std::uint16_t>(first + i))) return listener;
    return open(host, first == 0 ? first : static_cast<std::uint16_t>(first + ports - 1));
}

std::string addressOf(const Socket& socket) {
    sockaddr_storage other{};
    socklen_t size = sizeof other;
    if (::getpeername(socket.number(), reinterpret_cast<sockaddr*>(&other), &size) != 0) return {};
    char text[INET6_ADDRSTRLEN] = "";
    const void* bytes = other.ss_family == AF_INET6
                            ? static_cast<const void*>(&reinterpret_cast<sockaddr_in6*>(&other)->sin6_addr)
                            : &reinterpret_cast<sockaddr_in*>(&other)->sin_addr;
    ::inet_ntop(other.ss_family, bytes, text, sizeof text);
    return text;
}

Socket Listener::accept() const {
    return Socket(::accept4(m_socket.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

Result<Socket> startConnecting(const std::string& host, std::uint16_t port) {
    const auto address = addressOf(host, port);
    if (!address) return phrasedError({LEMNOS_TEXT("'%1' is not an IP address."), {Phrase::name(host)}}, host);
    Socket socket(::socket(address->first.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket ||
        (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address->first), address->second) != 0 &&
         errno != EINPROGRESS))
        return phrasedError(
            {LEMNOS_TEXT("Can't connect to %1: %2."), {Phrase::name(host), Phrase::name(reasonOf(errno))}}, host);
    return socket;
}

Result<TlsContext> TlsContext::create(const Identity& identity) {
    // Writing to a connection that is gone is an error value, not a signal.
    std::signal(SIGPIPE, SIG_IGN);
    TlsContext context;
    context.m_context = {SSL_CTX_new(TLS_method()), SSL_CTX_free};
    SSL_CTX* const c = context.handle();
    const std::unique_ptr<BIO, int (*)(BIO*)> pem(
        BIO_new_mem_buf(identity.pem.data(), static_cast<int>(identity.pem.size())), BIO_free);
    const auto noPassword = [](char*, int, int, void*) { return 0; };
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
        PEM_read_bio_PrivateKey(pem.get(), nullptr, noPassword, nullptr), EVP_PKEY_free);
    const std::unique_ptr<X509, void (*)(X509*)> certificate(
        key ? PEM_read_bio_X509(pem.get(), nullptr, noPassword, nullptr) : nullptr, X509_free);
    const bool ok = c && certificate && SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION) == 1 &&
                    SSL_CTX_set_max_proto_version(c, TLS1_3_VERSION) == 1 &&
                    SSL_CTX_use_certificate(c, certificate.get()) == 1 && SSL_CTX_use_PrivateKey(c, key.get()) == 1 &&
                    SSL_CTX_set_num_tickets(c, 0) == 1 &&
                    SSL_CTX_set_ciphersuites(c, "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256") == 1 &&
                    SSL_CTX_set_alpn_protos(c, protocolName, sizeof protocolName - 1) == 0;
    if (!ok) return cryptoError("prepare encrypted connections");
    SSL_CTX_set_alpn_select_cb(c, chooseProtocol, nullptr);
    SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_max_early_data(c, 0);
    // A connection that is cut off is seen by its frames, which have a length.
    SSL_CTX_set_options(c, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(c, 1);
    SSL_CTX_set_default_read_buffer_len(c, 64 * 1024);
    // There is no authority: a certificate proves that its owner is there, and whether that one is trusted is looked up
    // by its hash, see TlsStream::peer().
    SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(
        c, [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
    return context;
}

TlsStream::TlsStream(const TlsContext& context, Socket socket, Side side)
    : m_socket(std::move(socket)), m_ssl(SSL_new(context.handle()), SSL_free), m_out(BIO_new(BIO_f_buffer())) {
    keepAlive(m_socket.number());
    chooseCongestionControl(m_socket.number());
    BIO_set_write_buffer_size(m_out, gatheredBytes);
    BIO_push(m_out, BIO_new_socket(m_socket.number(), BIO_NOCLOSE));
    SSL_set_bio(m_ssl.get(), BIO_new_socket(m_socket.number(), BIO_NOCLOSE), m_out);
    side == Side::client ? SSL_set_connect_state(m_ssl.get()) : SSL_set_accept_state(m_ssl.get());
    m_awaited = side == Side::client ? POLLOUT : POLLIN;
}

/// After a call that did not succeed: whether it is to be repeated when the socket is ready.
Result<bool> TlsStream::mayGoOn(int code, const char* what) {
    const int systemError = errno;
    switch (SSL_get_error(m_ssl.get(), code)) {
        case SSL_ERROR_WANT_READ:
            m_awaited = POLLIN;
            return true;
        case SSL_ERROR_WANT_WRITE:
            m_awaited = POLLOUT;
            return true;
        case SSL_ERROR_ZERO_RETURN:
            return connectionEnded(0);
        case SSL_ERROR_SYSCALL:
            ERR_clear_error();
            // In a handshake OpenSSL puts a buffer of its own before this one, and asks only that one whether to
            // repeat: so it is where a connection is still being made.
            if (SSL_want_write(m_ssl.get()) && BIO_should_retry(m_out)) {
                m_awaited = POLLOUT;
                return true;
            }
            return connectionEnded(systemError);
        default:
            return cryptoError(what);
    }
}

Result<bool> TlsStream::handshake() {
    ERR_clear_error();
    errno = 0;
    const int code = SSL_do_handshake(m_ssl.get());
    if (code != 1) {
        TRY_OK(mayGoOn(code, "agree with the other PC"));
        return false;
    }
    const std::unique_ptr<X509, void (*)(X509*)> certificate(SSL_get1_peer_certificate(m_ssl.get()), X509_free);
    const unsigned char* protocol = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(m_ssl.get(), &protocol, &size);
    if (!certificate || size != sizeof protocolName - 2)
        return Error{LEMNOS_TEXT("What answers there is not Lemnos, or a version that this one does not know.")};
    if (X509_digest(certificate.get(), EVP_sha256(), reinterpret_cast<unsigned char*>(m_peer.data()), &size) != 1)
        return cryptoError("read the other PC's certificate");
    return true;
}

Result<std::size_t> TlsStream::read(std::span<std::byte> bytes) {
    std::size_t count = 0;
    ERR_clear_error();
    errno = 0;
    const int code = SSL_read_ex(m_ssl.get(), bytes.data(), bytes.size(), &count);
    if (code != 1) {
        TRY_OK(mayGoOn(code, "read from the other PC"));
        return std::size_t{0};
    }
    return count;
}

Result<std::size_t> TlsStream::write(std::span<const std::byte> bytes) {
    std::size_t count = 0;
    ERR_clear_error();
    errno = 0;
    const int code = SSL_write_ex(m_ssl.get(), bytes.data(), bytes.size(), &count);
    if (code != 1) {
        TRY_OK(mayGoOn(code, "write to the other PC"));
        return std::size_t{0};
    }
    return count;
}

Result<bool> TlsStream::flush() {
    errno = 0;
    if (flushed() || BIO_flush(m_out) == 1) return true;
    if (BIO_should_retry(m_out)) {
        m_awaited = POLLOUT;
        return false;
    }
    return connectionEnded(errno);
}

bool TlsStream::flushed() const {
    return BIO_wpending(m_out) == 0;
}

bool TlsStream::hasBuffered() const {
    return SSL_has_pending(m_ssl.get()) == 1;
}

void TlsStream::shutDown() {
    ::shutdown(m_socket.number(), SHUT_RDWR);
}

}  // namespace lemnos
