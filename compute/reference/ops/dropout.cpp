#include "compute/ops/dropout.h"

#include "compute/ops/step.h"
#include "compute/random.h"
#include "compute/reference/examples.h"
#include "compute/reference/matrix_view.h"
#include "compute/reference/reference_op.h"

namespace lemnos::reference_ops {
namespace {

/// The random number that decides on an element of a sample whose index is `index`.
std::uint32_t word(const Dropout& op, std::uint32_t index, std::int64_t rowInSample, std::int64_t column) {
    const StepScalars& step = *hostData<StepScalars>(op.scalars);
    const std::uint64_t seed = std::uint64_t{step.seedHigh} << 32 | step.seedLow;
    const std::int64_t quadInRow = column / 4;
    const std::int64_t quad = op.unit == DropoutUnit::element   ? rowInSample * (op.x.stride / 4) + quadInRow
                              : op.unit == DropoutUnit::channel ? quadInRow
                                                                : 0;
    const auto words = philox(seed, step.epoch, index, op.layer, static_cast<std::uint32_t>(quad));
    return words[op.unit == DropoutUnit::sample ? 0 : static_cast<std::size_t>(column % 4)];
}

Status record(HostRecorder& recorder, const Dropout& op) {
    recorder.run([op] {
        const MatrixView x(op.x), y(op.y);
        const auto* indices = hostData<std::uint32_t>(op.sampleIndices);
        y.fill([&](std::int64_t i, std::int64_t j) {
            const std::uint32_t bits = word(op, indices[i / op.rowsPerSample], i % op.rowsPerSample, j);
            const double kept = bits >= dropoutThreshold(op.rate) ? x(i, j) / (1 - op.rate) : 0;
            return kept + (op.accumulate ? y(i, j) : 0.0);
        });
    });
    return {};
}

StepScalars scalars() {
    StepScalars step;
    step.seedLow = 0x12345678;
    step.seedHigh = 0x9abcdef0;
    step.epoch = 3;
    return step;
}

OpExample example(std::int64_t samples, std::int64_t rowsPerSample, std::int64_t columns, DropoutUnit unit, double rate,
                  bool accumulate = false) {
    const char* unitName = unit == DropoutUnit::element   ? "elements"
                           : unit == DropoutUnit::channel ? "channels"
                                                          : "samples";
    return {std::to_string(samples) + " samples of " + sizeName(rowsPerSample, columns) + ", " + unitName + ", rate " +
                std::to_string(rate) + (accumulate ? " accumulating" : ""),
            [=](OpTrial& t) {
                const std::int64_t rows = samples * rowsPerSample;
                std::vector<std::uint32_t> indices;
                for (std::int64_t s = 0; s < samples; ++s) indices.push_back(static_cast<std::uint32_t>(s * 7 + 2));
                const Tensor x = t.values(rows, columns);
                const Tensor y = accumulate ? t.changed(rows, columns) : t.result(rows, columns);
                t.add(Dropout{x, y, rate, 5, t.scalars(scalars()), t.words(indices), rowsPerSample, unit, accumulate});
            }};
}

std::vector<OpExample> examples() {
    std::vector<OpExample> list;
    for (const DropoutUnit unit : {DropoutUnit::element, DropoutUnit::channel, DropoutUnit::sample}) {
        list.push_back(example(1, 1, 1, unit, 0.5));
        list.push_back(example(9, 1, 17, unit, 0.5));
        list.push_back(example(3, 49, 5, unit, 0.25));
        list.push_back(example(8, 64, 12, unit, 0.9));
        list.push_back(example(5, 9, 7, unit, 0));
        list.push_back(example(5, 9, 7, unit, 0.5, true));
        list.push_back({"in place", [=](OpTrial& t) {
                            const Tensor x = t.changed(6, 5);
                            t.add(Dropout{x, x, 0.5, 1, t.scalars(scalars()), t.words({4, 0, 9}), 2, unit});
                        }});
    }
    return list;
}

}  // namespace

extern const ReferenceOp dropout{Dropout::name, hostOp<Dropout, record>(), examples()};

}  // namespace lemnos::reference_ops
