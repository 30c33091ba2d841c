#include "tests/support/rank_processes.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "compute/collective/slices.h"

namespace lemnos::test {
namespace {

constexpr int waitMs = 60'000;

/// What goes over a socket: strings of bytes, the first of which is a Head, or in an answer the error (empty: none).
using Parts = std::vector<std::string>;

struct Head {
    enum class What { sumFloats, sumIntegers, broadcast, exchange, barrier, abort } what = What::barrier;
    int root = 0;
    Collective::Tag tag = 0;
};

template <class T>
std::string bytesOf(std::span<const T> values) {
    return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

template <class T>
std::vector<T> valuesOf(const std::string& bytes) {
    std::vector<T> values(bytes.size() / sizeof(T));
    std::ranges::copy(bytes, reinterpret_cast<char*>(values.data()));
    return values;
}

/// A connected local socket; each direction may have a thread of its own.
class Channel {
  public:
    explicit Channel(int number) : m_number(number) {}
    ~Channel() { ::close(m_number); }
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    bool write(const Parts& parts) {
        std::string bytes;
        const auto number = [&](std::uint64_t n) { bytes += bytesOf(std::span<const std::uint64_t>(&n, 1)); };
        number(parts.size());
        for (const std::string& part : parts) {
            number(part.size());
            bytes += part;
        }
        const std::scoped_lock lock(m_writing);
        for (std::size_t at = 0; at < bytes.size();) {
            const ssize_t sent = ::send(m_number, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
            if (sent <= 0) return false;
            at += static_cast<std::size_t>(sent);
        }
        return true;
    }
    /// None when the other end is gone.
    std::optional<Parts> read() {
        const auto count = number();
        if (!count) return {};
        Parts parts(static_cast<std::size_t>(*count));
        for (std::string& part : parts) {
            const auto size = number();
            if (!size) return {};
            part.resize(static_cast<std::size_t>(*size));
            if (!readAll(part.data(), part.size())) return {};
        }
        return parts;
    }
    /// The other end reads that nothing more comes.
    void close() { ::shutdown(m_number, SHUT_WR); }

  private:
    std::optional<std::uint64_t> number() {
        std::uint64_t n = 0;
        return readAll(&n, sizeof n) ? std::optional(n) : std::nullopt;
    }
    bool readAll(void* to, std::size_t size) {
        return size == 0 || ::recv(m_number, to, size, MSG_WAITALL) == static_cast<ssize_t>(size);
    }

    int m_number;
    std::mutex m_writing;
};

sockaddr_un addressOf(const std::string& path) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    if (path.size() >= sizeof address.sun_path) qFatal("The path of a socket is too long.");
    std::ranges::copy(path, address.sun_path);
    return address;
}

std::string headBytes(const Head& head) {
    return bytesOf(std::span(&head, 1));
}

Head headOf(const Parts& parts) {
    Head head;
    std::memcpy(&head, parts.front().data(), sizeof head);
    return head;
}

/// What a rank answers.
Parts answer(Collective& rank, Parts parts) {
    const Head head = headOf(parts);
    const auto result = [](const Status& status, Parts data = {}) {
        data.insert(data.begin(), status ? std::string() : status.error().message);
        return data;
    };
    switch (head.what) {
        case Head::What::sumFloats: {
            auto values = valuesOf<float>(parts[1]);
            const Status status = rank.allReduce(std::span(values), head.tag);
            return result(status, {bytesOf(std::span<const float>(values))});
        }
        case Head::What::sumIntegers: {
            auto values = valuesOf<std::int64_t>(parts[1]);
            const Status status = rank.allReduce(std::span(values), head.tag);
            return result(status, {bytesOf(std::span<const std::int64_t>(values))});
        }
        case Head::What::broadcast: {
            const Status status = rank.broadcast(std::as_writable_bytes(std::span(parts[1])), head.root, head.tag);
            return result(status, {parts[1]});
        }
        case Head::What::exchange: {
            Parts gets;
            for (const std::uint64_t size : valuesOf<std::uint64_t>(parts[1]))
                gets.emplace_back(static_cast<std::size_t>(size), '\0');
            std::vector<std::span<const std::byte>> out;
            std::vector<std::span<std::byte>> in;
            for (std::size_t i = 2; i < parts.size(); ++i) out.push_back(std::as_bytes(std::span(parts[i])));
            for (std::string& part : gets) in.push_back(std::as_writable_bytes(std::span(part)));
            ExchangeWork nothing;  // it is done where the numbers are
            const Status status = rank.exchange(out, in, head.tag, nothing);
            return result(status, std::move(gets));
        }
        default:
            return result(rank.barrier(head.tag));
    }
}

}  // namespace

void serveRank(std::unique_ptr<Collective> rank, const std::string& socket) {
    const int number = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    Channel channel(number);
    const sockaddr_un address = addressOf(socket);
    if (::connect(number, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        !channel.write({std::to_string(rank->rank())}))
        qFatal("The test can't be reached.");
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::optional<Parts>> asked;  // none: nothing more comes
    std::jthread reader([&] {
        while (true) {
            auto parts = channel.read();
            if (parts && headOf(*parts).what == Head::What::abort) {
                // From another thread than that of the call which waits for it.
                rank->abort((*parts)[1]);
                continue;
            }
            const bool last = !parts;
            {
                const std::scoped_lock lock(mutex);
                asked.push_back(std::move(parts));
            }
            changed.notify_all();
            if (last) return;
        }
    });
    while (true) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return !asked.empty(); });
        auto parts = std::move(asked.front());
        asked.pop_front();
        lock.unlock();
        if (!parts || !channel.write(answer(*rank, *std::move(parts)))) break;
    }
    rank.reset();
}

/// The processes of a group, and what the suite does with them.
struct RankProcesses::Group {
    QProcess process;
    std::vector<std::unique_ptr<Channel>> channels;  // of each rank
    std::mutex mutex;
    std::vector<bool> inUse;  // whether the suite has this rank
    int underway = 0;         // calls
    bool broken = false;

    ~Group() {
        for (const auto& channel : channels) channel->close();
        if (!process.waitForFinished(waitMs)) process.kill();
    }

    /// A rank that the suite has given back is gone for those who go on; where all are given back, nobody knows.
    void leave() {
        for (std::size_t rank = 0; rank < inUse.size(); ++rank) {
            if (inUse[rank]) continue;
            channels[rank]->close();
            broken = true;
        }
    }
    void giveBack(int rank) {
        const std::scoped_lock lock(mutex);
        inUse[static_cast<std::size_t>(rank)] = false;
        if (underway > 0) leave();
    }
    Result<Parts> call(int rank, const Parts& parts) {
        Channel& channel = *channels[static_cast<std::size_t>(rank)];
        {
            const std::scoped_lock lock(mutex);
            ++underway;
            leave();
        }
        std::optional<Parts> answer;
        if (channel.write(parts)) answer = channel.read();
        const std::scoped_lock lock(mutex);
        --underway;
        if (answer && answer->front().empty()) return *std::move(answer);
        broken = true;
        return Error{answer ? answer->front() : "The process of the rank has ended.", {}, Error::Kind::groupBroken};
    }
};

/// Stands for a rank in this process.
class RankProcesses::Rank final : public Collective {
  public:
    Rank(std::shared_ptr<Group> group, int rank) : m_group(std::move(group)), m_rank(rank) {}
    ~Rank() override { m_group->giveBack(m_rank); }

    int rank() const override { return m_rank; }
    int size() const override { return static_cast<int>(m_group->channels.size()); }
    Status allReduce(std::span<float> values, Tag tag) override { return sum(Head::What::sumFloats, values, tag); }
    Status allReduce(std::span<std::int64_t> values, Tag tag) override {
        return sum(Head::What::sumIntegers, values, tag);
    }
    Status broadcast(std::span<std::byte> bytes, int root, Tag tag) override {
        TRY(const Parts answer, m_group->call(m_rank, {headBytes({Head::What::broadcast, root, tag}),
                                                       bytesOf(std::span<const std::byte>(bytes))}));
        copy(answer[1], bytes);
        return {};
    }
    Status exchange(std::span<const std::span<const std::byte>> out, std::span<const std::span<std::byte>> in, Tag tag,
                    ExchangeWork& work) override {
        beforeSendingAll(work, out, m_rank);
        std::vector<std::uint64_t> sizes;
        for (const auto& part : in) sizes.push_back(part.size());
        Parts parts{headBytes({Head::What::exchange, 0, tag}), bytesOf(std::span<const std::uint64_t>(sizes))};
        for (const auto& part : out) parts.push_back(bytesOf(part));
        TRY(const Parts answer, m_group->call(m_rank, parts));
        for (std::size_t i = 0; i < in.size(); ++i)
            if (static_cast<int>(i) != m_rank) copy(answer[1 + i], in[i]);
        afterReceivingAll(work, in, m_rank);
        return {};
    }
    Status barrier(Tag tag) override {
        TRY_OK(m_group->call(m_rank, {headBytes({Head::What::barrier, 0, tag})}));
        return {};
    }
    void abort(const std::string& reason) override {
        (void)m_group->channels[static_cast<std::size_t>(m_rank)]->write(
            {headBytes({Head::What::abort, 0, 0}), reason});
    }

  private:
    template <class T>
    Status sum(Head::What what, std::span<T> values, Tag tag) {
        TRY(const Parts answer,
            m_group->call(m_rank, {headBytes({what, 0, tag}), bytesOf(std::span<const T>(values))}));
        copy(answer[1], std::as_writable_bytes(values));
        return {};
    }
    static void copy(const std::string& from, std::span<std::byte> to) {
        if (from.size() != to.size()) qFatal("A rank has answered with another number of bytes.");
        std::ranges::copy(std::as_bytes(std::span(from)), to.begin());
    }

    std::shared_ptr<Group> m_group;
    int m_rank;
};

RankProcesses::RankProcesses(Start start) : m_start(std::move(start)) {}
RankProcesses::~RankProcesses() = default;

Ranks RankProcesses::group(int size) {
    std::shared_ptr<Group>& group = m_groups[size];
    if (!group || group->broken) {
        group.reset();
        group = started(size);
    }
    group->inUse.assign(static_cast<std::size_t>(size), true);
    Ranks ranks;
    for (int rank = 0; rank < size; ++rank) ranks.push_back(std::make_unique<Rank>(group, rank));
    return ranks;
}

std::shared_ptr<RankProcesses::Group> RankProcesses::started(int size) {
    const QString path = m_folder.filePath(QString::number(m_sockets++));
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = addressOf(path.toStdString());
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, size) != 0)
        qFatal("The test can't listen at %s.", qPrintable(path));
    auto group = std::make_shared<Group>();
    group->channels.resize(static_cast<std::size_t>(size));
    group->process.setProcessChannelMode(QProcess::MergedChannels);
    m_start(group->process, size, path);
    for (int i = 0; i < size; ++i) {
        pollfd ready{listener, POLLIN, 0};
        if (::poll(&ready, 1, waitMs) != 1) {
            group->process.waitForReadyRead(0);
            qFatal("A rank does not come: %s", group->process.readAll().constData());
        }
        auto channel = std::make_unique<Channel>(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
        const auto rank = channel->read();
        if (!rank) qFatal("A rank has gone at once.");
        group->channels.at(std::stoul(rank->front())) = std::move(channel);
    }
    ::close(listener);
    return group;
}

}  // namespace lemnos::test
