// Measures the ops that memory limits against a memcpy of as many bytes, in turn in the same run. Usage: bench_memory
// [DEVICE]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "compute/device.h"
#include "compute/ops/activate.h"
#include "compute/ops/activate_grad.h"
#include "compute/ops/add.h"
#include "compute/ops/add_row.h"
#include "compute/ops/column_sum.h"
#include "compute/ops/copy_columns.h"
#include "compute/ops/dropout.h"
#include "compute/ops/group_broadcast.h"
#include "compute/ops/group_sum.h"
#include "compute/ops/multiply.h"
#include "compute/ops/repack.h"
#include "compute/ops/step.h"
#include "compute/ops/unpack_pixels.h"

using namespace lemnos;

namespace {

constexpr std::int64_t samples = 64, pixels = 64 * 64, rows = samples * pixels, channels = 64;
constexpr std::int64_t bytes = rows * channels * 4;  // of each of the large matrices

double secondsOf(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// On as many threads as there are processors.
void copyAll(std::byte* to, const std::byte* from, std::int64_t size) {
    const auto count = static_cast<std::int64_t>(std::max(1u, std::thread::hardware_concurrency()));
    std::vector<std::jthread> threads;
    for (std::int64_t t = 0; t < count; ++t)
        threads.emplace_back([=] {
            const std::int64_t first = size * t / count;
            std::memcpy(to + first, from + first, static_cast<std::size_t>(size * (t + 1) / count - first));
        });
}

class Bench {
  public:
    explicit Bench(Device& device) : m_device(device), m_from(bytes), m_to(bytes) {}

    Tensor values(std::int64_t count, std::int64_t columns) {
        auto buffer = m_device.allocate(count * roundUp4(columns) * 4, Memory::device);
        if (!buffer) return {};
        const std::vector<float> ones(static_cast<std::size_t>(count * roundUp4(columns)), 0.5f);
        (void)m_device.upload(**buffer, 0, std::as_bytes(std::span(ones)));
        m_buffers.push_back(*std::move(buffer));
        return matrix(*m_buffers.back(), 0, count, columns);
    }

    template <class Op>
    Status run(const char* what, const Op& op) {
        const auto recorder = m_device.record();
        recorder->add(op);
        TRY(const auto recording, recorder->finish());
        const Recording* list[] = {recording.get()};
        double own = 1e9, copy = 1e9;
        const double moved = op.cost().bytes;
        Status status;
        for (int round = 0; round < 9 && status; ++round) {
            own = std::min(own, secondsOf([&] {
                               const auto ticket = m_device.submit(list);
                               status = ticket ? m_device.wait(*ticket) : Status(ticket.error());
                           }));
            const auto size = std::min<std::int64_t>(static_cast<std::int64_t>(moved / 2), bytes);
            copy = std::min(copy, secondsOf([&] { copyAll(m_to.data(), m_from.data(), size); }) * (moved / 2) /
                                      static_cast<double>(size));
        }
        std::printf("%-44s %8.2f ms %7.1f GB/s, memcpy %7.1f GB/s, ratio %.2f\n", what, own * 1e3, moved / own / 1e9,
                    moved / copy / 1e9, copy / own);
        return status;
    }

  private:
    Device& m_device;
    std::vector<std::byte> m_from, m_to;
    std::vector<std::unique_ptr<Buffer>> m_buffers;
};

Status runAll(Device& device) {
    Bench bench(device);
    const Tensor x = bench.values(rows, channels), a = bench.values(rows, channels), y = bench.values(rows, channels);
    const Tensor row = bench.values(1, channels), perSample = bench.values(samples, channels);
    Tensor words = bench.values(1, 128);
    words.type = ElementType::uint32;
    Tensor scalars = words, indices = words;
    indices.columns = indices.stride = samples;
    using enum ActivationKind;
    TRY_OK(bench.run("activate relu", Activate{x, y, {relu}}));
    TRY_OK(bench.run("activate relu in place", Activate{y, y, {relu}}));
    TRY_OK(bench.run("activate elu", Activate{x, y, {elu, 1}}));
    TRY_OK(bench.run("activate sigmoid", Activate{x, y, {sigmoid}}));
    TRY_OK(bench.run("activate tanh", Activate{x, y, {tanh}}));
    TRY_OK(bench.run("activate gelu", Activate{x, y, {gelu}}));
    TRY_OK(bench.run("activate silu", Activate{x, y, {silu}}));
    TRY_OK(bench.run("activate hard swish", Activate{x, y, {hardSwish}}));
    TRY_OK(bench.run("activate_grad relu", ActivateGrad{x, a, y, {relu}}));
    TRY_OK(bench.run("activate_grad gelu", ActivateGrad{x, a, y, {gelu}}));
    TRY_OK(bench.run("activate_grad silu", ActivateGrad{x, a, y, {silu}}));
    TRY_OK(bench.run("add", Add{x, a, y}));
    TRY_OK(bench.run("add relu in place", Add{y, a, y, {relu}}));
    TRY_OK(bench.run("add_row", AddRow{x, row, y}));
    TRY_OK(bench.run("multiply", Multiply{x, a, y}));
    TRY_OK(bench.run("multiply by a row per sample", Multiply{x, perSample, y}));
    TRY_OK(bench.run("group_sum per sample", GroupSum{x, {}, perSample}));
    TRY_OK(bench.run("group_sum of products", GroupSum{x, a, perSample}));
    TRY_OK(bench.run("group_broadcast", GroupBroadcast{perSample, y}));
    TRY_OK(bench.run("column_sum", ColumnSum{x, row}));
    const Tensor wide = bench.values(128, 4096), wideRow = bench.values(1, 4096);
    TRY_OK(bench.run("column_sum 128x4096", ColumnSum{wide, wideRow}));
    TRY_OK(bench.run("copy_columns 32 of 64", CopyColumns{x, y, 0, 32, 32}));
    TRY_OK(bench.run("copy_columns 31 of 64, odd places", CopyColumns{x, y, 2, 31, 31}));
    const Tensor rgb = bench.values(rows * 16, 3), flat = bench.values(samples * 16, pixels * 3);
    TRY_OK(bench.run("add_row, 3 channels", AddRow{rgb, bench.values(1, 3), bench.values(rows * 16, 3)}));
    TRY_OK(bench.run("column_sum, 3 channels", ColumnSum{rgb, bench.values(1, 3)}));
    TRY_OK(bench.run("repack 3 channels to flat", Repack{rgb, flat}));
    TRY_OK(bench.run("repack flat to 3 channels", Repack{flat, rgb}));
    Dropout dropout{x, y, 0.5, 1, scalars, indices, pixels};
    TRY_OK(bench.run("dropout of elements", dropout));
    dropout.unit = DropoutUnit::channel;
    TRY_OK(bench.run("dropout of channels", dropout));
    dropout.unit = DropoutUnit::sample;
    TRY_OK(bench.run("dropout of samples", dropout));
    Tensor photo = bench.values(samples * 16, pixels * 3 / 4);
    photo.rows = 1;
    photo.columns = photo.stride = samples * 16 * pixels * 3;
    photo.type = ElementType::uint8;
    TRY_OK(bench.run("unpack_pixels, a row per pixel", UnpackPixels{photo, rgb, 3}));
    return bench.run("unpack_pixels, a row per picture", UnpackPixels{photo, flat, 3});
}

}  // namespace

int main(int argc, char** argv) {
    const auto device = openDevice(argc > 1 ? argv[1] : "auto");
    const Status status = device ? runAll(**device) : Status(device.error());
    if (!status) std::fprintf(stderr, "%s\n", status.error().message.c_str());
    return status ? 0 : 1;
}
