// The mean value of each window of pixels; padding does not count.
#include "model/layers/pool_support.h"

namespace lemnos::layers {

extern const LayerType average_pool = poolLayer<PoolKind::average>({
    .name = "average_pool",
    .label = LEMNOS_TEXT("Average pooling"),
    .summary = LEMNOS_TEXT("Shrinks a picture by taking the mean value of each window."),
    .onnx = [](LayerOnnx& o) { return poolOnnx(o, "AveragePool"); },
});

}  // namespace lemnos::layers
