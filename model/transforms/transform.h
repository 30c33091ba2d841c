// TransformType: one change of a picture: of every picture (preprocessing), or a random one of training pictures
// (augmentation). One file of this folder per transform.
#pragma once

#include <array>
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

/// Random numbers that belong to one sample in one epoch and one transform, whatever thread asks.
struct TransformRandom {
    double uniform[4];       ///< in [0, 1)
    std::uint64_t seed = 0;  ///< of more(), and of whatever takes a seed
};

/// Four further numbers in [0, 1), for transforms that need more; `number` says which four.
std::array<double, 4> more(const TransformRandom& random, std::uint32_t number);

/// Width and height in pixels.
struct PictureSize {
    int width = 0;
    int height = 0;
};

/// When a transform is applied.
enum class TransformUse : std::uint8_t {
    preprocess,  ///< to every picture, always the same: what prediction must do as well
    augment      ///< to training pictures, by chance
};

/// One transform. Descriptor objects live in namespace lemnos::transforms, named like their file
/// (`extern const TransformType shift{...}`). It has either prepare() or apply().
struct TransformType {
    std::string_view name;
    std::string_view label;
    std::string_view summary;
    std::vector<Param> params{};
    /// Preprocessing. Same channels out as in. `target` is the size pictures are trained at: the transform that resizes
    /// gives it, others keep the size that comes in.
    Image (*prepare)(const Image& image, const ParamMap& params, PictureSize target) = nullptr;
    /// Augmentation. Same size and channels out as in.
    Image (*apply)(const Image& image, const ParamMap& params, const TransformRandom& random) = nullptr;
    /// The settings for a strength of 0 (next to nothing) to 1, for rand_augment, which picks from those that have it.
    ParamMap (*atStrength)(double strength) = nullptr;

    TransformUse use() const { return prepare ? TransformUse::preprocess : TransformUse::augment; }
};

/// A transform with its settings, as stored in a RunSpec: {"type": "shift", "params": {...}}.
struct TransformSpec {
    std::string type;
    ParamMap params;
};

/// All of them, by name.
std::span<const TransformType* const> transformTypes();
const TransformType* findTransformType(std::string_view name);
nlohmann::json toJson(const TransformSpec& spec);
nlohmann::json toJson(const std::vector<TransformSpec>& specs);
Result<TransformSpec> transformFromJson(const nlohmann::json& json);
/// The same, refusing a transform of the other use.
Result<TransformSpec> transformFromJson(const nlohmann::json& json, TransformUse use);
/// A list of transforms of one use. Preprocessing can resize only once.
Result<std::vector<TransformSpec>> transformsFromJson(const nlohmann::json& json, TransformUse use);

/// Whether one of the transforms brings pictures to the target's size.
bool resizes(const std::vector<TransformSpec>& specs);

/// The picture after all preprocessing, in order; it has the target's size. Without a transform that resizes it is
/// stretched to it first.
Image prepared(const Image& image, const std::vector<TransformSpec>& specs, PictureSize target);

/// The picture after all augmentation, in order. The result depends on the arguments alone: `seed` of the run, `epoch`,
/// index of the `sample` and the place of each transform in the list.
Image augmented(Image image, const std::vector<TransformSpec>& specs, std::uint64_t seed, std::uint32_t epoch,
                std::uint32_t sample);

}  // namespace lemnos
