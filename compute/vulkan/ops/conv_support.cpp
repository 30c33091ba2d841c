#include "compute/vulkan/ops/conv_support.h"

namespace lemnos {
namespace {

/// The taps of one dimension that pixels `phase`, `phase` + stride, ... of the input are seen by.
struct Taps {
    std::int64_t first = 0, step = 1, count = 0;
    std::int64_t origin = 0;  ///< output position that sees pixel `phase` by the first tap
    std::int64_t move = 0;    ///< added to the output position from tap to tap
};

Taps tapsOf(std::int64_t phase, std::int64_t padding, std::int64_t kernel, std::int64_t stride, std::int64_t dilation) {
    Taps taps;
    // Tap k sees the pixel from output (phase + padding - k dilation) / stride, where that is a whole number.
    taps.step = stride / std::gcd(stride, dilation);
    while (taps.first < std::min(kernel, taps.step) && (phase + padding - taps.first * dilation) % stride != 0)
        ++taps.first;
    if (taps.first >= std::min(kernel, taps.step)) return taps;
    taps.count = ceilDivide(kernel - taps.first, taps.step);
    taps.origin = (phase + padding - taps.first * dilation) / stride;
    taps.move = -taps.step * dilation / stride;
    return taps;
}

std::int32_t asInt(std::int64_t n) {
    return static_cast<std::int32_t>(n);
}

enum class Body { lane, tiled, grouped };

/// A gather in pieces of which each does few enough rounds of loops for lavapipe; their sums are added up.
std::vector<Gather> pieces(const Gather& whole, Body body, std::int64_t channels) {
    std::vector<Gather> list;
    if (body == Body::tiled) {
        // The depth, all taps together, in vec4; four to a round.
        constexpr std::uint32_t longest = 4 * tiledRoundsPerCall;
        const std::uint32_t depth = whole.tapsY * whole.tapsX * whole.sourceQuads;
        for (std::uint32_t first = 0; first == 0 || first < depth; first += longest) {
            list.push_back(whole);
            list.back().first = first;
            list.back().end = std::min(depth, first + longest);
        }
        return list;
    }
    const std::uint32_t tapsX = std::max(whole.tapsX, 1u), depth = asWord(channels);
    const std::uint32_t lines = std::clamp(asWord(roundsPerCall) / (2 * tapsX + 1), 1u, std::max(whole.tapsY, 1u));
    const std::uint32_t longest = std::max((asWord(roundsPerCall) / lines - 1) / tapsX, 2u) - 1;
    for (std::uint32_t line = 0; line == 0 || line < whole.tapsY; line += lines) {
        for (std::uint32_t first = 0; first < depth; first += longest) {
            Gather piece = whole;
            piece.tapsY = std::min(lines, whole.tapsY - line);
            piece.originY += asInt(line) * whole.tapY;
            piece.firstTap += line * whole.weightTapY;
            piece.first = first;
            piece.end = std::min(depth, first + longest);
            list.push_back(piece);
        }
    }
    return list;
}

/// The shader, its constants and its grid for a piece of a gather.
KernelCall call(VulkanRecorder& recorder, Body body, const ConvGeometry& g, bool transposed, const Gather& gather,
                const Tensor& source, const Epilogue& epilogue) {
    const KernelTraits& traits = recorder.traits();
    const std::uint32_t mode = transposed ? 1 : 0;
    KernelCall kernel;
    const auto tiles = [&](std::int64_t rows, std::int64_t quads) {
        kernel.groups[0] = asWord(ceilDivide(gather.pixels, rows));
        kernel.groups[1] = asWord(ceilDivide(gather.resultQuads, quads));
    };
    switch (body) {
        case Body::lane: {
            const std::uint32_t rows = std::max(traits.subgroupSize, gather.pixels > 16 ? 32u : 16u);
            kernel.shader = "conv_lane";
            kernel.constants = {traits.subgroupSize, rows, 0};
            epilogue.addTo(kernel.constants);
            kernel.constants.push_back(mode);
            tiles(rows, traits.subgroupSize);
            break;
        }
        case Body::tiled: {
            const Tiling& tiling =
                tilingOf(traits, transposed ? ProductClass::convGradInput : ProductClass::conv, source);
            kernel.shader = tiledShader(traits, "conv_tiled", tiling);
            kernel.constants = {tiling.lx, tiling.rowsEach, tiling.depth};
            epilogue.addTo(kernel.constants);
            kernel.constants.insert(kernel.constants.end(),
                                    {tiling.ly, mode, gather.sourceQuads, std::max(gather.tapsX, 1u)});
            tiles(tiling.rows(), tiling.lx);
            break;
        }
        case Body::grouped: {
            const std::uint32_t in = asWord(g.groupChannels()), out = asWord(g.outChannels / g.groups);
            kernel.shader = recorder.vectorShader("conv_grouped");
            kernel.constants = {0, 0, 0};
            epilogue.addTo(kernel.constants);
            kernel.constants.insert(kernel.constants.end(),
                                    {mode, g.depthwise() ? 1u : 0u, transposed ? out : in, transposed ? in : out});
            flatGrid(kernel, traits, std::int64_t{gather.pixels} * gather.resultQuads);
            break;
        }
    }
    return kernel;
}

}  // namespace

Gather forwardGather(const ConvGeometry& g) {
    Gather r;
    r.gridHeight = r.resultHeight = asWord(g.outHeight);
    r.gridWidth = r.resultWidth = asWord(g.outWidth);
    r.sourceHeight = asWord(g.inHeight), r.sourceWidth = asWord(g.inWidth);
    r.strideY = asInt(g.strideHeight), r.strideX = asInt(g.strideWidth);
    r.originY = asInt(-g.padTop), r.originX = asInt(-g.padLeft);
    r.tapY = asInt(g.dilationHeight), r.tapX = asInt(g.dilationWidth);
    r.tapsY = asWord(g.kernelHeight), r.tapsX = asWord(g.kernelWidth);
    r.weightTapY = asWord(g.kernelWidth);
    r.rowsPerTap = asWord(g.weightRowsPerTap());
    return r;
}

std::vector<Gather> gradientGathers(const ConvGeometry& g) {
    std::vector<Gather> list;
    for (std::int64_t phaseY = 0; phaseY < std::min(g.strideHeight, g.inHeight); ++phaseY) {
        const Taps y = tapsOf(phaseY, g.padTop, g.kernelHeight, g.strideHeight, g.dilationHeight);
        for (std::int64_t phaseX = 0; phaseX < std::min(g.strideWidth, g.inWidth); ++phaseX) {
            const Taps x = tapsOf(phaseX, g.padLeft, g.kernelWidth, g.strideWidth, g.dilationWidth);
            Gather r;
            r.gridHeight = asWord(ceilDivide(g.inHeight - phaseY, g.strideHeight));
            r.gridWidth = asWord(ceilDivide(g.inWidth - phaseX, g.strideWidth));
            r.firstY = asWord(phaseY), r.firstX = asWord(phaseX);
            r.stepY = asWord(g.strideHeight), r.stepX = asWord(g.strideWidth);
            r.originY = asInt(y.origin), r.originX = asInt(x.origin);
            r.tapY = asInt(y.move), r.tapX = asInt(x.move);
            r.tapsY = asWord(x.count > 0 ? y.count : 0), r.tapsX = asWord(y.count > 0 ? x.count : 0);
            r.firstTap = asWord(y.first * g.kernelWidth + x.first);
            r.weightTapY = asWord(y.step * g.kernelWidth), r.weightTapX = asWord(x.step);
            r.resultHeight = asWord(g.inHeight), r.resultWidth = asWord(g.inWidth);
            r.sourceHeight = asWord(g.outHeight), r.sourceWidth = asWord(g.outWidth);
            r.rowsPerTap = asWord(g.weightRowsPerTap());
            list.push_back(r);
        }
    }
    return list;
}

void setExtents(Gather& gather, const Tensor& source, const Tensor& result, std::int64_t pictures) {
    gather.pixels = asWord(pictures) * gather.gridHeight * gather.gridWidth;
    gather.sourceQuads = asWord(source.stride / 4);
    gather.resultQuads = asWord(result.stride / 4);
    gather.columns = asWord(result.columns);
}

Status recordGathered(VulkanRecorder& recorder, const ConvGeometry& g, bool transposed, const Tensor& source,
                      const Tensor& weights, const Tensor& result, const Epilogue& epilogue) {
    const KernelTraits& traits = recorder.traits();
    const Body body = g.groups > 1 ? Body::grouped : traits.laneGemm ? Body::lane : Body::tiled;
    const std::int64_t channels =
        body == Body::grouped ? (transposed ? g.outChannels : g.inChannels) / g.groups : source.stride / 4;
    const auto gathers = transposed ? gradientGathers(g) : std::vector{forwardGather(g)};
    return forPictures(traits, g, g.multiplyAdds(), source, result,
                       [&](std::int64_t first, std::int64_t count) -> Status {
                           const Tensor from = picturesOf(source, g.batch, first, count),
                                        to = picturesOf(result, g.batch, first, count);
                           for (Gather gather : gathers) {
                               setExtents(gather, from, to, count);
                               gather.weightQuads = asWord(weights.stride / 4);
                               const auto list = pieces(gather, body, channels);
                               for (std::size_t i = 0; i < list.size(); ++i) {
                                   Epilogue own = epilogue;
                                   own.accumulate = epilogue.accumulate || i > 0;
                                   if (i > 0) own.bias = {};
                                   if (i + 1 < list.size()) own.activation = {};
                                   KernelCall kernel = call(recorder, body, g, transposed, list[i], from, own);
                                   kernel.setPush(list[i]);
                                   kernel.tensors = {from, weights, own.bias ? own.bias : to, to,
                                                     to};  // without a bias it is not read
                                   TRY_OK(recorder.call(std::move(kernel)));
                               }
                           }
                           return {};
                       });
}

}  // namespace lemnos
