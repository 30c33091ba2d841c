#include "model/layers/layer.h"

namespace lemnos {

const LayerType* findLayerType(std::string_view name) {
    for (const LayerType* type : layerTypes()) {
        if (type->name == name) return type;
    }
    return nullptr;
}

}  // namespace lemnos
