#include "compute/ops/pool.h"

#include "compute/vulkan/ops/conv_support.h"

namespace lemnos::vulkan_ops {
namespace {

Status record(VulkanRecorder& recorder, const Pool& op) {
    const ConvGeometry& g = op.geometry;
    return forPictures(recorder.traits(), g, 0, op.x, op.y, [&](std::int64_t first, std::int64_t count) {
        const Tensor x = picturesOf(op.x, g.batch, first, count), y = picturesOf(op.y, g.batch, first, count);
        Gather gather = forwardGather(g);
        setExtents(gather, x, y, count);
        KernelCall kernel;
        kernel.shader = recorder.vectorShader("pool");
        kernel.constants = {0, op.kind == PoolKind::max ? 1u : 0u, gather.gridHeight, gather.gridWidth,
                            gather.resultQuads};
        kernel.setPush(gather);
        kernel.tensors = {x, y};
        flatGrid(kernel, recorder.traits(), quadsOf(y));
        return recorder.call(std::move(kernel));
    });
}

}  // namespace

extern const VulkanOp pool = vulkanOp<Pool, record>();

}  // namespace lemnos::vulkan_ops
