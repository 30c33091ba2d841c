#include "compute/ops/batched_gemm.h"

#include "compute/vulkan/ops/gemm_support.h"
#include "compute/vulkan/vulkan_op.h"

namespace lemnos::vulkan_ops {
namespace {

BatchPlaces placesOf(const MatrixBatch& m, std::int64_t firstOuter) {
    return {asWord(m.tensor.stride / 4), asWord((m.offset + firstOuter * m.outerOffset) / 4), asWord(m.outerOffset / 4),
            asWord(m.innerOffset / 4)};
}

Status record(VulkanRecorder& recorder, const BatchedGemm& op) {
    const KernelTraits& traits = recorder.traits();
    const ProductTile tile = productTile(traits, op.c.rows, op.a.tensor);
    const Transposed transposed = op.transposeA ? Transposed::a : op.transposeB ? Transposed::b : Transposed::none;
    // Workgroups of one dispatch are limited in number, and so is the time that it may take.
    const double multiplyAdds = op.cost().multiplyAdds / double(op.outer);
    const std::int64_t outers = std::clamp<std::int64_t>(
        std::min<std::int64_t>(65535 / op.inner, std::int64_t(traits.multiplyAddsPerCall / multiplyAdds)), 1, op.outer);
    for (std::int64_t first = 0; first < op.outer; first += outers) {
        const BatchPush push{.rows = asWord(op.c.rows),
                             .columns = asWord(op.c.columns),
                             .depth = asWord(op.depth()),
                             .depthOfPart = asWord(roundUp4(op.depth())),
                             .inner = asWord(op.inner),
                             .scale = op.scale,
                             .a = placesOf(op.a, first),
                             .b = placesOf(op.b, first),
                             .c = placesOf(op.c, first),
                             .cTensorColumns = asWord(op.c.tensor.columns)};
        const bool others = op.c.columns % 4 != 0 && op.c.columns != op.c.tensor.columns;
        KernelCall kernel = productCall(traits, tile, push, transposed, {{}, op.accumulate, {}},
                                        std::min(outers, op.outer - first) * op.inner, others);
        kernel.setPush(push);
        kernel.tensors = {op.a.tensor, op.b.tensor, op.c.tensor, op.c.tensor, op.c.tensor};  // there is no bias
        TRY_OK(recorder.call(std::move(kernel)));
    }
    return {};
}

}  // namespace

extern const VulkanOp batched_gemm = vulkanOp<BatchedGemm, record>();

}  // namespace lemnos::vulkan_ops
