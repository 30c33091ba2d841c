#include "compute/vulkan/group_sums.h"

#include "compute/vulkan/ops/flat_support.h"

namespace lemnos {
namespace {

constexpr std::uint32_t groupSize = 64;   // invocations
constexpr std::int64_t rowsEach = 64;     // that an invocation adds up in all passes but the last
constexpr std::int64_t rowsAtLast = 128;  // few enough for one invocation per vec4 of columns

/// One pass: `sums` gets groupBlocks x interleave rows for every group of rows of a; see shaders/group_sum.comp.
struct Pass {
    Tensor a, b, sums;
    std::int64_t groups, interleave, groupBlocks, blockRows;
    float scale = 1;
    bool accumulate = false;
};

Status recordPass(VulkanRecorder& recorder, const Pass& pass) {
    struct Push {
        std::uint32_t quads, interleave, groupRows, groupBlocks, blockRows, firstBlock, blocks, firstRow, skipped;
        float scale;
    };
    const auto u = [](std::int64_t n) { return static_cast<std::uint32_t>(n); };
    const Tensor& a = pass.a;
    const std::int64_t groupRows = a.rows / pass.groups, blocks = pass.groups * pass.groupBlocks;
    const auto firstRowOf = [&](std::int64_t block) {
        return block / pass.groupBlocks * groupRows + block % pass.groupBlocks * pass.blockRows;
    };
    const std::int64_t longest = std::max<std::int64_t>(
        (windowBytes(recorder.traits()) - tensorAlignmentBytes) / (pass.blockRows * a.stride * 4), 1);
    for (std::int64_t first = 0; first < blocks; first += longest) {
        const std::int64_t end = std::min(first + longest, blocks), row = firstRowOf(first);
        const auto part = [&](const Tensor& t) { return Part(t, row * t.stride, firstRowOf(end) * t.stride); };
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("group_sum");
        kernel.constants = {0, pass.b ? 1u : 0u, pass.accumulate ? 1u : 0u};
        kernel.setPush(Push{u(a.stride / 4), u(pass.interleave), u(groupRows), u(pass.groupBlocks), u(pass.blockRows),
                            u(first), u(end - first), u(row), u(part(a).skipped / 4), pass.scale});
        kernel.tensors = {part(a).tensor, part(pass.b ? pass.b : a).tensor, pass.sums, pass.sums};
        // Smaller workgroups than elementwise kernels have: there are fewer invocations, each with more to do.
        const std::int64_t invocations = (end - first) * pass.interleave * a.stride / 4;
        kernel.constants[0] = groupSize;
        kernel.setGroups((invocations + groupSize - 1) / groupSize);
        TRY_OK(recorder.call(std::move(kernel)));
    }
    return {};
}

}  // namespace

Status recordGroupSums(VulkanRecorder& recorder, const GroupSum& op) {
    Tensor a = op.a, b = op.b;
    const std::int64_t groups = op.y.rows, quads = a.stride / 4;
    while (a.rows / groups > rowsAtLast) {
        const std::int64_t interleave = std::max<std::int64_t>(groupSize / quads, 1);
        const std::int64_t blockRows = rowsEach * interleave;
        const std::int64_t groupBlocks = (a.rows / groups + blockRows - 1) / blockRows;
        const std::int64_t rows = groups * groupBlocks * interleave;
        TRY(Tensor sums, recorder.scratch(rows * a.stride));
        sums.rows = rows;
        sums.columns = sums.stride = a.stride;
        TRY_OK(recordPass(recorder, {a, b, sums, groups, interleave, groupBlocks, blockRows}));
        a = sums;
        b = {};
    }
    return recordPass(recorder, {a, b, op.y, groups, 1, 1, a.rows / groups, op.scale, op.accumulate});
}

}  // namespace lemnos
