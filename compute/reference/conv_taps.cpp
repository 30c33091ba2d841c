#include "compute/reference/conv_taps.h"

namespace lemnos {
namespace {

struct Extents {
    std::int64_t height, width;
};

/// How a window moves; `before` and `after` are the padding at the top and left, and at the bottom and right.
struct Window {
    Extents kernel;
    Extents stride{1, 1};
    Extents before{0, 0}, after{0, 0};
    Extents dilation{1, 1};
};

std::int64_t outExtent(std::int64_t in, std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                       std::int64_t dilation) {
    return (in + padding - dilation * (kernel - 1) - 1) / stride + 1;
}

ConvGeometry geometry(std::int64_t batch, Extents in, std::int64_t inChannels, std::int64_t outChannels,
                      const Window& w, std::int64_t groups = 1) {
    ConvGeometry g;
    g.batch = batch;
    g.inHeight = in.height, g.inWidth = in.width, g.inChannels = inChannels;
    g.outHeight =
        outExtent(in.height, w.kernel.height, w.stride.height, w.before.height + w.after.height, w.dilation.height);
    g.outWidth = outExtent(in.width, w.kernel.width, w.stride.width, w.before.width + w.after.width, w.dilation.width);
    g.outChannels = outChannels;
    g.kernelHeight = w.kernel.height, g.kernelWidth = w.kernel.width;
    g.strideHeight = w.stride.height, g.strideWidth = w.stride.width;
    g.padTop = w.before.height, g.padLeft = w.before.width;
    g.dilationHeight = w.dilation.height, g.dilationWidth = w.dilation.width;
    g.groups = groups;
    return g;
}

Window same(std::int64_t kernel, std::int64_t stride = 1) {
    return {.kernel = {kernel, kernel},
            .stride = {stride, stride},
            .before = {kernel / 2, kernel / 2},
            .after = {kernel / 2, kernel / 2}};
}

Window valid(std::int64_t kernel, std::int64_t stride = 1) {
    return {.kernel = {kernel, kernel}, .stride = {stride, stride}};
}

}  // namespace

std::vector<GeometryExample> convExamples() {
    return {
        {"1x1, one channel, one pixel", geometry(1, {1, 1}, 1, 1, valid(1))},
        {"1x1, 5 to 7 channels", geometry(2, {6, 5}, 5, 7, valid(1))},
        {"1x1, stride 2", geometry(2, {7, 7}, 8, 17, valid(1, 2))},
        {"1x1, stride 2, one channel, the last row and column not seen", geometry(4, {10, 8}, 1, 8, valid(1, 2))},
        {"3x3 same, 3 to 16 channels", geometry(2, {12, 11}, 3, 16, same(3))},
        {"3x3 same, 17 to 5 channels", geometry(3, {7, 9}, 17, 5, same(3))},
        {"3x3 same, 32 to 32 channels", geometry(1, {9, 9}, 32, 32, same(3))},
        {"3x3 same, 33x33, 4 to 8 channels", geometry(1, {33, 33}, 4, 8, same(3))},
        {"3x3 same, one pixel", geometry(4, {1, 1}, 7, 3, same(3))},
        {"3x3 same, two pixels, stride 2", geometry(5, {2, 1}, 12, 20, same(3, 2))},
        {"3x3 valid, one channel", geometry(2, {8, 6}, 1, 1, valid(3))},
        {"3x3 same, stride 2", geometry(2, {9, 8}, 8, 12, same(3, 2))},
        {"3x3, stride 2 and padding after only",
         geometry(2, {8, 8}, 3, 8, {.kernel = {3, 3}, .stride = {2, 2}, .after = {1, 1}})},
        {"3x3, unequal strides", geometry(1, {13, 10}, 5, 9, {.kernel = {3, 3}, .stride = {3, 2}, .before = {1, 1}})},
        {"2x5, unequal paddings", geometry(2, {6, 9}, 3, 4, {.kernel = {2, 5}, .before = {1, 3}, .after = {0, 1}})},
        {"5x5 same", geometry(1, {11, 7}, 6, 10, same(5))},
        {"5x5, wide padding", geometry(1, {3, 3}, 4, 4, {.kernel = {5, 5}, .before = {4, 4}, .after = {4, 4}})},
        {"7x7 same, stride 2, 3 channels", geometry(1, {17, 17}, 3, 8, same(7, 2))},
        {"3x3, dilation 2",
         geometry(2, {9, 10}, 5, 8, {.kernel = {3, 3}, .before = {2, 2}, .after = {2, 2}, .dilation = {2, 2}})},
        {"3x3, dilation 2 by 1, stride 2",
         geometry(1, {11, 11}, 4, 4, {.kernel = {3, 3}, .stride = {2, 2}, .before = {1, 1}, .dilation = {2, 1}})},
        {"3x3, 2 groups of 4", geometry(2, {7, 7}, 8, 8, same(3), 2)},
        {"3x3, 2 groups of 3 to 5", geometry(2, {6, 6}, 6, 10, same(3), 2)},
        {"1x1, 3 groups of 1 to 2", geometry(1, {5, 5}, 3, 6, valid(1), 3)},
        {"3x3, 4 groups of 8, stride 2", geometry(1, {8, 8}, 32, 32, same(3, 2), 4)},
        {"depthwise 3x3", geometry(2, {9, 9}, 8, 8, same(3), 8)},
        {"depthwise 3x3, stride 2, 17 channels", geometry(2, {9, 7}, 17, 17, same(3, 2), 17)},
        {"depthwise 5x5, 36 channels", geometry(1, {10, 10}, 36, 36, same(5), 36)},
        {"depthwise 3x3, dilation 2, 5 channels",
         geometry(1, {9, 9}, 5, 5, {.kernel = {3, 3}, .before = {2, 2}, .after = {2, 2}, .dilation = {2, 2}}, 5)},
        {"depthwise 3x3, two results a channel", geometry(2, {6, 6}, 4, 8, same(3), 4)},
    };
}

std::vector<GeometryExample> poolExamples() {
    return {
        {"2x2", geometry(2, {8, 6}, 8, 8, valid(2, 2))},
        {"2x2, odd picture, 5 channels", geometry(3, {7, 9}, 5, 5, valid(2, 2))},
        {"2x2, overlapping", geometry(2, {5, 5}, 3, 3, valid(2))},
        {"3x3 same, stride 2, 17 channels", geometry(2, {9, 12}, 17, 17, same(3, 2))},
        {"3x3 same, overlapping, 7 channels", geometry(1, {6, 5}, 7, 7, same(3))},
        {"3x3, padding after only", geometry(1, {8, 8}, 4, 4, {.kernel = {3, 3}, .stride = {2, 2}, .after = {1, 1}})},
        {"2x3, unequal strides", geometry(2, {9, 9}, 1, 1, {.kernel = {2, 3}, .stride = {3, 2}, .before = {0, 1}})},
        {"2x2, stride 3, gaps", geometry(2, {9, 10}, 6, 6, valid(2, 3))},
        {"1x1", geometry(1, {3, 3}, 5, 5, valid(1))},
        {"whole picture", geometry(3, {5, 5}, 20, 20, valid(5))},
        {"33x33, 36 channels", geometry(1, {33, 33}, 36, 36, same(3, 2))},
        {"one pixel", geometry(5, {1, 1}, 3, 3, same(3))},
    };
}

}  // namespace lemnos
