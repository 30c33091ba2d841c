#include "compute/ops/unpack_pixels.h"

#include "compute/reference/examples.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

Status record(HostRecorder& recorder, const UnpackPixels& op) {
    recorder.run([op] {
        const MatrixView y(op.y);
        const auto* bytes = hostData<std::uint8_t>(op.pixels);
        y.fill([&](std::int64_t i, std::int64_t j) {
            const std::int64_t c = j % op.channels;
            return (double(bytes[i * y.columns + j]) - op.mean[c]) / op.deviation[c];
        });
    });
    return {};
}

OpExample example(std::int64_t rows, std::int64_t columns, int channels) {
    return {sizeName(rows, columns) + ", channels " + std::to_string(channels), [=](OpTrial& t) {
                t.add(UnpackPixels{t.bytes(rows * columns),
                                   t.result(rows, columns),
                                   channels,
                                   {100, 110.5f, 120, 90},
                                   {50, 60.25f, 70, 80}});
            }};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (int channels = 1; channels <= UnpackPixels::maxChannels; ++channels) {
        for (const std::int64_t pixels : {1, 9, 64, 1089}) {
            list.push_back(example(pixels, channels, channels));      // a row per pixel
            list.push_back(example(1, pixels * channels, channels));  // a row per picture
        }
        list.push_back(example(5, 25 * channels, channels));
        list.push_back(example(3, 16 * channels, channels));
    }
    return list;
}

}  // namespace

extern const ReferenceOp unpack_pixels{UnpackPixels::name, hostOp<UnpackPixels, record>(), examples()};

}  // namespace lemnos::reference_ops
