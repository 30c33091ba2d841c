// Where the pictures come in; its extents are those of the data.
#include "model/layers/layer.h"

namespace lemnos::layers {
namespace {

Result<LayerShapes> shapes(const LayerInput& in) {
    if (in.data.rank() != 3 || in.data.size() < 1)
        return Error{LEMNOS_TEXT("The picture size is not known yet; choose the data first.")};
    return LayerShapes{in.data};
}

std::int64_t multiplyAdds(const LayerInput&, const LayerShapes&) {
    return 0;
}

}  // namespace

extern const LayerType input{
    .name = "input",
    .label = LEMNOS_TEXT("Input"),
    .group = LEMNOS_TEXT("Core"),
    .summary = LEMNOS_TEXT("The pictures, as they come from the data."),
    .inputCount = 0,
    .shapes = shapes,
    .multiplyAdds = multiplyAdds,
};

}  // namespace lemnos::layers
