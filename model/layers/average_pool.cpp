// The mean value of each window of pixels; padding does not count.
#include "model/layers/pool_support.h"

namespace lemnos::layers {

extern const LayerType average_pool = poolLayer<PoolKind::average>({
    .name = "average_pool",
    .label = LEMNOS_TEXT("Average pooling"),
    .summary = LEMNOS_TEXT("Shrinks a picture by taking the mean value of each window."),
    .onnx = [](LayerOnnx& o) { return poolOnnx(o, "AveragePool"); },
    .pytorch =
        [](LayerPython& c) {
            const ConvGeometry g = *poolGeometry(c.params, c.inputShapes[0]);
            const auto pooled = [&](const std::string& x) { return "F.avg_pool2d(" + x + ", " + poolPytorch(g); };
            const bool padded = g.padTop > 0 || g.padLeft > 0;
            if (poolPadsItself(g)) return pooled(c.x()) + (padded ? ", count_include_pad=False)" : ")");
            // Divided by the share of each window that is picture.
            const std::string ones = paddedPytorch("torch.ones_like(" + c.x() + ")", g);
            return pooled(paddedPytorch(c.x(), g)) + ") / " + pooled(ones) + ")";
        },
    .keras =
        [](LayerPython& c) {
            const ConvGeometry g = *poolGeometry(c.params, c.inputShapes[0]);
            if (!poolPadsByNumber(c)) return c.layer("layers.AveragePooling2D", poolKeras(c, g), c.x());
            // Divided by the share of each window that is picture.
            const auto pooled = [&](const std::string& x) {
                return "layers.AveragePooling2D(" + poolKeras(c, g) + ")(" + poolPaddedKeras(x, c, "") + ")";
            };
            return pooled(c.x()) + " / " + pooled("ops.ones_like(" + c.x() + ")");
        },
});

}  // namespace lemnos::layers
