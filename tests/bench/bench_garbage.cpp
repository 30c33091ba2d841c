// Knocks at ports as no PC does, to see what that costs those who listen there (tests/lan/garbage.sh):
//   bench_garbage HOST PORT[,PORT...] PER_SECOND SECONDS [OWN_ADDRESS...]
// In turn, a connection is closed at once, brings random bytes, half a greeting of TLS, or a whole one, and the last
// three are then held open for two seconds without another word. With own addresses, each comes from another one of
// them.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <random>
#include <sstream>
#include <thread>

#include "model/lan/tls.h"

using namespace lemnos;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds heldFor{2};

/// What a client says first.
std::string greeting() {
    const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(context.get()), SSL_free);
    BIO* const out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), out);
    SSL_set_connect_state(ssl.get());
    SSL_do_handshake(ssl.get());
    std::string bytes(BIO_ctrl_pending(out), '\0');
    BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
}

sockaddr_in addressOf(const std::string& host, int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, host.c_str(), &address.sin_addr);
    return address;
}

struct Held {
    Socket socket;
    std::string text;  ///< to be said once it is connected
    Clock::time_point since;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) {
        std::fprintf(stderr, "bench_garbage HOST PORT[,PORT...] PER_SECOND SECONDS [OWN_ADDRESS...]\n");
        return 2;
    }
    const std::string host = argv[1];
    std::vector<int> ports;
    std::istringstream list(argv[2]);
    for (std::string port; std::getline(list, port, ',');) ports.push_back(std::atoi(port.c_str()));
    const double perSecond = std::atof(argv[3]), seconds = std::atof(argv[4]);
    const std::vector<std::string> own(argv + 5, argv + argc);
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);

    const std::string hello = greeting();
    std::mt19937 random(1);
    std::deque<Held> held;
    std::size_t made = 0;
    const auto start = Clock::now();
    const auto now = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
    // A few at a time, evenly, as many as the rate asks for by now.
    for (; now() < seconds; std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
        for (; static_cast<double>(made) < now() * perSecond; ++made) {
            Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
            if (!socket) break;
            if (!own.empty()) {
                const sockaddr_in from = addressOf(own[made % own.size()], 0);
                ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&from), sizeof from);
            }
            const sockaddr_in to = addressOf(host, ports[made % ports.size()]);
            ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
            std::string text(random() % 1000, '\0');
            for (char& letter : text) letter = static_cast<char>(random());
            // Every port gets every kind.
            switch (made / ports.size() % 4) {
                case 0:
                    continue;
                case 1:
                    break;
                case 2:
                    text = hello.substr(0, hello.size() / 2);
                    break;
                case 3:
                    text = hello;
            }
            held.push_back({std::move(socket), std::move(text), Clock::now()});
        }
        for (Held& one : held)
            if (!one.text.empty() && ::send(one.socket.number(), one.text.data(), one.text.size(), MSG_NOSIGNAL) > 0)
                one.text.clear();
        while (!held.empty() && Clock::now() - held.front().since > heldFor) held.pop_front();
    }
    std::printf("%.0f connections a second\n", static_cast<double>(made) / seconds);
    return 0;
}
