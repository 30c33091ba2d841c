#include "compute/ops/conv2d_grad_weight.h"

#include "compute/vulkan/ops/conv_support.h"
#include "compute/vulkan/ops/gemm_support.h"

namespace lemnos::vulkan_ops {
namespace {

/// The push constants of lines.glsl, which says what they mean.
struct Push {
    std::uint32_t lines, linesOfPart;
    std::uint32_t dYHeight, dYWidth, dYQuads;
    std::int32_t strideY, strideX, originY, originX, tapY, tapX;
    std::uint32_t tapsX;
    std::uint32_t sourceHeight, sourceWidth, sourceQuads;
    std::uint32_t rows, rowsPerTap, weightQuads;
    std::uint32_t columns;
};

Push pushOf(const Conv2dGradWeight& op, std::int64_t lines, std::int64_t linesOfPart) {
    const ConvGeometry& g = op.geometry;
    return {asWord(lines),
            asWord(linesOfPart),
            asWord(g.outHeight),
            asWord(g.outWidth),
            asWord(op.dY.stride / 4),
            static_cast<std::int32_t>(g.strideHeight),
            static_cast<std::int32_t>(g.strideWidth),
            static_cast<std::int32_t>(-g.padTop),
            static_cast<std::int32_t>(-g.padLeft),
            static_cast<std::int32_t>(g.dilationHeight),
            static_cast<std::int32_t>(g.dilationWidth),
            asWord(g.kernelWidth),
            asWord(g.inHeight),
            asWord(g.inWidth),
            asWord(op.x.stride / 4),
            asWord(op.dWeights.rows),
            asWord(g.weightRowsPerTap()),
            asWord(op.dWeights.stride / 4),
            asWord(g.outChannels)};
}

/// The rows of a tile that leave the fewest rows of the last one unused, of those that the lane body is fast with.
std::uint32_t laneRows(const KernelTraits& traits, std::int64_t rows) {
    std::uint32_t best = std::max(traits.subgroupSize, 32u);
    for (std::uint32_t candidate = best; candidate <= 40; candidate += traits.subgroupSize) {
        if (ceilDivide(rows, candidate) * candidate < ceilDivide(rows, best) * best) best = candidate;
    }
    return rows <= traits.subgroupSize ? traits.subgroupSize : best;
}

/// A body's tile: how many vec4 of results a workgroup makes, in rows and columns of dWeights.
struct Tile {
    std::int64_t rows, quads;
    std::int64_t roundsPerLine;
};

Tile chooseBody(VulkanRecorder& recorder, const Conv2dGradWeight& op, const Epilogue& epilogue, KernelCall& kernel) {
    const ConvGeometry& g = op.geometry;
    const Tensor& dWeights = op.dWeights;
    const KernelTraits& traits = recorder.traits();
    const std::int64_t width = g.outWidth;
    if (g.groups > 1) {
        kernel.shader = recorder.vectorShader("conv_weight_grouped");
        kernel.constants = {traits.flatGroupSize, 0, 0};
        epilogue.addTo(kernel.constants);
        kernel.constants.insert(kernel.constants.end(),
                                {g.depthwise() ? 1u : 0u, asWord(g.groupChannels()), asWord(g.outChannels / g.groups)});
        return {ceilDivide(traits.flatGroupSize, dWeights.stride / 4), dWeights.stride / 4, width + 1};
    }
    if (traits.laneGemm) {
        const std::uint32_t rows = laneRows(traits, dWeights.rows);
        kernel.shader = "conv_weight_lane";
        kernel.constants = {traits.subgroupSize, rows, 1};
        epilogue.addTo(kernel.constants);
        kernel.constants.push_back(width % 4 == 0 ? 1 : 0);
        return {rows, traits.subgroupSize, ceilDivide(width, 4) + 1};
    }
    const Tiling& tiling = tilingOf(traits, ProductClass::convGradWeight, op.x);
    kernel.shader = tiledShader(traits, "conv_weight_tiled", tiling);
    kernel.constants = {tiling.lx, tiling.rowsEach, tiling.depth};
    epilogue.addTo(kernel.constants);
    kernel.constants.insert(kernel.constants.end(), {tiling.ly, asWord(g.outHeight), asWord(width)});
    return {tiling.rows(), tiling.lx, ceilDivide(width, tiling.depth) * roundsPerCall / tiledRoundsPerCall};
}

/// Of pictures that can be bound.
Status recordPictures(VulkanRecorder& recorder, const Conv2dGradWeight& op, const Epilogue& epilogue) {
    KernelCall kernel;
    Tile tile = chooseBody(recorder, op, epilogue, kernel);
    const std::int64_t lines = op.geometry.batch * op.geometry.outHeight;
    const std::int64_t down = ceilDivide(op.dWeights.rows, tile.rows),
                       across = ceilDivide(op.dWeights.stride / 4, tile.quads);
    // A part of fewer than some 256 pixels is not worth its place in the sum.
    const std::int64_t wanted = std::max(
        splitsOfDepth(recorder.traits(), op.dWeights, down * across, lines, ceilDivide(256, op.geometry.outWidth)),
        ceilDivide(lines * tile.roundsPerLine, roundsPerCall));
    const std::int64_t linesOfPart = ceilDivide(lines, std::min(wanted, lines)), parts = ceilDivide(lines, linesOfPart);

    Tensor sums = op.dWeights;
    if (parts > 1) {
        TRY(sums, recorder.scratch(parts * op.dWeights.rows * op.dWeights.stride));
        kernel = {};
        tile = chooseBody(recorder, op, {}, kernel);
    }
    kernel.setPush(pushOf(op, lines, linesOfPart));
    kernel.tensors = {op.x, op.dY, sums, sums, sums};  // there is no bias to be read
    if (op.geometry.groups > 1) {
        flatGrid(kernel, recorder.traits(), parts * quadsOf(op.dWeights));
    } else {
        kernel.groups[0] = asWord(down);
        kernel.groups[1] = asWord(across);
        kernel.groups[2] = asWord(parts);
    }
    TRY_OK(recorder.call(std::move(kernel)));
    return parts > 1 ? sumPartials(recorder, sums, parts, op.dWeights, epilogue) : Status{};
}

Status record(VulkanRecorder& recorder, const Conv2dGradWeight& op) {
    const ConvGeometry& g = op.geometry;
    if (isMatrixProduct(g))
        return recordGemm(
            recorder,
            {.a = withPadding(op.x), .b = op.dY, .c = op.dWeights, .transposeA = true, .accumulate = op.accumulate});
    return forPictures(recorder.traits(), g, g.multiplyAdds(), op.x, op.dY,
                       [&](std::int64_t first, std::int64_t count) {
                           Conv2dGradWeight part = op;
                           part.geometry.batch = count;
                           part.x = picturesOf(op.x, g.batch, first, count);
                           part.dY = picturesOf(op.dY, g.batch, first, count);
                           return recordPictures(recorder, part, {{}, op.accumulate || first > 0, {}});
                       });
}

}  // namespace

extern const VulkanOp conv2d_grad_weight = vulkanOp<Conv2dGradWeight, record>();

}  // namespace lemnos::vulkan_ops
