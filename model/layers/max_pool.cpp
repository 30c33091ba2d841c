// The largest value of each window of pixels.
#include "model/layers/pool_support.h"

namespace lemnos::layers {

extern const LayerType max_pool = poolLayer<PoolKind::max>({
    .name = "max_pool",
    .label = LEMNOS_TEXT("Max pooling"),
    .summary = LEMNOS_TEXT("Shrinks a picture by keeping the largest value of each window."),
    .onnx = [](LayerOnnx& o) { return poolOnnx(o, "MaxPool"); },
});

}  // namespace lemnos::layers
