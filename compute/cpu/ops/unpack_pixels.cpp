#include "compute/ops/unpack_pixels.h"

#include <array>

#include "compute/cpu/cpu_op.h"
#include "compute/cpu/flat.h"

namespace lemnos::cpu_ops {
namespace {

/// What each byte of each channel becomes: there are only 256.
using Table = std::array<std::array<float, 256>, UnpackPixels::maxChannels>;

template <int channels>
void unpack(const Tensor& y, const std::uint8_t* bytes, const Table& table, std::int64_t first, std::int64_t rows) {
    for (std::int64_t i = first; i < first + rows; ++i) {
        const std::uint8_t* from = bytes + i * y.columns;
        float* to = hostData(y) + i * y.stride;
        std::int64_t j = 0;
        for (; j + channels <= y.columns; j += channels)
            for (int c = 0; c < channels; ++c) to[j + c] = table[std::size_t(c)][from[j + c]];
        for (int c = 0; j < y.columns; ++j, ++c) to[j] = table[std::size_t(c)][from[j]];
        for (; j < y.stride; ++j) to[j] = 0;
    }
}

Status record(HostRecorder& recorder, const UnpackPixels& op) {
    Table table{};
    for (std::size_t c = 0; c < table.size(); ++c)
        for (std::size_t byte = 0; byte < 256; ++byte)
            table[c][byte] = (static_cast<float>(byte) - op.mean[c]) / op.deviation[c];
    constexpr decltype(&unpack<1>) forChannels[] = {unpack<1>, unpack<2>, unpack<3>, unpack<4>};
    const auto unpackRows = forChannels[op.channels - 1];
    recorder.run([y = op.y, bytes = hostData<std::uint8_t>(op.pixels), table, unpackRows] {
        const std::int64_t rowsPerBlock = std::max<std::int64_t>(floatsPerThread / y.stride, 1);
        const std::int64_t blocks = (y.rows + rowsPerBlock - 1) / rowsPerBlock;
#pragma omp parallel for schedule(static) if (blocks > 1)
        for (std::int64_t block = 0; block < blocks; ++block) {
            const std::int64_t first = block * rowsPerBlock;
            unpackRows(y, bytes, table, first, std::min(rowsPerBlock, y.rows - first));
        }
    });
    return {};
}

}  // namespace

extern const HostOp unpack_pixels = hostOp<UnpackPixels, record>();

}  // namespace lemnos::cpu_ops
