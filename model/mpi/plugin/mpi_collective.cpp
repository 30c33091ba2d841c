// liblemnos_mpi.so: Collective over MPI. The only file that knows MPI.
#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

#include "compute/collective/slices.h"
#include "model/mpi/plugin.h"

namespace lemnos {
namespace {

/// What a rank does; all ranks must do the same.
struct Call {
    std::uint64_t kind = 0, tag = 0, size = 0, root = 0;
    bool operator==(const Call&) const = default;
};

/// The most that one message carries: counts are ints.
constexpr std::size_t pieceBytes = std::size_t{1} << 30;

class MpiCollective final : public Collective {
  public:
    MpiCollective() {
        MPI_Comm_rank(MPI_COMM_WORLD, &m_rank);
        MPI_Comm_size(MPI_COMM_WORLD, &m_size);
    }
    ~MpiCollective() override {
        // MPI_Finalize() waits for the others; those who wait for this rank are to learn that it is gone.
        (void)agree({6, 0, 0, 0});
        MPI_Finalize();
    }

    int rank() const override { return m_rank; }
    int size() const override { return m_size; }
    Status allReduce(std::span<float> values, Tag tag) override { return sum(values, 1, tag); }
    Status allReduce(std::span<std::int64_t> values, Tag tag) override { return sum(values, 2, tag); }

    Status broadcast(std::span<std::byte> bytes, int root, Tag tag) override {
        TRY_OK(agree({3, tag, bytes.size(), static_cast<std::uint64_t>(root)}));
        for (std::size_t at = 0; at < bytes.size(); at += pieceBytes) {
            const auto piece = bytes.subspan(at, std::min(pieceBytes, bytes.size() - at));
            TRY_OK(checked(MPI_Bcast(piece.data(), static_cast<int>(piece.size()), MPI_BYTE, root, MPI_COMM_WORLD)));
        }
        return {};
    }

    Status exchange(std::span<const std::span<const std::byte>> out, std::span<const std::span<std::byte>> in, Tag tag,
                    ExchangeWork& work) override {
        beforeSendingAll(work, out, m_rank);
        TRY_OK(agree({5, tag, 0, 0}));
        TRY_OK(agreeOnSizes(out, in));
        std::vector<MPI_Request> requests;
        const auto inPieces = [&](std::size_t size, const auto& start) -> Status {
            for (std::size_t at = 0; at < size; at += pieceBytes) {
                requests.push_back(MPI_REQUEST_NULL);
                TRY_OK(checked(start(at, static_cast<int>(std::min(pieceBytes, size - at)), &requests.back())));
            }
            return {};
        };
        for (int rank = 0; rank < m_size; ++rank) {
            if (rank == m_rank) continue;
            const auto from = in[static_cast<std::size_t>(rank)];
            TRY_OK(inPieces(from.size(), [&](std::size_t at, int size, MPI_Request* request) {
                return MPI_Irecv(from.data() + at, size, MPI_BYTE, rank, 0, MPI_COMM_WORLD, request);
            }));
        }
        for (int rank = 0; rank < m_size; ++rank) {
            if (rank == m_rank) continue;
            const auto to = out[static_cast<std::size_t>(rank)];
            TRY_OK(inPieces(to.size(), [&](std::size_t at, int size, MPI_Request* request) {
                return MPI_Isend(to.data() + at, size, MPI_BYTE, rank, 0, MPI_COMM_WORLD, request);
            }));
        }
        TRY_OK(checked(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE)));
        afterReceivingAll(work, in, m_rank);
        return {};
    }

    Status barrier(Tag tag) override { return agree({4, tag, 0, 0}); }

    void abort(const std::string& reason) override {
        std::fprintf(stderr, "lemnos-cli: rank %d: %s\n", m_rank, reason.c_str());
        MPI_Abort(MPI_COMM_WORLD, 1);
    }

  private:
    Status checked(int code) {
        if (code == MPI_SUCCESS) return {};
        m_broken = true;
        char text[MPI_MAX_ERROR_STRING] = "";
        int length = 0;
        MPI_Error_string(code, text, &length);
        return groupBroken(std::string("MPI: ") + text);
    }

    Status lost() {
        m_broken = true;
        return outOfStep();
    }

    /// Whether all ranks make this call.
    Status agree(const Call& call) {
        if (m_broken) return outOfStep();
        std::vector<Call> calls(static_cast<std::size_t>(m_size));
        TRY_OK(
            checked(MPI_Allgather(&call, sizeof call, MPI_BYTE, calls.data(), sizeof call, MPI_BYTE, MPI_COMM_WORLD)));
        if (std::ranges::any_of(calls, [&](const Call& other) { return !(other == call); })) return lost();
        return {};
    }

    /// What a message that does not fit does, MPI leaves open.
    Status agreeOnSizes(std::span<const std::span<const std::byte>> out, std::span<const std::span<std::byte>> in) {
        std::vector<std::uint64_t> sends, receives(out.size());
        for (const auto& to : out) sends.push_back(to.size());
        TRY_OK(checked(MPI_Alltoall(sends.data(), 1, MPI_UINT64_T, receives.data(), 1, MPI_UINT64_T, MPI_COMM_WORLD)));
        int fits = 1, allFit = 1;
        for (std::size_t rank = 0; rank < in.size(); ++rank)
            if (static_cast<int>(rank) != m_rank && receives[rank] != in[rank].size()) fits = 0;
        TRY_OK(checked(MPI_Allreduce(&fits, &allFit, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD)));
        return allFit != 0 ? Status() : lost();
    }

    /// Each rank adds up a slice, in the order of the ranks, which no reduction of MPI promises.
    template <class T>
    Status sum(std::span<T> values, std::uint64_t kind, Tag tag) {
        TRY_OK(agree({kind, tag, values.size(), 0}));
        constexpr std::size_t most = pieceBytes / sizeof(T);
        for (std::size_t at = 0; at < values.size(); at += most)
            TRY_OK(sumPiece(values.subspan(at, std::min(most, values.size() - at))));
        return {};
    }

    template <class T>
    Status sumPiece(std::span<T> values) {
        const auto ranks = static_cast<std::size_t>(m_size);
        const MPI_Datatype type = std::is_same_v<T, float> ? MPI_FLOAT : MPI_INT64_T;
        std::vector<int> counts(ranks), offsets(ranks);
        for (std::size_t rank = 0; rank < ranks; ++rank) {
            const auto [begin, end] = sliceOf(values.size(), rank, ranks);
            counts[rank] = static_cast<int>(end - begin);
            offsets[rank] = static_cast<int>(begin);
        }
        const auto own = static_cast<std::size_t>(m_rank);
        const auto mine = static_cast<std::size_t>(counts[own]);
        std::vector<T> parts(mine * ranks);
        const std::vector<int> partCounts(ranks, counts[own]);
        std::vector<int> partOffsets(ranks);
        for (std::size_t rank = 0; rank < ranks; ++rank) partOffsets[rank] = static_cast<int>(rank * mine);
        TRY_OK(checked(MPI_Alltoallv(values.data(), counts.data(), offsets.data(), type, parts.data(),
                                     partCounts.data(), partOffsets.data(), type, MPI_COMM_WORLD)));
        for (std::size_t rank = 1; rank < ranks; ++rank)
            for (std::size_t i = 0; i < mine; ++i) parts[i] += parts[rank * mine + i];
        return checked(MPI_Allgatherv(parts.data(), counts[own], type, values.data(), counts.data(), offsets.data(),
                                      type, MPI_COMM_WORLD));
    }

    int m_rank = 0, m_size = 1;
    bool m_broken = false;  ///< each call begins with agree(), which then is an Error for good
};

}  // namespace
}  // namespace lemnos

extern "C" lemnos::Collective* lemnosOpenMpi(std::string* error) {
    int provided = MPI_THREAD_SINGLE;
    // One thread at a time calls, but not always the same one.
    if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided) != MPI_SUCCESS) {
        *error = "MPI could not be started.";
        return nullptr;
    }
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    if (provided < MPI_THREAD_SERIALIZED) {
        *error = "This MPI is for programs with one thread only; Lemnos needs MPI_THREAD_SERIALIZED.";
        return nullptr;
    }
    return new lemnos::MpiCollective;
}
