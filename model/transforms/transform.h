// TransformType: one random change of a training picture (augmentation). One file of this folder per transform.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compute/result.h"
#include "model/data/image.h"
#include "model/param.h"

namespace lemnos {

/// Four random numbers in [0, 1) that belong to one sample in one epoch and one transform, whatever thread asks.
struct TransformRandom {
    double uniform[4];
};

/// One transform. Descriptor objects live in namespace lemnos::transforms, named like their file
/// (`extern const TransformType shift{...}`).
struct TransformType {
    std::string_view name;
    std::string_view label;
    std::string_view summary;
    std::vector<Param> params{};
    /// Same size and channels out as in.
    Image (*apply)(const Image& image, const ParamMap& params, const TransformRandom& random) = nullptr;
};

/// A transform with its settings, as stored in a RunSpec: {"type": "shift", "params": {...}}.
struct TransformSpec {
    std::string type;
    ParamMap params;
};

std::span<const TransformType* const> transformTypes();
const TransformType* findTransformType(std::string_view name);
nlohmann::json toJson(const TransformSpec& spec);
Result<TransformSpec> transformFromJson(const nlohmann::json& json);

}  // namespace lemnos
