// group_norm and layer_norm: mean 0 and variance 1 within each sample, then scaled and shifted.
#pragma once

#include "model/layers/layer.h"

namespace lemnos::layers {

/// What is normalised as one: `rows` rows of a sample and the columns / `groups` columns of a group.
struct NormGroups {
    std::int64_t rows = 1, groups = 1;
};

LayerShapes groupNormShapes(const Shape& input, const NormGroups& groups);
void groupNormForward(LayerRecording& r, const NormGroups& groups);
void groupNormBackward(LayerRecording& r, const NormGroups& groups);
void groupNormReference(const LayerReference& r, const NormGroups& groups);
std::string groupNormOnnx(LayerOnnx& o, const NormGroups& groups);

inline Param epsilonParam() {
    return {.key = "epsilon",
            .label = LEMNOS_TEXT("Epsilon"),
            .help = LEMNOS_TEXT("Added to the variance, so that equal numbers are not divided by zero."),
            .defaultValue = 1e-5,
            .minimum = 1e-7,
            .maximum = 1,
            .advanced = true};
}

}  // namespace lemnos::layers
