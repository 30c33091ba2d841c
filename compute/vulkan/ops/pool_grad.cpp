#include "compute/ops/pool_grad.h"

#include "compute/vulkan/ops/conv_support.h"

namespace lemnos::vulkan_ops {
namespace {

struct CellsPush {
    std::uint32_t cells;
    std::int32_t height, width, outHeight, outWidth, padTop, padLeft;
};

std::uint32_t asFlag(bool flag) {
    return flag ? 1 : 0;
}

KernelCall call(const PoolGrad& op, std::string shader) {
    const ConvGeometry& g = op.geometry;
    KernelCall kernel;
    kernel.shader = std::move(shader);
    kernel.constants = {0, asFlag(op.kind == PoolKind::max), asFlag(op.accumulate), asWord(g.kernelHeight),
                        asWord(g.kernelWidth)};
    // The bindings of x and y are not read for an average.
    kernel.tensors = {op.x ? op.x : op.dX, op.y ? op.y : op.dY, op.dY, op.dX, op.dX};
    return kernel;
}

/// Windows that don't overlap: one invocation per window.
Status recordApart(VulkanRecorder& recorder, const PoolGrad& op) {
    const ConvGeometry& g = op.geometry;
    const std::int64_t down = ceilDivide(g.inHeight + g.padTop, g.strideHeight),
                       across = ceilDivide(g.inWidth + g.padLeft, g.strideWidth), cells = g.batch * down * across;
    KernelCall kernel = call(op, recorder.vectorShader("pool_grad_apart"));
    kernel.constants.insert(kernel.constants.end(), {asWord(g.strideHeight), asWord(g.strideWidth), asWord(down),
                                                     asWord(across), asWord(op.dX.stride / 4)});
    kernel.setPush(CellsPush{asWord(cells), std::int32_t(g.inHeight), std::int32_t(g.inWidth),
                             std::int32_t(g.outHeight), std::int32_t(g.outWidth), std::int32_t(g.padTop),
                             std::int32_t(g.padLeft)});
    flatGrid(kernel, recorder.traits(), cells * op.dX.stride / 4);
    return recorder.call(std::move(kernel));
}

/// Windows that overlap: one invocation per pixel of the input.
Status recordOverlapping(VulkanRecorder& recorder, const PoolGrad& op) {
    for (Gather gather : gradientGathers(op.geometry)) {
        setExtents(gather, op.dY, op.dX, op.geometry.batch);
        KernelCall kernel = call(op, recorder.vectorShader("pool_grad"));
        kernel.constants.insert(kernel.constants.end(), {gather.gridHeight, gather.gridWidth, gather.resultQuads});
        kernel.setPush(gather);
        flatGrid(kernel, recorder.traits(), std::int64_t{gather.pixels} * gather.resultQuads);
        TRY_OK(recorder.call(std::move(kernel)));
    }
    return {};
}

Status record(VulkanRecorder& recorder, const PoolGrad& op) {
    const ConvGeometry& g = op.geometry;
    const bool apart = g.kernelHeight <= g.strideHeight && g.kernelWidth <= g.strideWidth;
    return forPictures(recorder.traits(), g, 0, op.dX, op.dY, [&](std::int64_t first, std::int64_t count) {
        const auto pictures = [&](const Tensor& t) { return t ? picturesOf(t, g.batch, first, count) : t; };
        PoolGrad part = op;
        part.geometry.batch = count;
        part.x = pictures(op.x), part.y = pictures(op.y), part.dY = pictures(op.dY), part.dX = pictures(op.dX);
        return apart ? recordApart(recorder, part) : recordOverlapping(recorder, part);
    });
}

}  // namespace

extern const VulkanOp pool_grad = vulkanOp<PoolGrad, record>();

}  // namespace lemnos::vulkan_ops
