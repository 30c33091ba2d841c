// Measures the matrix product of a device against OpenBLAS in the same run. Usage: bench_gemm [DEVICE [lane|tiled]]
#include <cblas.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <random>

#include "compute/device.h"
#include "compute/ops/gemm.h"

using namespace lemnos;

namespace {

struct Problem {
    const char* what;
    std::int64_t m, n, k;
    bool transposeA, transposeB;
};

constexpr Problem problems[] = {
    {"square", 512, 512, 512, false, false},
    {"square, A transposed", 512, 512, 512, true, false},
    {"square, B transposed", 512, 512, 512, false, true},
    {"mlp512 at 64x64x3: forward", 32, 512, 12288, false, false},
    {"mlp512 at 64x64x3: weights", 12288, 512, 32, true, false},
    {"mlp512 at 64x64x3, batch 128: forward", 128, 512, 12288, false, false},
    {"mlp512 at 64x64x3, batch 128: weights", 12288, 512, 128, true, false},
    {"mlp512, second layer: inputs", 32, 512, 512, false, true},
};

/// Best of several rounds, in seconds: what the machine can do when nobody disturbs it.
double best(const std::function<void()>& work) {
    double seconds = 1e9;
    for (int round = 0; round < 7; ++round) {
        const auto start = std::chrono::steady_clock::now();
        int runs = 0;
        double elapsed = 0;
        do {
            work();
            ++runs;
            elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        } while (elapsed < 0.05);
        seconds = std::min(seconds, elapsed / runs);
    }
    return seconds;
}

Result<double> onDevice(Device& device, const Problem& p) {
    const std::int64_t aRows = p.transposeA ? p.k : p.m, aColumns = p.transposeA ? p.m : p.k;
    const std::int64_t bRows = p.transposeB ? p.n : p.k, bColumns = p.transposeB ? p.k : p.n;
    TRY(const auto a, device.allocate(aRows * roundUp4(aColumns) * 4, Memory::device));
    TRY(const auto b, device.allocate(bRows * roundUp4(bColumns) * 4, Memory::device));
    TRY(const auto c, device.allocate(p.m * roundUp4(p.n) * 4, Memory::device));
    std::vector<float> noise(static_cast<std::size_t>(std::max(a->sizeBytes(), b->sizeBytes()) / 4));
    std::mt19937 random(1);
    for (float& x : noise) x = std::uniform_real_distribution<float>(-1, 1)(random);
    const auto bytes = std::as_bytes(std::span(noise));
    TRY_OK(device.upload(*a, 0, bytes.first(static_cast<std::size_t>(a->sizeBytes()))));
    TRY_OK(device.upload(*b, 0, bytes.first(static_cast<std::size_t>(b->sizeBytes()))));

    const auto recorder = device.record();
    constexpr int repeats = 8;  // so that the cost of one submission hardly counts
    for (int i = 0; i < repeats; ++i)
        recorder->add(Gemm{.a = matrix(*a, 0, aRows, aColumns),
                           .b = matrix(*b, 0, bRows, bColumns),
                           .c = matrix(*c, 0, p.m, p.n),
                           .transposeA = p.transposeA,
                           .transposeB = p.transposeB});
    TRY(const auto recording, recorder->finish());
    Status status;
    const double seconds = best([&] {
        const Recording* list[] = {recording.get()};
        const auto ticket = device.submit(list);
        status = ticket ? device.wait(*ticket) : Status(ticket.error());
    });
    TRY_OK(status);
    return seconds / repeats;
}

double onOpenBlas(const Problem& p) {
    std::vector<float> a(static_cast<std::size_t>(p.m * p.k), 0.5f), b(static_cast<std::size_t>(p.k * p.n), 0.25f);
    std::vector<float> c(static_cast<std::size_t>(p.m * p.n));
    const int m = static_cast<int>(p.m), n = static_cast<int>(p.n), k = static_cast<int>(p.k);
    return best([&] {
        cblas_sgemm(CblasRowMajor, p.transposeA ? CblasTrans : CblasNoTrans, p.transposeB ? CblasTrans : CblasNoTrans,
                    m, n, k, 1, a.data(), p.transposeA ? m : k, b.data(), p.transposeB ? k : n, 0, c.data(), n);
    });
}

}  // namespace

int main(int argc, char** argv) {
    DeviceOptions options;
    if (argc > 2)
        options.kernels =
            std::strcmp(argv[2], "lane") == 0 ? DeviceOptions::Kernels::lane : DeviceOptions::Kernels::tiled;
    auto device = openDevice(argc > 1 ? argv[1] : "auto", options);
    if (!device) {
        std::fprintf(stderr, "bench_gemm: %s\n", device.error().message.c_str());
        return 1;
    }
    std::printf("%s\n%-40s %10s %10s %8s\n", (*device)->info().name.c_str(), "GFLOP/s", "device", "OpenBLAS", "ratio");
    for (const Problem& p : problems) {
        const double flops = 2e-9 * static_cast<double>(p.m) * static_cast<double>(p.n) * static_cast<double>(p.k);
        const auto seconds = onDevice(**device, p);
        if (!seconds) {
            std::fprintf(stderr, "bench_gemm: %s\n", seconds.error().message.c_str());
            return 1;
        }
        const double blas = onOpenBlas(p);
        std::printf("%-40s %10.1f %10.1f %8.2f\n", p.what, flops / *seconds, flops / blas, blas / *seconds);
    }
}
