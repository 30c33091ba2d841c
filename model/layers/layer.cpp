#include "model/layers/layer.h"

namespace lemnos {

const std::vector<Param>& weightParams() {
    static const std::vector<Param> params = {
        {.key = "frozen",
         .label = LEMNOS_TEXT("Frozen"),
         .help = LEMNOS_TEXT("Keeps the weights of this layer as they are while the others learn, and the running "
                             "mean and variance of a batch normalisation, which it then uses."),
         .defaultValue = false,
         .advanced = true},
        {.key = "rate_factor",
         .label = LEMNOS_TEXT("Rate factor"),
         .help =
             LEMNOS_TEXT("Multiplies the learning rate for this layer; below 1 it changes more slowly than the rest."),
         .defaultValue = 1.0,
         .minimum = 0,
         .maximum = 1000,
         .advanced = true},
        {.key = "l2",
         .label = LEMNOS_TEXT("L2"),
         .help = LEMNOS_TEXT("Pulls the weights of this layer towards zero, on top of the optimizer's weight decay."),
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 1000,
         .advanced = true},
        {.key = "max_norm",
         .label = LEMNOS_TEXT("Max norm"),
         .help = LEMNOS_TEXT("Longest that the weights of one output may become; 0 sets no limit."),
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 1000000,
         .advanced = true}};
    return params;
}

std::vector<Param> allParams(const LayerType& type) {
    std::vector<Param> params = type.params;
    if (type.learns) params.insert(params.end(), weightParams().begin(), weightParams().end());
    return params;
}

const LayerType* findLayerType(std::string_view name) {
    for (const LayerType* type : layerTypes()) {
        if (type->name == name) return type;
    }
    return nullptr;
}

}  // namespace lemnos
