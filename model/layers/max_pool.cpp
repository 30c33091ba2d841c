// The largest value of each window of pixels.
#include "model/layers/pool_support.h"

namespace lemnos::layers {

extern const LayerType max_pool = poolLayer<PoolKind::max>({
    .name = "max_pool",
    .label = LEMNOS_TEXT("Max pooling"),
    .summary = LEMNOS_TEXT("Shrinks a picture by keeping the largest value of each window."),
    .onnx = [](LayerOnnx& o) { return poolOnnx(o, "MaxPool"); },
    .pytorch =
        [](LayerPython& c) {
            const ConvGeometry g = *poolGeometry(c.params, c.inputShapes[0]);
            const std::string x = poolPadsItself(g) ? c.x() : paddedPytorch(c.x(), g, "float(\"-inf\")");
            return "F.max_pool2d(" + x + ", " + poolPytorch(g) + ")";
        },
    .keras =
        [](LayerPython& c) {
            const ConvGeometry g = *poolGeometry(c.params, c.inputShapes[0]);
            const std::string least = ", constant_values=float(\"-inf\")";
            const std::string x = poolPadsByNumber(c) ? poolPaddedKeras(c.x(), c, least) : c.x();
            return c.layer("layers.MaxPooling2D", poolKeras(c, g), x);
        },
});

}  // namespace lemnos::layers
